/** Fifty sessions with a socket each and five hundred jobs, over and over: who hears what, and memory. */
import { assert, assertEquals } from "@std/assert";
import { Rng, WallClock } from "../runtime/mod.ts";
import type { SpeechEngine } from "../server/voice/speech/engine.ts";
import { ToneEngine } from "../server/voice/speech/tone_engine.ts";
import { type MemorySample, memorySample, unflatHeap } from "./soak/flatness.ts";
import { type SocketClient, VoiceWorld } from "./support/voice_world.ts";

const SESSIONS = 50;
const JOBS = 500;
const ROUNDS = 6;
const S_PER_CHAR = 0.004;

/** An engine that begins when it is told to, so that everybody has asked by then. */
function heldEngine() {
  const tone = new ToneEngine(new WallClock(), { realTimeFactor: 5000, sPerChar: S_PER_CHAR });
  let held: (() => void)[] | null = [];
  const engine: SpeechEngine = {
    info: tone.info,
    isLoaded: true,
    say(utterance, done) {
      let cancel = () => {};
      const begin = () => cancel = tone.say(utterance, done);
      if (held === null) begin();
      else held.push(begin);
      return () => cancel();
    },
    close: () => tone.close(),
  };
  const open = () => {
    for (const begin of held ?? []) begin();
    held = null;
  };
  return { engine, open, hold: () => held ??= [] };
}

/** Each session's texts are of a length of their own, so its audio can be told from all others. */
function textOf(session: number): string {
  return "a".repeat(5 + session);
}

/** Registers, listens, asks for everything in a random order, hears it, and leaves. */
async function round(world: VoiceWorld, engine: ReturnType<typeof heldEngine>, seed: string) {
  const ids = Array.from({ length: SESSIONS }, (_, i) => `${seed}-${i}`);
  engine.hold();
  await Promise.all(ids.map((id) => world.join(id)));
  const sockets = await Promise.all(ids.map((id) => world.open(`/ws/audio/${id}`)));
  const order = Array.from({ length: JOBS }, (_, i) => i % SESSIONS);
  const rng = new Rng(seed);
  for (let i = order.length - 1; i > 0; i--) {
    const at = rng.int(i + 1);
    [order[i], order[at]] = [order[at]!, order[i]!];
  }
  const asked = ids.map(() => [] as string[]);
  for (const session of order) {
    const body = { text: textOf(session), session_id: ids[session], speed: 1 };
    asked[session]!.push((await world.ask("POST", "/v1/speak", body)).body.job_id);
  }
  engine.open();
  const seqs = await Promise.all(
    sockets.map((socket, i) => heardBy(socket, i, ids[i]!, asked[i]!)),
  );
  for (const socket of sockets) await socket[Symbol.asyncDispose]();
  for (const id of ids) await world.ask("POST", `/v1/sessions/${id}/deregister`);
  return seqs;
}

/** Takes a session's messages; each has to be its own, in its order, header and file in pairs. */
async function heardBy(socket: SocketClient, session: number, id: string, jobs: readonly string[]) {
  const bytes = 44 + 2 * Math.round(textOf(session).length * S_PER_CHAR * 24_000);
  const seqs: number[] = [];
  for (const job of jobs) {
    const [header, file] = [await socket.next(), await socket.next()];
    assert("json" in header && "bytes" in file, `session ${session}: a pair was torn`);
    const { session_id, job_id, seq } = header.json;
    assertEquals([session_id, job_id, header.json.bytes], [id, job, bytes]);
    assertEquals(file.bytes.length, bytes);
    seqs.push(seq);
  }
  return seqs;
}

Deno.test("fifty sockets hear their own of five hundred jobs, in turn; six times, on a flat heap", async () => {
  const engine = heldEngine();
  await using world = await VoiceWorld.start({ speechEngines: [engine.engine], voiceWorkers: 2 });
  const memory: MemorySample[] = [];
  for (let i = 1; i <= ROUNDS; i++) {
    const seqs = await round(world, engine, `round${i}`);
    // Everybody had asked before the first was served, so nobody is more than a lap ahead of anybody.
    const served = seqs.flatMap((mine, session) => mine.map((seq) => ({ seq, session })))
      .sort((a, b) => a.seq - b.seq);
    assertEquals(served.length, JOBS);
    assertEquals(new Set(served.map(({ seq }) => seq)).size, JOBS);
    const laps = seqs.map(() => 0);
    for (const { session } of served) {
      laps[session]!++;
      assert(Math.max(...laps) - Math.min(...laps) <= 2, laps.join(" "));
    }
    const { sessions, serializer, voice_holders } = (await world.ask("GET", "/v1/sessions")).body;
    assertEquals([sessions, serializer.rr_cursor, voice_holders], [[], [], {}]);
    const { depth, active_jobs } = (await world.ask("GET", "/health")).body.queue;
    assertEquals([depth, active_jobs], [100, 0]);
    assertEquals(world.player.played.length, 0);
    memory.push(memorySample(i / ROUNDS));
  }
  assertEquals(unflatHeap(memory), []);
});
