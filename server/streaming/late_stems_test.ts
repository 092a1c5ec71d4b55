import { assertEquals } from "@std/assert";
import { levelClip, rampClip } from "../../tests/support/streaming_world.ts";
import type { AudioClip } from "./engine/engine.ts";
import { LateStems, type StemListener } from "./late_stems.ts";
import { SourceLibrary, type StemPair } from "./library.ts";
import { prepareSource } from "./source.ts";
import { InProcessPreparer } from "./source_preparer.ts";

const CLIP = levelClip(1, 0.5);
const NO_FACTS = { bpm: null, key: null, timeSignature: null };
const STEMS = { vocals: levelClip(1, 0.3), instruments: levelClip(1, 0.2) };

/** A session that plays `name`, and notes what it is told. */
function listener(name: string | null, clip: AudioClip = CLIP) {
  const heard: string[] = [];
  const session: StemListener = {
    source: { fixtureName: name, clip },
    publishStems: ({ message, clips }) => {
      heard.push(`${message.type} "${message.source_mode}" of ${message.fixture_name}`);
      assertEquals([message.frames, message.channels], [CLIP.frames, CLIP.channels]);
      assertEquals(clips, [STEMS.vocals, STEMS.instruments]);
    },
    publish: ({ type, fixture_name, error }) => heard.push(`${type} of ${fixture_name}: ${error}`),
  };
  return { heard, session };
}

/** Splits that end when the test says so, and a library with the upload `mine.wav`. */
function setUp(
  sessions: readonly StemListener[],
  options: ConstructorParameters<typeof SourceLibrary>[1] = {},
) {
  const splits: (PromiseWithResolvers<StemPair> & { readonly clip: AudioClip })[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  const log: string[] = [];
  const library = new SourceLibrary([], options);
  const upload = (name: string, clip: AudioClip) => library.upload(name, clip, NO_FACTS);
  const late = new LateStems({
    splitStems: (clip, signal) => {
      signals.push(signal);
      const split = { ...Promise.withResolvers<StemPair>(), clip };
      splits.push(split);
      return split.promise;
    },
    preparer: new InProcessPreparer(),
    log: (event, { reason }) => void log.push(`${event}: ${reason}`),
    library,
    sessions: () => sessions,
  });
  /** Lets promises that have been settled take effect. */
  const settled = async () => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  /** Names of the uploads whose stems are kept. */
  const kept = () => library.uploadNames.filter((name) => library.stemsOf(name) !== null);
  return { late, upload, mine: upload("mine", CLIP), splits, signals, kept, log, settled };
}

Deno.test("late stems go to the sessions that play the track, as overlays", async () => {
  const [playing, too, other, nameless] = [
    listener("mine.wav"),
    listener("mine.wav"),
    listener("other.wav"),
    listener(null),
  ];
  const sessions = [playing, too, other, nameless].map(({ session }) => session);
  const { late, mine, splits, kept, settled } = setUp(sessions);
  late.begin(mine);
  assertEquals(playing.heard, []);
  splits[0]!.resolve(STEMS);
  await settled();
  assertEquals(playing.heard, ['stem_assets "" of mine.wav']);
  assertEquals(too.heard, playing.heard);
  assertEquals([other.heard, nameless.heard], [[], []]);
  assertEquals(kept(), ["mine.wav"]);
});

Deno.test("late stems without a session are kept, and nobody is told", async () => {
  const { late, mine, splits, kept, log, settled } = setUp([]);
  late.begin(mine);
  splits[0]!.resolve(STEMS);
  await settled();
  assertEquals([kept(), log], [["mine.wav"], []]);
});

Deno.test("late stems that fail are told as stem_failed to whoever plays the track", async () => {
  const [playing, other] = [listener("mine.wav"), listener("other.wav")];
  const { late, mine, splits, kept, settled } = setUp([playing.session, other.session]);
  late.begin(mine);
  splits[0]!.reject(new Error("out of memory"));
  await settled();
  assertEquals(playing.heard, ["stem_failed of mine.wav: out of memory"]);
  assertEquals([other.heard, kept()], [[], []]);
});

Deno.test("late stems that one session cannot take in still reach the others", async () => {
  const [broken, playing] = [listener("mine.wav"), listener("mine.wav")];
  const session: StemListener = {
    ...broken.session,
    publishStems: () => {
      throw new Error("socket is broken");
    },
  };
  const { late, mine, splits, log, settled } = setUp([session, playing.session]);
  late.begin(mine);
  splits[0]!.resolve(STEMS);
  await settled();
  assertEquals(playing.heard, ['stem_assets "" of mine.wav']);
  assertEquals(log, ["stems not delivered: socket is broken"]);
});

Deno.test("late stems are not laid over audio that a client calls by the same name", async () => {
  const edited = CLIP.audio.slice();
  edited[48_000] = 0.25;
  const namesakes = [
    listener("mine.wav", levelClip(2, 0.5)),
    listener("mine.wav", levelClip(1, 0.5, 1)),
    listener("mine.wav", rampClip(1)),
    listener("mine.wav", { ...CLIP, audio: edited }),
  ];
  for (const outcome of [STEMS, new Error("out of memory")]) {
    const { late, mine, splits, settled } = setUp(namesakes.map(({ session }) => session));
    late.begin(mine);
    if (outcome instanceof Error) splits[0]!.reject(outcome);
    else splits[0]!.resolve(outcome);
    await settled();
    assertEquals(namesakes.map(({ heard }) => heard), [[], [], [], []]);
  }
});

Deno.test("late stems go to copies of the track too, also to one with its seam faded", async () => {
  const ramp = rampClip(1);
  const copies = [{ ...ramp, audio: ramp.audio.slice() }, prepareSource(ramp, { seamFade: true })]
    .map((clip) => listener("ramp.wav", clip));
  const { late, upload, splits, settled } = setUp(copies.map(({ session }) => session));
  late.begin(upload("ramp", ramp));
  splits[0]!.resolve(STEMS);
  await settled();
  const told = ['stem_assets "" of ramp.wav'];
  assertEquals(copies.map(({ heard }) => heard), [told, told]);
});

Deno.test("uploads that wait for their stems are not kept for it beyond the library's cap", async () => {
  const { byteLength } = CLIP.audio;
  const players = [listener("take 3.wav"), listener("take 49.wav", levelClip(1, 1))];
  const { late, upload, splits, settled } = setUp(
    players.map(({ session }) => session),
    { maxUploadBytes: 5 * byteLength },
  );
  for (let i = 0; i < 50; i++) late.begin(upload(`take ${i}`, levelClip(1, i / 100)));
  for (let i = 0; i < splits.length; i++) {
    splits[i]!.reject(new Error("no"));
    await settled();
  }
  assertEquals(
    splits.map(({ clip }) => Math.round(clip.audio[0]! * 100)),
    [0, 45, 46, 47, 48, 49],
    "the one under way, then what is still there",
  );
  assertEquals(players.map(({ heard }) => heard), [
    ["stem_failed of take 3.wav: the upload has made room for newer ones"],
    [],
  ]);
});

Deno.test("an upload that got the name of one under way is split too", async () => {
  const { late, upload, mine, splits, kept, settled } = setUp([], {
    maxUploadBytes: CLIP.audio.byteLength,
  });
  late.begin(mine);
  upload("other", levelClip(1, 0.25));
  late.begin(upload("mine", levelClip(1, 0.75)));
  splits[0]!.resolve(STEMS);
  await settled();
  assertEquals([splits[1]?.clip.audio[0], kept()], [0.75, []]);
  splits[1]!.resolve(STEMS);
  await settled();
  assertEquals([splits.length, kept()], [2, ["mine.wav"]]);
});

Deno.test("no more than 256 uploads wait for stems: the oldest goes, and its player is told", async () => {
  const players = [listener("x (1).wav", levelClip(0.2, 0.001)), listener("x (2).wav")];
  const { late, upload, splits, settled } = setUp(players.map(({ session }) => session));
  for (let i = 0; i <= 257; i++) late.begin(upload("x", levelClip(0.2, i / 1000)));
  assertEquals(players.map(({ heard }) => heard), [
    ["stem_failed of x (1).wav: more than 256 uploads wait for theirs"],
    [],
  ]);
  for (let i = 0; i < splits.length; i++) {
    splits[i]!.reject(new Error("no"));
    await settled();
  }
  assertEquals(splits.length, 257);
});

Deno.test("late stems are made one track at a time, each once, also after one that failed", async () => {
  const { late, mine, upload, splits, kept, settled } = setUp([]);
  const second = upload("second", levelClip(1, 0.25));
  for (const one of [mine, second, mine, second]) late.begin(one);
  assertEquals(splits.length, 1);
  splits[0]!.reject(new Error("no"));
  await settled();
  assertEquals(splits.length, 2);
  splits[1]!.resolve(STEMS);
  await settled();
  assertEquals([splits.length, kept()], [2, ["second.wav"]]);
});

Deno.test("late stems end with the server, those under way included", async () => {
  const playing = listener("mine.wav");
  const { late, mine, upload, splits, signals, kept, settled } = setUp([playing.session]);
  late.begin(mine);
  late.begin(upload("second", levelClip(1, 0.25)));
  late.close();
  assertEquals(signals[0]?.aborted, true);
  splits[0]!.resolve(STEMS);
  await settled();
  late.begin(mine);
  assertEquals(splits.length, 1);
  assertEquals([playing.heard, kept().length], [[], 0]);
});
