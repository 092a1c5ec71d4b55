/**
 * What a client may read without calling a tool: scenarios, reports, the spec of the knobs.
 *
 * @module
 */
import { scenarioJsonSchema } from "../scenarios/mod.ts";
import { SHIPPED } from "../scenarios/shipped/mod.ts";
import { knobManifest } from "../wire/mod.ts";
import { ToolError } from "./errors.ts";
import { shippedScenario } from "./scenario_runs.ts";
import type { McpServices } from "./services.ts";

/** A resource, or with braces in its address a family of them. */
export interface ResourceEntry {
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
}

/** A resource's text. */
export interface ResourceText {
  readonly uri: string;
  readonly mimeType: string;
  readonly text: string;
}

const JSON_TYPE = "application/json";
const MARKDOWN = "text/markdown";

/** Resources that are always there. */
const FIXED: readonly (ResourceEntry & { readonly read: () => unknown })[] = [
  {
    uri: "headway://knobs",
    name: "knobs",
    title: "Spec of the knobs",
    description: "every knob of a session without LoRAs: type, range, default, meaning",
    mimeType: JSON_TYPE,
    read: () => knobManifest({ sde: false }),
  },
  {
    uri: "headway://scenario-schema",
    name: "scenario-schema",
    title: "Schema of scenarios",
    description: "the JSON Schema of a scenario, for definitions of your own",
    mimeType: JSON_TYPE,
    read: () => scenarioJsonSchema(),
  },
];

/** Families of resources. */
export const RESOURCE_TEMPLATES: readonly ResourceEntry[] = [
  {
    uri: "headway://scenarios/{name}",
    name: "scenario",
    title: "A scenario",
    description: "a scenario that ships with Headway, complete, as JSON",
    mimeType: JSON_TYPE,
  },
  {
    uri: "headway://reports/{scenario}/summary.md",
    name: "report-summary",
    title: "Summary of a run",
    description: "the last run of a scenario in a page of text",
    mimeType: MARKDOWN,
  },
  {
    uri: "headway://reports/{scenario}/report.json",
    name: "report",
    title: "Report of a run",
    description: "the last run of a scenario with every number; up to some megabytes",
    mimeType: JSON_TYPE,
  },
];

/** Everything that can be read now. */
export async function listResources({ scenarios }: McpServices): Promise<ResourceEntry[]> {
  const reported = await scenarios.reported();
  return [
    ...FIXED.map(({ read: _, ...entry }) => entry),
    ...SHIPPED.map(({ name, description }) => ({
      uri: `headway://scenarios/${name}`,
      name,
      title: name,
      description,
      mimeType: JSON_TYPE,
    })),
    ...reported.flatMap((scenario) => [
      {
        uri: `headway://reports/${scenario}/summary.md`,
        name: `${scenario}-summary`,
        title: `Summary of ${scenario}`,
        description: `the last run of ${scenario} in a page of text`,
        mimeType: MARKDOWN,
      },
      {
        uri: `headway://reports/${scenario}/report.json`,
        name: `${scenario}-report`,
        title: `Report of ${scenario}`,
        description: `the last run of ${scenario} with every number`,
        mimeType: JSON_TYPE,
      },
    ]),
  ];
}

/**
 * A resource's text.
 *
 * @throws {ToolError} for an address that leads to nothing.
 */
export async function readResource(
  uri: string,
  { scenarios }: McpServices,
): Promise<ResourceText> {
  const json = (value: unknown) => ({ uri, mimeType: JSON_TYPE, text: JSON.stringify(value) });
  const fixed = FIXED.find((entry) => entry.uri === uri);
  if (fixed !== undefined) return json(fixed.read());
  const scenario = /^headway:\/\/scenarios\/([^/]+)$/.exec(uri)?.[1];
  if (scenario !== undefined) return json(shippedScenario(scenario));
  const [, run, file] = /^headway:\/\/reports\/([^/]+)\/(summary\.md|report\.json)$/.exec(uri) ??
    [];
  if (run !== undefined) {
    const text = await scenarios.read(run, file as "summary.md" | "report.json");
    return { uri, mimeType: file === "summary.md" ? MARKDOWN : JSON_TYPE, text };
  }
  throw new ToolError(`there is no resource ${uri}; resources/list names all`);
}
