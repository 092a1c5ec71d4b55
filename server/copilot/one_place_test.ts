/** Keys go to terminals of others from one module only. */
import { assertEquals } from "@std/assert";
import { sourceFiles } from "../../tests/support/imports.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("one module types into panes", () => {
  const typing = sourceFiles(ROOT)
    .filter((path) => !/_test\.ts$|^(?:tests|bench|docs)\//.test(path))
    .filter((path) =>
      /["'`](?:send-keys|paste-buffer|send-prefix|pipe-pane|respawn-pane)["'`]/.test(
        Deno.readTextFileSync(new URL(path, ROOT)),
      )
    );
  assertEquals(typing, ["server/copilot/typist.ts"]);
});
