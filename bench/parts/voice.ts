/**
 * Speech: how soon the first audio of a text leaves, how much faster than it lasts it is made, and
 * whether fifty sessions that speak at once get their share. Real speech over real sockets.
 *
 * @module
 */
// @ts-types="@types/ws"
import WebSocket from "ws";
import { HeadwayError, WallClock } from "../../runtime/mod.ts";
import { serve } from "../../serve/mod.ts";
import { silentLog } from "../../server/log.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import { medianOf, quantileOf } from "../rounds.ts";

const FIRSTS = 40;
const SESSIONS = 50;
const JOBS_EACH = 6;
const WORKERS = 2;
const SENTENCE = "The harbour was quiet, and the boats lay still until the morning. ";
/** A minute or so. */
const LONG = SENTENCE.repeat(15);
/** Of the first audio of a long text on an idle server, ms. */
const FIRST_GOAL = { most: 300 };
/** Waits over the fair share. */
const SHARE_GOAL = { most: 3 };

const clock = new WallClock();

/** Measures the voice server. */
export async function voicePart({ say }: PartOptions): Promise<PartResult> {
  await using server = await serve({
    ...{ port: 0, controlPort: "off", voicePort: 0, log: silentLog, clock },
    ...{ voiceWorkers: WORKERS, localPlayer: null },
  });
  const url = server.voiceUrl!;
  const loading = await timed(() => spoken(url, { text: "Hello." }));
  const firsts: number[] = [];
  for (let i = 0; i < FIRSTS; i++) {
    say(`first audio, ${i + 1} of ${FIRSTS}`);
    firsts.push(await firstAudioMs(url));
  }
  const factors: number[] = [];
  for (let i = 0; i < 10; i++) {
    say(`real-time factor, ${i + 1} of 10`);
    const { headers } = await spoken(url, { text: SENTENCE });
    factors.push(Number(headers.get("x-mod3-rtf")));
  }
  say(`${SESSIONS} sessions at once`);
  const together = await allAtOnce(url);
  return {
    figures: [
      figure("first speech of all, workers and code included", loading * 1000, "ms"),
      figure("first audio of a long text, p50", quantileOf(firsts, 0.5), "ms"),
      figure("first audio of a long text, p99", quantileOf(firsts, 0.99), "ms", FIRST_GOAL),
      figure("speech made in a second of work", medianOf(factors), "× real time"),
      figure(`wait of ${SESSIONS} sessions at once, p50`, together.p50S, "s"),
      figure(`wait of ${SESSIONS} sessions at once, p99`, together.p99S, "s"),
      figure("p99 of the wait over the fair share", together.overShare, "×", SHARE_GOAL),
      figure("jobs that were lost or misheard", together.lost, "jobs", { most: 0 }),
    ],
    notes: [],
  };
}

function figure(
  name: string,
  value: number,
  unit: string,
  goal: Figure["goal"] = null,
): Figure {
  return { part: "voice", name, value, unit, goal, ratio: null };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startS = clock.now();
  await work();
  return clock.now() - startS;
}

async function spoken(url: string, body: object): Promise<Response> {
  const response = await post(`${url}/v1/synthesize`, body);
  await response.arrayBuffer();
  return response;
}

async function post(url: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new HeadwayError(`${url} answered ${response.status}`);
  return response;
}

/** From the request to the first sample, after which nobody listens any more. */
async function firstAudioMs(url: string): Promise<number> {
  const startS = clock.now();
  const { body } = await post(`${url}/v1/synthesize`, { text: LONG, stream: true });
  const reader = body!.getReader();
  let bytes = 0;
  // The head of the file alone is no sound.
  while (bytes <= 44) bytes += (await reader.read()).value?.length ?? Infinity;
  const ms = (clock.now() - startS) * 1000;
  await reader.cancel();
  return ms;
}

/** Every session asks for all of its jobs at the same time, and listens. */
async function allAtOnce(url: string) {
  const listeners = await Promise.all(
    Array.from({ length: SESSIONS }, async (_, i) => {
      const id = `bench-${i}`;
      await post(`${url}/v1/sessions/register`, { session_id: id, participant_id: id });
      const heard: string[] = [];
      const socket = new WebSocket(`${url.replace(/^http/, "ws")}/ws/audio/${id}`);
      socket.on("message", (data: Uint8Array, isBinary: boolean) => {
        if (isBinary) return;
        const header = JSON.parse(new TextDecoder().decode(data));
        heard.push(header.session_id === id ? header.job_id : "another session's");
      });
      await new Promise<void>((resolve, reject) => {
        socket.on("open", () => resolve());
        socket.on("error", reject);
      });
      return { id, heard, socket };
    }),
  );
  const startS = clock.now();
  const waits: number[] = [];
  const ownWaits = new Map<string, number[]>(listeners.map(({ id }) => [id, []]));
  const asked = await Promise.all(
    listeners.flatMap(({ id }) =>
      Array.from({ length: JOBS_EACH }, async () => {
        const response = await spoken(url, { text: SENTENCE, session_id: id });
        const waitS = clock.now() - startS;
        waits.push(waitS);
        ownWaits.get(id)!.push(waitS);
        return { id, job: response.headers.get("x-mod3-job-id")! };
      })
    ),
  );
  const totalS = clock.now() - startS;
  for (const { socket } of listeners) socket.terminate();
  const wanted = new Map(listeners.map(({ id }) => [id, new Set<string>()]));
  for (const { id, job } of asked) wanted.get(id)!.add(job);
  const lost = listeners.reduce((sum, { id, heard }) => {
    const own = heard.filter((job) => wanted.get(id)!.has(job)).length;
    return sum + Math.abs(JOBS_EACH - own) + (heard.length - own);
  }, 0);
  // With turns kept, a session's second of six jobs ends when two sixths of the time are over.
  const shares = [...ownWaits.values()].flatMap((own) =>
    own.sort((a, b) => a - b).map((waitS, i) => waitS / (totalS * (i + 1) / JOBS_EACH))
  );
  return {
    p50S: quantileOf(waits, 0.5),
    p99S: quantileOf(waits, 0.99),
    overShare: quantileOf(shares, 0.99),
    lost,
  };
}
