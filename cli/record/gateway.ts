/**
 * `headway record` without a word: runs the gateway until it is told to stop.
 *
 * @module
 */
import { join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { UsageError } from "../../runtime/mod.ts";
import type { GatewayReport, KeptBlobs } from "../../serve/gateway/mod.ts";
import { EXIT, type ExitCode } from "../command.ts";
import { Progress } from "../progress.ts";
import type { RecordInvocation } from "./flags.ts";

const MIB = 2 ** 20;
/** How often a person is told how far it is, seconds. */
const TELL_EVERY_S = 0.5;

/** Runs it. */
export async function runGateway(invocation: RecordInvocation): Promise<ExitCode> {
  const { flags, stdout, stderr, clock, stopSignal } = invocation;
  const { upstream, token } = flags;
  if (upstream === undefined) {
    throw new UsageError("the gateway needs --upstream ws://host:port, the server to record");
  }
  // No other command needs its code.
  const { openGateway } = await import("../../serve/gateway/mod.ts");
  const signal = stopSignal();
  const progress = new Progress(invocation);
  const gateway = await openGateway({
    upstream,
    ...addressOf(flags.listen),
    ...(token !== undefined && token !== "" && { token }),
    allowOrigin: flags["allow-origin"],
    allowHost: flags["allow-host"],
    out: await fileOf(invocation),
    resume: flags.resume,
    blobs: flags.blobs as KeptBlobs,
    maxBytes: flags["max-mb"] * MIB,
    maxBlobBytes: flags["max-blob-mb"] * MIB,
    redactPrompts: flags["redact-prompts"],
    version: config.version,
    clock,
    onNews: (text) => {
      progress.clear();
      stderr.write(`headway: ${text}\n`);
    },
  });
  stderr.write(
    `headway: listening at ${gateway.url} (${gateway.httpUrl}), recording ${upstream} to ${gateway.path}\n`,
  );
  const tell = () => {
    const { figures: { messages, bytes }, recordedBytes } = gateway.report();
    progress.update(`${messages} messages, ${mib(bytes)} passed, ${mib(recordedBytes)} recorded`);
  };
  while (!signal.aborted) {
    if (progress.isShown) tell();
    await clock.sleep(progress.isShown ? TELL_EVERY_S : 3600, { signal }).catch(() => {});
  }
  progress.clear();
  const report = await gateway.close();
  stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  if (report.failure !== null) throw new UsageError(report.failure);
  return EXIT.passed;
}

function reportText({ figures, connections, path, recordedBytes, isFull }: GatewayReport): string {
  const { messages, bytes, latencyMs: { p50, p99, max } } = figures;
  return [
    `${messages} messages and ${mib(bytes)} on ${connections} connection${
      connections === 1 ? "" : "s"
    }`,
    `added latency: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`,
    `recording: ${path}, ${mib(recordedBytes)}${isFull ? ", full: the rest was not recorded" : ""}`,
  ].map((line) => `${line}\n`).join("");
}

/** Takes `HOST:PORT` apart. */
export function addressOf(text: string): { host: string; port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new UsageError(
    `--listen is ${JSON.stringify(text)}, expected HOST:PORT such as 127.0.0.1:1400 or [::1]:0`,
    { listen: text },
  );
}

/** The file to write; a folder gets one that is named by the time. */
async function fileOf({ flags, clock }: RecordInvocation): Promise<string> {
  const { out, resume } = flags;
  if (out === "") throw new UsageError("--out is empty; name a file, or a folder ending in /");
  const isFolder = /[/\\]$/.test(out) ||
    (await Deno.stat(out).catch(() => null))?.isDirectory === true;
  if (!isFolder) return out;
  if (resume) throw new UsageError(`--resume needs the file to go on with, and ${out} is a folder`);
  await Deno.mkdir(out, { recursive: true });
  const stamp = new Date(clock.unixS() * 1000).toISOString().replace(/\.\d+Z$/, "")
    .replaceAll(":", "");
  return join(out, `session-${stamp}.ndjson`);
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
