/**
 * A board for hours of virtual time: transcripts grow and are replaced, windows are looked into, and
 * clients of streams come and go, some without a word, some without reading.
 *
 * @module
 */
import { transcriptLines } from "../../fixtures/transcripts/mod.ts";
import { Rng, VirtualClock } from "../../runtime/mod.ts";
import { BoardModel } from "../../server/board/board_model.ts";
import { BoardFeed } from "../../server/board/stream/board_feed.ts";
import { DEFAULT_STREAM_LIMITS } from "../../server/board/stream/limits.ts";
import { StreamHub } from "../../server/board/stream/stream_hub.ts";
import { BoardRig } from "../support/board_rig.ts";
import { type MemorySample, memorySample } from "./flatness.ts";
import type { Soaked } from "./sessions.ts";

/** Sessions that are written at the same time. */
const SESSIONS = 12;
/** Records of a transcript, before another one begins in its place. */
const RECORDS = 60;
/** Lines that come at once at most. */
const MAX_LINES = 6;
const MAX_CLIENTS = 20;
const SAMPLES = 30;

/** A session that is being written. */
interface Writer {
  readonly id: string;
  life: number;
  lines: Iterator<string> | null;
}

/** A client of the board's stream. */
interface Client {
  readonly body: ReadableStreamDefaultReader<Uint8Array>;
  /** The others leave what comes lying. */
  readonly reads: boolean;
}

/** Hours of a board in virtual time; something happens each second. */
export async function soakBoard(sessionS: number): Promise<Soaked & { readonly lines: number }> {
  const rng = new Rng("board");
  const clock = new VirtualClock();
  const rig = new BoardRig({ cacheBytes: 2 ** 20 });
  const beganMs = rig.nowMs;
  const model = new BoardModel({ clock, boot: "soak" });
  const hub = new StreamHub({ clock, rng, boot: "soak", limits: DEFAULT_STREAM_LIMITS });
  const writers = Array.from(
    { length: SESSIONS },
    (_, i): Writer => ({ id: `session-${i}`, life: 0, lines: null }),
  );
  const clients: Client[] = [];
  const problems: string[] = [];
  let [lines, windows, streams, events] = [0, 0, 0, 0];

  const write = (writer: Writer) => {
    const isNew = writer.lines === null;
    writer.lines ??= transcriptLines({
      seed: `${writer.id} ${++writer.life}`,
      session: writer.id,
      startMs: rig.nowMs,
      records: RECORDS,
    });
    let text = "";
    for (let i = rng.int(MAX_LINES); i >= 0; i--) {
      const { value, done } = writer.lines.next();
      if (done === true) {
        writer.lines = null;
        break;
      }
      text += `${value}\n`;
      lines++;
    }
    if (isNew) rig.put(writer.id, text);
    else if (text !== "") rig.append(writer.id, text);
  };
  const follow = async ({ body }: Client) => {
    for (;;) {
      const { done } = await body.read();
      if (done) return;
      events++;
    }
  };
  const come = () => {
    const feedOf = (stream: ConstructorParameters<typeof BoardFeed>[1]) =>
      new BoardFeed(model, stream, null);
    const body = hub.open({ kind: "board", client: "soak", rev: model.rev, feedOf });
    if (body === null) return void problems.push(`a client was refused at ${hub.size} streams`);
    streams++;
    const client = { body: body.getReader(), reads: rng.float() < 0.8 };
    // Who does not read is cut off.
    client.body.closed.catch(() => {});
    clients.push(client);
    if (client.reads) void follow(client).catch(() => {});
  };
  const memory: MemorySample[] = [];
  for (let second = 1; second <= sessionS; second++) {
    rig.nowMs = beganMs + second * 1000;
    write(writers[rng.int(SESSIONS)]!);
    const change = rig.changes.take(rig.nowMs);
    if (change !== null) model.apply(change);
    const what = rng.float();
    if (what < 0.1 && clients.length < MAX_CLIENTS) come();
    else if (what < 0.2 && clients.length > 0) {
      const [client] = clients.splice(rng.int(clients.length), 1);
      await client!.body.cancel().catch(() => {});
    } else if (what < 0.3) {
      const { id, life } = writers[rng.int(SESSIONS)]!;
      if (life > 0) {
        windows++;
        const { items } = await rig.window(id, "anchor=tail&limit=50");
        if (!Array.isArray(items)) problems.push(`there is no window of ${id}`);
      }
    }
    // Time goes on although nothing happens.
    clock.at(second, () => {});
    while (clock.step(second)) await Promise.resolve();
    if (second % Math.ceil(sessionS / SAMPLES) === 0) memory.push(memorySample(second / sessionS));
  }
  for (const { body } of clients) await body.cancel().catch(() => {});
  if (hub.size > 0) problems.push(`${hub.size} streams are left of clients that have gone`);
  hub.close();
  if (events < streams) problems.push(`${streams} clients had ${events} events`);
  const done =
    `${lines} lines of ${writers.reduce((sum, { life }) => sum + life, 0)} transcripts, ` +
    `${windows} windows, ${streams} streams with ${events} events`;
  return { sessionS, lines, done, problems: problems.slice(0, 5), memory };
}
