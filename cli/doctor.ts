/**
 * `headway doctor`: what is wrong with a set-up, and how to mend it.
 *
 * @module
 */
import { Access } from "../serve/access.ts";
import { findHome } from "../serve/home.ts";
import { defaultRoots } from "./board_options.ts";
import { defineCommand, EXIT, type ExitCode, settingsFrom } from "./command.ts";
import type { CliContext } from "./context.ts";
import {
  checkAgent,
  checkAliases,
  checkDeno,
  checkDisk,
  checkEngine,
  checkExposure,
  checkHome,
  checkPermissions,
  checkPorts,
  checkProxies,
  checkPublicUrl,
  checkSettings,
  checkTokenFile,
  checkVariables,
} from "./doctor/checks.ts";
import { checkCopilot, checkPriceTable, checkTranscripts } from "./doctor/board_checks.ts";
import { type Finding, findingLines } from "./doctor/finding.ts";
import { type DoctorWorld, systemWorld } from "./doctor/world.ts";
import { serveOptions } from "./serve_options.ts";
import { agentsOf } from "../serve/tasks/tasks_part.ts";
import { taskFolders } from "./task_options.ts";
import { aliasesInUse, SETTINGS } from "./settings.ts";

/** The command. */
export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "say what is wrong with the set-up, and how to mend it",
  description:
    "Looks at Deno, permissions, the home folder, settings, the token, ports, and at who may come in, as headway serve would find them. Nothing is changed. The exit code is 1 when something is broken.",
  flags: { json: { type: "boolean", help: "print the findings as JSON, and nothing else" } },
  async run(invocation) {
    const findings = await examine(invocation, systemWorld(invocation));
    return report(findings, invocation.flags.json, invocation);
  },
});

/** Every finding, in the order in which one would mend things. */
export async function examine(
  context: Pick<CliContext, "env" | "config">,
  world: DoctorWorld,
): Promise<Finding[]> {
  const { env } = context;
  const home = findHome(env);
  const read = () => {
    const parsed = settingsFrom([], SETTINGS, context);
    const settings = { ...serveOptions(parsed), ...taskFolders(parsed.flags, home) };
    agentsOf(settings);
    return {
      settings,
      access: new Access({ loopbackBypass: true, ...settings, ...noBypass(settings) }),
    };
  };
  const findings: (Finding | null)[] = [
    checkDeno(world),
    await checkPermissions(world, home),
    await checkHome(world, home, env("HEADWAY_HOME")),
    checkSettings(read),
    ...checkAliases(aliasesInUse(env)),
    ...checkVariables(world),
  ];
  // Without settings nothing more can be said than what is wrong with them.
  if (findings.some((finding) => finding?.check === "settings" && finding.state === "ok")) {
    const { settings } = read();
    findings.push(
      await checkEngine(world, settings),
      checkAgent(world, settings),
      await checkTokenFile(world, home, settings),
      ...await checkPorts(world, settings),
      checkExposure(settings),
      await checkTranscripts(world, settings.transcriptRoots ?? defaultRoots(env)),
      await checkPriceTable(world, settings),
      ...checkCopilot(world, settings),
      checkProxies(settings),
      await checkPublicUrl(world, settings),
    );
  }
  findings.push(await checkDisk(world, home));
  return findings.filter((finding) => finding !== null);
}

/** A server that wants a token from everybody makes one at its start. */
function noBypass(settings: { readonly token?: string; readonly loopbackBypass?: boolean }) {
  return settings.token === undefined ? { loopbackBypass: true } : {};
}

function report(
  findings: readonly Finding[],
  isJson: boolean,
  { stdout }: Pick<CliContext, "stdout">,
): ExitCode {
  const isBroken = findings.some(({ state }) => state === "broken");
  stdout.write(isJson ? `${JSON.stringify(findings, null, 2)}\n` : findingLines(findings));
  return isBroken ? EXIT.failed : EXIT.passed;
}
