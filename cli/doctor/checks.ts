/**
 * What `headway doctor` looks at. Each check answers in one line, and says how to mend what it finds.
 *
 * @module
 */
import { isAbsolute, join } from "node:path";
import { errorMessage } from "../../runtime/mod.ts";
import { octal } from "../../serve/home.ts";
import { DEFAULT_CONTROL_PORT, DEFAULT_HOST, DEFAULT_PORT, splitWords } from "../../serve/mod.ts";
import type { ServeOptions } from "../../serve/mod.ts";
import { agentsOf } from "../../serve/tasks/tasks_part.ts";
import { TOKEN_FILE } from "../../serve/token_file.ts";
import {
  DEFAULT_CHANNEL_PORT,
  DEFAULT_VOICE_PORT,
  type OptionalPort,
} from "../../serve/voice/options.ts";
import { checkToken } from "../../server/auth.ts";
import { isReachable } from "../serve_options.ts";
import { unknownWord } from "../parse.ts";
import { type AliasInUse, SETTINGS } from "../settings.ts";
import { broken, doubtful, type Finding, fine } from "./finding.ts";
import type { DoctorWorld, PathFacts } from "./world.ts";

/** Versions of Deno that we are tested with begin here. */
const MIN_DENO = [2, 9, 0] as const;
const LITTLE_BYTES = 2 ** 30;
const NO_BYTES = 100 * 2 ** 20;

/** Whether this Deno is new enough. */
export function checkDeno({ denoVersion }: DoctorWorld): Finding {
  const found = denoVersion.split(".").map((part) => parseInt(part));
  const at = MIN_DENO.findIndex((least, i) => found[i] !== least);
  if (at === -1 || (found[at] ?? 0) > MIN_DENO[at]!) return fine("deno", denoVersion);
  return broken(
    "deno",
    `${denoVersion} is older than ${MIN_DENO.join(".")}`,
    "deno upgrade, or run it by npx -y deno@2.9.6",
  );
}

/** Whether this process may do what a server does. */
export async function checkPermissions(world: DoctorWorld, home: string | null): Promise<Finding> {
  const needed: readonly (readonly [string, Deno.PermissionDescriptor])[] = [
    ["--allow-net", { name: "net" }],
    ["--allow-read", { name: "read" }],
    ["--allow-env", { name: "env" }],
    [
      "--allow-write",
      home === null ? { name: "write" } : { name: "write", path: home },
    ],
    ["--allow-run=deno", { name: "run", command: "deno" }],
  ];
  const missing: string[] = [];
  for (const [flag, permission] of needed) {
    if (!await world.isGranted(permission)) missing.push(flag);
  }
  if (missing.length === 0) return fine("permissions", "what a server needs is allowed");
  return broken("permissions", "not everything is allowed", `run Deno with ${missing.join(" ")}`);
}

/** Whether the home folder is ours alone. */
export async function checkHome(
  world: DoctorWorld,
  home: string | null,
  named: string | undefined,
): Promise<Finding> {
  if (home === null) {
    return broken("home", "no place for it is known", "set HEADWAY_HOME to an absolute path");
  }
  if (named !== undefined && named !== "" && !isAbsolute(named)) {
    return doubtful(
      "home",
      `HEADWAY_HOME is ${named}, which is another folder wherever one starts from`,
      `set it to an absolute path, here ${home}`,
    );
  }
  const facts = await statOr(world, home);
  if (typeof facts === "string") {
    return broken(
      "home",
      `${home} cannot be looked at (${facts})`,
      "set HEADWAY_HOME to a folder of yours",
    );
  }
  if (facts === null) return fine("home", `${home}, not made yet`);
  if (!facts.isFolder) {
    return broken("home", `${home} is no folder`, "remove it, or set HEADWAY_HOME");
  }
  if (facts.mode !== null && (facts.mode & 0o077) !== 0) {
    const says = `${home} is open to other users (mode ${octal(facts.mode)})`;
    return broken("home", says, `chmod 700 ${home}`);
  }
  if (!await world.canList(home)) {
    return broken(
      "home",
      `${home} is another user's`,
      "chown it, or set HEADWAY_HOME to one of yours",
    );
  }
  if (facts.mode !== null && (facts.mode & 0o700) !== 0o700) {
    const says = `${home} cannot be written to (mode ${octal(facts.mode)})`;
    return broken("home", says, `chmod 700 ${home}`);
  }
  return fine("home", home);
}

/** What is at a path, or why that cannot be seen. */
async function statOr(world: DoctorWorld, path: string): Promise<PathFacts | string | null> {
  try {
    return await world.stat(path);
  } catch (error) {
    return errorMessage(error);
  }
}

/** Whether the settings can be used. `read` throws what is wrong with them. */
export function checkSettings(read: () => unknown): Finding {
  try {
    read();
    return fine("settings", "variables and config.json can be used");
  } catch (error) {
    return broken("settings", errorMessage(error), "docs/settings.md has every setting");
  }
}

/** Whether the kept token can be used, and by us alone. */
export async function checkTokenFile(
  world: DoctorWorld,
  home: string | null,
  options: ServeOptions,
): Promise<Finding> {
  const isNeeded = isReachable(options) || options.loopbackBypass === false;
  if (options.token !== undefined) return fine("token", "set by HEADWAY_TOKEN");
  const path = home === null ? null : join(home, TOKEN_FILE);
  const facts = path === null ? null : await statOr(world, path);
  if (typeof facts === "string") {
    return broken("token", `${path} cannot be looked at (${facts})`, "mend the home folder first");
  }
  if (path === null || facts === null) {
    return fine("token", isNeeded ? "none yet; the server makes one" : "none, and none is needed");
  }
  if (!facts.isFile) {
    return broken("token", `${path} is no file`, NEW_TOKEN);
  }
  const fault = await tokenFault(world, path);
  if (facts.mode !== null && (facts.mode & 0o077) !== 0) {
    const open = `${path} is open to other users (mode ${octal(facts.mode)})`;
    if (fault !== null) return broken("token", `${open}, and ${fault}`, NEW_TOKEN);
    return broken("token", open, `chmod 600 ${path}, and remove it if others may have read it`);
  }
  return fault === null ? fine("token", `kept in ${path}`) : broken("token", fault, NEW_TOKEN);
}

const NEW_TOKEN = "remove it, and a new token is made";

/** What is wrong with the text of a token's file; null for nothing. */
async function tokenFault(world: DoctorWorld, path: string): Promise<string | null> {
  try {
    return checkToken((await world.readText(path)).trim(), path) === null
      ? `${path} is empty`
      : null;
  } catch (error) {
    return errorMessage(error);
  }
}

/** Whether the engine's program can be run, and by whom; null for the built-in engine. */
export async function checkEngine(
  world: DoctorWorld,
  { engineCommand, loopbackBypass = true }: ServeOptions,
): Promise<Finding | null> {
  if (engineCommand === undefined) return null;
  const fault = world.engineFault(engineCommand);
  if (fault === null) {
    if (!loopbackBypass || await world.knowsPeers()) {
      return fine("engine", `${engineCommand[0]} can be run`);
    }
    return doubtful(
      "engine",
      "its sessions need the token, as whose a local connection is cannot be told here",
      "set HEADWAY_TOKEN for the server and its clients",
    );
  }
  return broken("engine", fault, "install it, or mend HEADWAY_ENGINE_COMMAND");
}

/** Whether the agent that tasks run by default is there; null where there are no tasks. */
export function checkAgent(world: DoctorWorld, options: ServeOptions): Finding | null {
  if (options.tasksFolder === undefined) return null;
  const agents = agentsOf(options);
  const { name, command } = agents.byName("");
  const [program = ""] = splitWords(command);
  const fault = world.engineFault([program]);
  if (fault === null) return fine("agent", `${name} can be run`);
  return doubtful(
    "agent",
    `tasks would fail: the program ${program} of agent ${name} is not on PATH`,
    "install it, or choose another agent with HEADWAY_AGENT_COMMAND; HEADWAY_TASKS=off needs none",
  );
}

/** Variables that are no settings of a server. */
const OTHER_VARIABLES = [
  ...["HEADWAY_HOME", "HEADWAY_TARGET", "HEADWAY_CONTROL", "HEADWAY_DEBUG", "HEADWAY_TEST_SEED"],
  ...["HEADWAY_BENCH_PYTHON", "HEADWAY_TASKS_MCP_URL", "HEADWAY_TASKS_TOKEN_COMMAND"],
  "HEADWAY_TERMINAL",
];

/** Variables that look like ours and that nobody reads. */
export function checkVariables(world: DoctorWorld): Finding[] {
  const settings = Object.values(SETTINGS).flatMap(({ env, aliases = [] }) =>
    [env ?? [], aliases].flat()
  );
  const known = [...settings, ...OTHER_VARIABLES];
  const unknown = world.variables().filter((name) =>
    name.startsWith("HEADWAY_") && !known.includes(name)
  );
  return unknown.map((name) => {
    const { message } = unknownWord("variable", name, known, "docs/settings.md");
    return doubtful("variables", message, "rename it or unset it: nobody reads it");
  });
}

/** Whether the proxies that are trusted are everybody. */
export function checkProxies({ trustedProxies = [] }: ServeOptions): Finding | null {
  const everybody = trustedProxies.find((network) => network.endsWith("/0"));
  if (everybody === undefined) return null;
  return doubtful(
    "proxies",
    `${everybody} trusts every address, so anybody can say who they are to the count of failed logins`,
    "name your proxies in HEADWAY_TRUSTED_PROXIES one by one",
  );
}

/** A listener that the server can do without. */
interface OptionalListener {
  readonly check: string;
  readonly host: string;
  readonly port: number | "off";
  readonly flag: string;
  /** Whether nobody asked for this very port. */
  readonly isDefault: boolean;
}

function optionalListeners(options: ServeOptions): readonly OptionalListener[] {
  const { controlPort, voicePort, channelPort } = options;
  const host = (name: "controlHost" | "voiceHost" | "channelHost") => options[name] ?? DEFAULT_HOST;
  const plain = (port: OptionalPort, usual: number) => port === "default" ? usual : port;
  return [
    {
      ...{ check: "control port", host: host("controlHost"), flag: "--control-port" },
      ...{ port: controlPort ?? DEFAULT_CONTROL_PORT, isDefault: controlPort === undefined },
    },
    ...(voicePort === undefined ? [] : [{
      ...{ check: "voice port", host: host("voiceHost"), flag: "--voice-port" },
      ...{ port: plain(voicePort, DEFAULT_VOICE_PORT), isDefault: voicePort === "default" },
    }]),
    ...(channelPort === undefined ? [] : [{
      ...{ check: "channel port", host: host("channelHost"), flag: "--channel-port" },
      ...{ port: plain(channelPort, DEFAULT_CHANNEL_PORT), isDefault: channelPort === "default" },
    }]),
  ];
}

/** Whether the listeners can be opened, or who is in the way. */
export async function checkPorts(world: DoctorWorld, options: ServeOptions): Promise<Finding[]> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT } = options;
  const main = await checkPort(world, { check: "main port", host, port, flag: "--port" });
  const findings = [main];
  const before: { host: string; port: number | "off"; check: string }[] = [
    { host, port, check: "main port" },
  ];
  for (const listener of optionalListeners(options)) {
    findings.push(await checkOptional(world, listener, main, before));
    before.push(listener);
  }
  return findings;
}

async function checkOptional(
  world: DoctorWorld,
  { check, host, port, flag, isDefault }: OptionalListener,
  main: Finding,
  before: readonly { host: string; port: number | "off"; check: string }[],
): Promise<Finding> {
  if (port === "off") return fine(check, "left out");
  const other = before.find((it) => it.port === port && port !== 0 && meet(it.host, host));
  if (other !== undefined) {
    return broken(check, `${port} is the ${other.check} already`, `choose another with ${flag}`);
  }
  const found = await checkPort(world, { check, host, port, flag });
  // A server that runs holds all of its ports, and only one of them says whose they are.
  const isOurs = found.state === "broken" && main.state === "ok" && main.says.includes("Headway");
  if (isOurs) return fine(check, `${port} is held, as it is while one runs`);
  // A default port that is taken is left out.
  return found.state === "broken" && isDefault ? { ...found, state: "warn" } : found;
}

/** Whether two listeners of one port would be in each other's way. */
function meet(host: string, other: string): boolean {
  const isEverywhere = (it: string) => it === "0.0.0.0" || it === "::";
  return host === other || isEverywhere(host) || isEverywhere(other);
}

async function checkPort(
  world: DoctorWorld,
  { check, host, port, flag }: { check: string; host: string; port: number; flag: string },
): Promise<Finding> {
  if (port === 0) return fine(check, "any free one");
  const found = world.tryPort(host, port);
  if (found === "free") return fine(check, `${port} on ${host} is free`);
  if (found !== "taken") {
    return broken(check, `${host} cannot be listened on (${found})`, "choose another address");
  }
  const health = await world.health(host, port);
  if (health !== null) {
    const pid = health.pid === undefined ? "" : `, process ${health.pid}`;
    return fine(check, `${port} is held by a Headway server that runs${pid}`);
  }
  const mend = `stop that program (ss -ltnp shows it), or choose another port with ${flag}`;
  return broken(check, `${port} on ${host} is held by another program`, mend);
}

/** Which settings are read by names of other programs. */
export function checkAliases(aliases: readonly AliasInUse[]): Finding[] {
  return aliases.map(({ name, alias }) =>
    doubtful("names", `${alias} is read for ${name}`, `set ${name} to be sure, or unset ${alias}`)
  );
}

/** Who may come in from elsewhere. */
export function checkExposure(options: ServeOptions): Finding {
  if (!isReachable(options)) return fine("exposure", "local programs only");
  const { allowHost = [], host, publicUrl } = options;
  const isEverywhere = host === "0.0.0.0" || host === "::";
  if (publicUrl === undefined && isEverywhere && allowHost.length === 0) {
    return doubtful(
      "exposure",
      `${host} can be reached from other machines by address only, with the token and in clear text`,
      "name the server by --public-url or --allow-host, and put TLS in front of it",
    );
  }
  return fine("exposure", "can be reached from elsewhere, with the token");
}

/** Whether a proxy in front makes strangers look local. */
export async function checkPublicUrl(
  world: DoctorWorld,
  { publicUrl, loopbackBypass = true }: ServeOptions,
): Promise<Finding | null> {
  if (publicUrl === undefined) return null;
  if (!loopbackBypass) return fine("public URL", "everybody needs the token");
  const { result, why } = await world.probe(new URL(publicUrl));
  if (result === "asks for credentials") return fine("public URL", "asks strangers for the token");
  if (result === "not reached") {
    return doubtful(
      "public URL",
      `not reached (${why})`,
      "start the server and its proxy, then look again",
    );
  }
  return broken(
    "public URL",
    "lets strangers in: its proxy makes them look local",
    "let the proxy keep the Host or add X-Forwarded-For, or set HEADWAY_LOOPBACK_BYPASS=off",
  );
}

/** Whether there is room for logs and uploads. */
export async function checkDisk(world: DoctorWorld, home: string | null): Promise<Finding | null> {
  const bytes = home === null ? null : await world.freeBytes(home);
  if (bytes === null) return null;
  const says = `${(bytes / 2 ** 30).toFixed(1)} GiB free`;
  if (bytes >= LITTLE_BYTES) return fine("disk", says);
  const mend = "make room, or move the home folder with HEADWAY_HOME";
  return bytes < NO_BYTES ? broken("disk", says, mend) : doubtful("disk", says, mend);
}
