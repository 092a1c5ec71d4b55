/**
 * Scenarios from files: TypeScript modules and JSON.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { errorMessage } from "../runtime/mod.ts";
import { parseScenario } from "./define.ts";
import { ScenarioError } from "./errors.ts";
import { type AnyScenario, isAboutVoices, type SourceSpec } from "./types.ts";

/** Largest scenario file that is read, bytes. */
const MAX_FILE_BYTES = 4 * 2 ** 20;

/** Whether an argument names a file rather than a shipped scenario. */
export function isScenarioFile(argument: string): boolean {
  return argument.includes("/") || argument.includes("\\") || /\.(ts|json)$/.test(argument);
}

/**
 * Reads the scenarios of one file: a JSON file holds one, a TypeScript module exports any number (as
 * values of any export, or of an exported array).
 *
 * @throws {ScenarioError} when the file cannot be read or holds no valid scenario.
 */
export async function loadScenarioFile(path: string): Promise<AnyScenario[]> {
  return path.endsWith(".json") ? [await loadJson(path)] : await loadModule(path);
}

async function loadJson(path: string): Promise<AnyScenario> {
  let text: string;
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new ScenarioError(
        `${path} is ${size} bytes long, more than the ${MAX_FILE_BYTES} that a scenario may have`,
      );
    }
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    throw unreadable(path, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ScenarioError(`${path} is not JSON: ${errorMessage(error)}`, { path });
  }
  return withUploadsBeside(parseScenario(value, path), path);
}

/** Files that a scenario names are looked for beside its own. */
function withUploadsBeside(scenario: AnyScenario, path: string): AnyScenario {
  if (isAboutVoices(scenario)) return scenario;
  const beside = <T extends { readonly source?: SourceSpec | null }>(holder: T): T =>
    holder.source != null && "pcm" in holder.source
      ? { ...holder, source: { ...holder.source, pcm: resolve(dirname(path), holder.source.pcm) } }
      : holder;
  return {
    ...beside(scenario),
    steps: scenario.steps.map((step) => "source" in step ? beside(step) : step),
  };
}

async function loadModule(path: string): Promise<AnyScenario[]> {
  let module: Record<string, unknown>;
  try {
    const url = pathToFileURL(resolve(path));
    await Deno.stat(url);
    module = await import(url.href);
  } catch (error) {
    throw unreadable(path, error);
  }
  const found = Object.values(module).flat()
    .filter((value) => typeof value === "object" && value !== null && "durationS" in value);
  if (found.length === 0) {
    throw new ScenarioError(
      `${path} exports no scenario; export the result of defineScenario({ … })`,
      { path },
    );
  }
  return found.map((value) => parseScenario(value, path));
}

function unreadable(path: string, error: unknown): ScenarioError {
  const reason = error instanceof Deno.errors.NotFound
    ? "there is no such file"
    : errorMessage(error);
  return new ScenarioError(`cannot read scenario ${path}: ${reason}`, { path });
}
