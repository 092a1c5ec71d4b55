/**
 * Every command of `headway`, in the order of its help.
 *
 * @module
 */
import type { Command } from "./command.ts";
import { scenarioCommand } from "./scenario.ts";
import { serveCommand } from "./serve.ts";

/** The commands. */
export const commands: readonly Command[] = [scenarioCommand, serveCommand];
