/**
 * From the settings of agent tasks to their options.
 *
 * @module
 */
import { isAbsolute, join } from "node:path";
import { UsageError } from "../runtime/mod.ts";
import type { TaskOptions } from "../serve/tasks/options.ts";
import type { SettingsInvocation } from "./serve_options.ts";

/** What the settings come to. The folders of tasks are not among them: see {@link taskFolders}. */
export function taskOptions(flags: SettingsInvocation["flags"]): TaskOptions {
  return {
    agentCommand: flags["agent-command"],
    agents: flags.agent,
    ...folder("tasksTexts", "tasks-texts", flags["tasks-texts"]),
    ...folder("tasksWorkFolder", "tasks-work-dir", flags["tasks-work-dir"]),
    tasksEnv: flags["tasks-env"],
    tasksMaxConcurrent: flags["tasks-max-concurrent"],
    tasksMaxPtys: flags["tasks-max-ptys"],
    tasksTtlS: flags["tasks-ttl-s"],
    tasksGraceS: flags["tasks-grace-s"],
    tasksWatchIntervalMs: flags["tasks-watch-interval-ms"],
    tasksTranscriptCapBytes: flags["tasks-transcript-cap-bytes"],
    tasksReplayOnly: flags["tasks-replay-only"],
    tasksInteractive: flags["tasks-interactive"],
    tasksWorkflow: flags["tasks-workflow"],
    tasksCountOutput: flags["tasks-count-output"],
    tasksThreeCounts: flags["tasks-counts"] === "3",
    tasksServerName: flags["tasks-server-name"],
  };
}

/** Where tasks are kept: nowhere without a home folder or with tasks switched off. */
export function taskFolders(
  flags: SettingsInvocation["flags"],
  home: string | null,
): Pick<TaskOptions, "tasksFolder" | "tasksProjects" | "uploadsFolder"> {
  const named = folder("tasksFolder", "tasks-dir", flags["tasks-dir"]);
  if (flags.tasks === "off") return {};
  const others = home === null ? {} : {
    tasksProjects: join(home, "tasks", "projects"),
    uploadsFolder: join(home, "uploads"),
  };
  if ("tasksFolder" in named) return { ...named, ...others };
  return home === null ? {} : { tasksFolder: join(home, "tasks", "sessions"), ...others };
}

function folder(name: keyof TaskOptions, flag: string, path: string | undefined): TaskOptions {
  if (path === undefined) return {};
  if (isAbsolute(path)) return { [name]: path };
  throw new UsageError(`--${flag} is ${JSON.stringify(path)}, expected an absolute path`, { flag });
}
