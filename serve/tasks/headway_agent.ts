/**
 * Headway itself as an agent: a task is then one of its own commands, watched live.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import type { Agent } from "../../server/tasks/agents/agent_list.ts";
import { shellQuote } from "../../server/tasks/agents/shell_quote.ts";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** The agent, run by the Deno that runs this process. */
export function headwayAgent(): Agent {
  const flags = config.tasks.headway.match(/--allow-\S+/g) ?? [];
  const program = [denoProgram(), "run", "--quiet", "--no-prompt", `--config=${CONFIG}`];
  const words = [...program, ...flags, MAIN, "agent"].map(shellQuote);
  return { name: "headway", command: `${words.join(" ")} {prompt_file} {task_dir}` };
}

function denoProgram(): string {
  try {
    return Deno.execPath();
  } catch {
    // It may not be asked for; then the terminal's PATH has to know it.
    return "deno";
  }
}
