/**
 * Writes what is drawn from code: `docs/cli.md` and `reports/report.schema.json`. Tests fail while
 * they are out of date. Run it by `deno task docs`.
 *
 * @module
 */
import { commands } from "../cli/commands.ts";
import { commandsMarkdown } from "../cli/help.ts";
import { reportJsonSchema } from "../reports/json_schema.ts";

const FILES: Readonly<Record<string, () => string>> = {
  "docs/cli.md": () => commandsMarkdown(commands),
  "reports/report.schema.json": reportJsonSchema,
};

if (import.meta.main) {
  for (const [path, draw] of Object.entries(FILES)) {
    await Deno.writeTextFile(new URL(`../${path}`, import.meta.url), draw());
  }
}
