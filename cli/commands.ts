/**
 * Every command of `headway`, in the order of its help.
 *
 * @module
 */
import { backgroundCommands } from "./background_commands.ts";
import type { Command } from "./command.ts";
import { doctorCommand } from "./doctor.ts";
import { exploreCommand } from "./explore.ts";
import { mcpCommand } from "./mcp.ts";
import { scenarioCommand } from "./scenario.ts";
import { serveCommand } from "./serve.ts";

/** The commands. */
export const commands: readonly Command[] = [
  scenarioCommand,
  exploreCommand,
  serveCommand,
  ...backgroundCommands,
  doctorCommand,
  mcpCommand,
];
