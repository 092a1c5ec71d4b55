import { assertEquals } from "@std/assert";
import { defineCommand } from "./command.ts";
import { commandsMarkdown } from "./help.ts";

Deno.test("the reference page holds every flag, in a table that the formatter leaves alone", () => {
  const probe = defineCommand({
    name: "probe",
    summary: "measures a server",
    description: "Longer words about it.",
    positionals: { usage: "[url]", help: "where it is" },
    examples: ["headway probe ws://localhost:1318"],
    flags: {
      fidelity: { type: "enum", values: ["full", "timing"], default: "full", help: "how exactly" },
      port: { type: "port", default: 1318, help: "where", env: "HEADWAY_PORT" },
    },
    run: () => 0,
  });
  const page = commandsMarkdown([probe]).replaceAll("`", "'");
  assertEquals(
    page,
    `# Commands

Drawn from the commands' own declarations by 'deno task docs'; do not edit by hand.

In a checkout, 'deno task headway' stands for 'headway'.

## headway probe

Measures a server.

'''text
headway probe [url] [flags]
'''

'[url]': where it is.

Longer words about it.

| flag                      | default | what it does               |
| ------------------------- | ------- | -------------------------- |
| '--fidelity full\\|timing' | full    | how exactly                |
| '--port PORT'             | 1318    | where; also 'HEADWAY_PORT' |

'''sh
headway probe ws://localhost:1318
'''
`,
  );
});
