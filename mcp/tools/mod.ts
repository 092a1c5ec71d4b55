/**
 * Every tool, in the order in which it is listed.
 *
 * @module
 */
import type { Tool } from "../tool.ts";
import { boardReportTools } from "./board_reports.ts";
import { boardTools } from "./board.ts";
import { discoveryTools } from "./discovery.ts";
import { headlessTools } from "./headless.ts";
import { knobTools } from "./knobs.ts";
import { recordingTools } from "./recording.ts";
import { reportTools } from "./reports.ts";
import { scenarioTools } from "./scenarios.ts";
import { soundTools } from "./sound.ts";

/** The tools. */
export const TOOLS: readonly Tool[] = [
  ...discoveryTools,
  ...knobTools,
  ...soundTools,
  ...headlessTools,
  ...scenarioTools,
  ...recordingTools,
  ...reportTools,
  ...boardTools,
  ...boardReportTools,
];
