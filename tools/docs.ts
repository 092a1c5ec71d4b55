/**
 * Writes what is drawn from code: reference pages and JSON Schemas. Tests fail while they are out of
 * date. Run it by `deno task docs`.
 *
 * @module
 */
import { commands } from "../cli/commands.ts";
import { commandsMarkdown } from "../cli/help.ts";
import { SETTINGS } from "../cli/settings.ts";
import { forwardedTaskTools, TOOLS } from "../mcp/mod.ts";
import { reportJsonSchema } from "../reports/json_schema.ts";
import { scenarioJsonSchema } from "../scenarios/define.ts";
import { INVARIANTS } from "../scenarios/explore/mod.ts";
import { SITUATIONS } from "../scenarios/explore/situations.ts";
import { SHIPPED } from "../scenarios/shipped/mod.ts";
import { knobManifest, protocolTables } from "../wire/mod.ts";
import { invariantsMarkdown } from "./invariants_page.ts";
import { mcpToolsMarkdown } from "./mcp_page.ts";
import { protocolMarkdown } from "./protocol_page.ts";
import { scenariosMarkdown } from "./scenarios_page.ts";
import { settingsMarkdown } from "./settings_page.ts";

/** Every drawn file, by its path in the project, and what it has to hold. */
export const DRAWN: Readonly<Record<string, () => string>> = {
  "docs/cli.md": () => commandsMarkdown(commands),
  "docs/invariants.md": () => invariantsMarkdown(INVARIANTS, SITUATIONS.marks),
  "docs/mcp-tools.md": () =>
    mcpToolsMarkdown(TOOLS, forwardedTaskTools(() => Promise.reject(new Error("none")))),
  "docs/protocol-tables.md": () =>
    protocolMarkdown(
      protocolTables(),
      knobManifest({ sde: false, loras: [], manualSlots: 0, steeringAxes: [] }),
    ),
  "docs/scenarios.md": () => scenariosMarkdown(SHIPPED),
  "docs/settings.md": () => settingsMarkdown(SETTINGS),
  "reports/report.schema.json": reportJsonSchema,
  "scenarios/scenario.schema.json": scenarioSchemaFile,
};

/** The JSON Schema of scenario files, as committed. */
function scenarioSchemaFile(): string {
  const { $schema, ...schema } = scenarioJsonSchema();
  return `${JSON.stringify({ $schema, title: "A Headway scenario", ...schema }, null, 2)}\n`;
}

if (import.meta.main) {
  for (const [path, draw] of Object.entries(DRAWN)) {
    await Deno.writeTextFile(new URL(`../${path}`, import.meta.url), draw());
  }
}
