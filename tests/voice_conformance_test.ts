/** `headway voice conformance`: what it says of folders, programs and ports that are not there. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { commands } from "../cli/commands.ts";
import { dispatch } from "../cli/dispatch.ts";
import { WallClock } from "../runtime/mod.ts";
import { testContext } from "./support/cli_context.ts";

/** Calls the command. Its programs take real time. */
async function call(...args: readonly string[]) {
  const context = { ...testContext(), clock: new WallClock() };
  const code = await dispatch(["voice", "conformance", ...args], context, {
    commands,
    version: "",
  });
  return { code, out: context.stdout.text, err: context.stderr.text };
}

const SHIM = new URL("support/foreign_shim_main.ts", import.meta.url);
/** Stands for a Python: our stand-ins are no Python programs. */
const RUNNER = "deno run --quiet --no-prompt --no-config --ext=ts --allow-net --allow-env";

/** A checkout with some files in it. */
async function withCheckout(
  files: Readonly<Record<string, string>>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(join(folder, name, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, name), text);
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a checkout that is not named, not there, or none is refused with how to mend it", async () => {
  const unnamed = await call();
  assertEquals(unnamed.code, 2);
  assertStringIncludes(unnamed.err, "needs --mod3 DIR");
  const nowhere = await call("--mod3", "/no/such/folder");
  assertEquals([nowhere.code, nowhere.out], [2, ""]);
  assertStringIncludes(nowhere.err, "clone the project first");
  await withCheckout({ "README.md": "" }, async (folder) => {
    const none = await call("--mod3", folder);
    assertEquals(none.code, 2);
    assertStringIncludes(none.err, "is no checkout of mod3: it has none of dashboard/index.html");
    const file = await call("--mod3", join(folder, "README.md"));
    assertEquals(file.code, 2);
    assertStringIncludes(file.err, "is no checkout of mod3");
  });
  await withCheckout({ "mcp_shim.py": "" }, async (folder) => {
    const { code, err } = await call("--mod3", folder, "--only", "shin");
    assertEquals(code, 2);
    assertStringIncludes(err, `there is no check "shin", expected one of dashboard, `);
  });
});

Deno.test("a shim that does what shims do passes, and the result is JSON where that is wanted", async () => {
  await withCheckout({ "mcp_shim.py": await Deno.readTextFile(SHIM) }, async (folder) => {
    const args = ["--mod3", folder, "--only", "shim", "--python", RUNNER];
    const plain = await call(...args);
    assertEquals([plain.code, plain.err], [0, "headway: shim\n"], plain.out);
    assertStringIncludes(plain.out, "pass shim");
    assertStringIncludes(plain.out, "1 passed, 0 failed, 0 could not be made");
    const { code, out, err } = await call(...args, "--json");
    const { mod3, checks: [check] } = JSON.parse(out);
    assertEquals([code, err, mod3], [0, "", folder]);
    assertEquals([check.name, check.state, check.seen.length], ["shim", "passed", 3]);
  });
});

Deno.test("a shim that fails, ends early or says nonsense fails the check, with what it said", async () => {
  const shims: readonly (readonly [string, string])[] = [
    [`console.log("no server"); Deno.exit(3);`, "mcp_shim.py ended with 3: no server"],
    [`console.log("  WARN: it is not reachable");`, "its own test says: WARN: it is not reachable"],
    [`if (!Deno.args.includes("--test")) Deno.exit(0);`, "the shim ended, or did not answer"],
    [
      `if (!Deno.args.includes("--test")) {
        for await (const _ of Deno.stdin.readable) console.log('{"jsonrpc":"2.0","id":1,"error":{"code":1}}');
      }`,
      `initialize: {"code":1}`,
    ],
  ];
  for (const [text, why] of shims) {
    await withCheckout({ "mcp_shim.py": text }, async (folder) => {
      const { code, out } = await call(
        ...["--mod3", folder, "--only", "shim", "--python", RUNNER],
      );
      assertEquals(code, 1);
      assertStringIncludes(out, "FAIL shim");
      assertStringIncludes(out, why);
    });
  }
});

Deno.test("what is missing on this machine is named, and judges nobody", async () => {
  const missing =
    `console.error("ModuleNotFoundError: No module named 'websockets.sync'"); Deno.exit(1);`;
  await withCheckout({ "mcp_shim.py": missing }, async (folder) => {
    const { code, out } = await call(
      ...["--mod3", folder, "--only", "shim,trace", "--python", RUNNER],
    );
    assertEquals(code, 3);
    assertStringIncludes(out, "the Python package websockets is not there; install it with");
    assertStringIncludes(out, "the checkout has no demo/e2e_audio_trace_demo.py");
    assertStringIncludes(out, "0 passed, 0 failed, 2 could not be made");
    const unknown = await call("--mod3", folder, "--only", "shim", "--python", "no-such-python");
    assertEquals(unknown.code, 3);
    assertStringIncludes(unknown.out, "no-such-python");
  });
});

Deno.test("a port that a program insists on and somebody has is named", async () => {
  let taken: Deno.Listener | null = null;
  try {
    taken = Deno.listen({ hostname: "127.0.0.1", port: 7860 });
  } catch (error) {
    // Somebody has it already, which is what is wanted.
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
  }
  try {
    await withCheckout({ "demo/e2e_dashboard_harness.py": "" }, async (folder) => {
      const { code, out } = await call("--mod3", folder, "--only", "chat");
      assertEquals(code, 3);
      assertStringIncludes(out, "port 7860 is taken, and the program knows no other");
    });
  } finally {
    taken?.close();
  }
});
