/**
 * Every command of `headway`, in the order of its help.
 *
 * @module
 */
import { backgroundCommands } from "./background_commands.ts";
import { agentCommandOf } from "./agent.ts";
import { bridgeCommand } from "./bridge.ts";
import type { Command } from "./command.ts";
import { doctorCommand } from "./doctor.ts";
import { hooksPrintCommand } from "./hooks.ts";
import { loadCommand } from "./load.ts";
import { exploreCommand } from "./explore.ts";
import { mcpCommand } from "./mcp.ts";
import { recordCommand } from "./record.ts";
import { reportCompareCommand } from "./report_compare.ts";
import { reportHistoryCommand } from "./report_history.ts";
import { reportMergeCommand } from "./report_merge.ts";
import { reportOpenCommand } from "./report_open.ts";
import { scenarioCommand } from "./scenario.ts";
import { serveCommand } from "./serve.ts";
import { voiceConformanceCommand } from "./voice_conformance.ts";
import { workerCommand } from "./worker.ts";

/** The commands. */
export const commands: readonly Command[] = [
  scenarioCommand,
  workerCommand,
  loadCommand,
  reportCompareCommand,
  reportMergeCommand,
  reportHistoryCommand,
  reportOpenCommand,
  exploreCommand,
  serveCommand,
  recordCommand,
  ...backgroundCommands,
  doctorCommand,
  hooksPrintCommand,
  mcpCommand,
  voiceConformanceCommand,
  bridgeCommand,
  agentCommandOf(() => commands),
];
