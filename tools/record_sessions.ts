/**
 * Records the sessions that ship in `scenarios/recorded/`, anew:
 *
 *     deno task record:sessions [--page http://127.0.0.1:1318] [--out DIR]
 *
 * With `--page`, a browser opens that server's player through the recording gateway and is recorded;
 * `HEADWAY_CHROMIUM` may name its program. Without, a server is started and the headless client is
 * recorded.
 *
 * @module
 */
import { join } from "node:path";
import { parseFlags } from "../cli/parse.ts";
import config from "../deno.json" with { type: "json" };
import { errorMessage, UsageError, WallClock } from "../runtime/mod.ts";
import { type Gateway, openGateway } from "../serve/gateway/mod.ts";
import { serve } from "../serve/mod.ts";
import { browserListener, headlessListener, type RecordedListener } from "./recorder/listeners.ts";

const FLAGS = {
  page: { type: "string", placeholder: "URL", help: "the server whose player is recorded" },
  out: {
    type: "string",
    placeholder: "DIR",
    default: "scenarios/recorded",
    help: "where recordings go",
  },
} as const;

/** What a listener does, by the name of the recording. */
const SESSIONS: Readonly<Record<string, (listener: RecordedListener) => Promise<void>>> = {
  /** Somebody turns knobs, jumps about, pauses, and tries another prompt. */
  "jumps-and-knobs": async (listener) => {
    await listener.play("low_fi_Gm_loop_60s_gnm.wav");
    await listener.wait(2);
    await listener.knob("denoise", 0.4);
    await listener.wait(1);
    await listener.knob("denoise", 0.75);
    await listener.wait(2);
    await listener.seek(40);
    await listener.wait(3);
    await listener.prompt("bright brass, fast");
    await listener.wait(2);
    await listener.pause();
    await listener.wait(1.5);
    await listener.resume();
    await listener.wait(2);
    await listener.seek(5);
    await listener.wait(3);
    await listener.stop();
  },
  /** Somebody loops a bar, and changes the track under it. */
  "band-and-swap": async (listener) => {
    await listener.play("thrash_metal_loop_60s_enm.wav");
    await listener.wait(2);
    await listener.knob("denoise", 0.6);
    await listener.band(1.5);
    await listener.wait(4.5);
    await listener.noBand();
    await listener.wait(2);
    await listener.swap("inside_confusion_loop_60s_gsm.wav");
    await listener.wait(4);
    await listener.knob("denoise", 0.3);
    await listener.wait(3);
    await listener.stop();
  },
};

async function recordAll(args: readonly string[]): Promise<void> {
  const { flags: { page, out } } = parseFlags(args, FLAGS, () => undefined);
  await using server = page === undefined ? await ownServer() : null;
  const upstream = (server?.httpUrl ?? page!).replace(/^http/, "ws");
  if (!/^wss?:/.test(upstream)) {
    throw new UsageError(`--page is ${JSON.stringify(page)}, expected http://host:port`);
  }
  for (const [name, play] of Object.entries(SESSIONS)) {
    const folder = await Deno.makeTempDir({ prefix: "headway-record-" });
    try {
      const file = join(folder, `${name}.ndjson`);
      await recordOne(upstream, file, async (gateway) => {
        await using listener = page === undefined
          ? headlessListener(gateway.url)
          : await browserListener(gateway.httpUrl);
        await play(listener);
      });
      // Only a whole recording takes the place of the old one.
      await Deno.copyFile(file, join(out, `${name}.ndjson`));
      console.log(`${join(out, name)}.ndjson: ${(await Deno.stat(file)).size} bytes`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
}

/** One that tells of nothing that is of this machine: it listens where everybody's does. */
function ownServer() {
  return serve({ port: 0, controlPort: "off", write: () => {} });
}

async function recordOne(
  upstream: string,
  out: string,
  play: (gateway: Gateway) => Promise<void>,
): Promise<void> {
  await using gateway = await openGateway({
    upstream,
    out,
    blobs: "none",
    version: config.version,
    clock: new WallClock(),
  });
  await play(gateway);
  const { failure } = await gateway.close();
  if (failure !== null) throw new UsageError(failure);
}

if (import.meta.main) {
  try {
    await recordAll(Deno.args);
  } catch (error) {
    console.error(`record: ${errorMessage(error)}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
