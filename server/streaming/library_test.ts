import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { AudioClip } from "./engine/engine.ts";
import { durationS, type LibraryTrack, settle, SourceLibrary } from "./library.ts";

const NO_FACTS = { bpm: null, key: null, timeSignature: null };
const clip = (level: number, frames = 10): AudioClip => ({
  audio: new Float32Array(frames).fill(level),
  channels: 1,
  frames,
});
const fixture = (name: string, load: LibraryTrack["load"] = () => clip(1)): LibraryTrack => ({
  name,
  facts: { bpm: 120, key: "G minor", timeSignature: "4" },
  load,
});

/** Loads by name; tells at once, or later. */
function loaded(library: SourceLibrary, name: string): (AudioClip | Error)[] {
  const outcome: (AudioClip | Error)[] = [];
  library.load(name, (audio) => outcome.push(audio), (error) => outcome.push(error));
  return outcome;
}

Deno.test("fixtures are listed by name and found; uploads are found too, but are no fixtures", () => {
  const library = new SourceLibrary([fixture("b.wav"), fixture("a.wav")]);
  const { name } = library.upload("mine.mp3", clip(0.5), NO_FACTS);
  assertEquals(library.fixtureNames, ["a.wav", "b.wav"]);
  assertEquals([library.isFixture("a.wav"), library.isFixture(name)], [true, false]);
  assertEquals([library.find(name)?.name, library.find("c.wav")], ["mine.wav", null]);
});

Deno.test("a track that is there at once is handed over within the call", () => {
  const library = new SourceLibrary([fixture("a.wav")]);
  assertEquals(loaded(library, "a.wav"), [clip(1)]);
});

Deno.test("an unknown name, a throwing and a rejecting track all end in one failure", async () => {
  const library = new SourceLibrary([
    fixture("throws", () => {
      throw new Error("broken");
    }),
    fixture("rejects", () => Promise.reject("gone")),
  ]);
  const outcomes = ["nobody", "throws", "rejects"].map((name) => loaded(library, name));
  await Promise.resolve();
  await Promise.resolve();
  assertEquals(outcomes.map((outcome) => outcome.length), [1, 1, 1]);
  const messages = outcomes.map(([error]) => (error as Error).message);
  assert(messages[0]?.includes('"nobody"') && messages[0].includes("/api/fixtures"));
  assertEquals(messages.slice(1), ["broken", "gone"]);
});

Deno.test("a name loses its folders, its ending, and what file systems and pages mind", () => {
  const library = new SourceLibrary([]);
  const stored = (name: string, level: number) => library.upload(name, clip(level), NO_FACTS).name;
  assertEquals(stored("../../etc/Passwd.txt", 0.1), "Passwd.wav");
  assertEquals(stored("C:\\music\\My <Song>.flac", 0.2), "My _Song_.wav");
  assertEquals(stored("...", 0.3), "upload.wav");
  assertEquals(stored("Ünïcode – naïve.wav", 0.4), "Ünïcode _ naïve.wav");
});

Deno.test("a taken name is numbered, also when a fixture has it", () => {
  const library = new SourceLibrary([fixture("take.wav")]);
  const names = [0.1, 0.2, 0.3].map((level) => library.upload("take", clip(level), NO_FACTS).name);
  assertEquals(names, ["take (1).wav", "take (2).wav", "take (3).wav"]);
});

Deno.test("the same samples are kept once, unless key or metre are given", () => {
  const library = new SourceLibrary([]);
  const first = library.upload("a", clip(0.5), NO_FACTS);
  assertEquals(library.upload("b", clip(0.5), NO_FACTS), first);
  const override = library.upload("a", clip(0.5), { ...NO_FACTS, key: "C major" });
  assertEquals([override.name, override.facts.key], ["a (1).wav", "C major"]);
  const inThree = library.upload("a", clip(0.5), { ...NO_FACTS, timeSignature: "3" });
  assertEquals([inThree.name, inThree.facts.timeSignature], ["a (2).wav", "3"]);
  assert(library.upload("a", clip(0.5, 11), NO_FACTS) !== first);
  assert(library.upload("a", clip(-0.5), NO_FACTS) !== first, "a flipped phase is other audio");
});

Deno.test("uploads are capped: the oldest make room, the newest always stays", () => {
  const library = new SourceLibrary([], { maxUploadBytes: 1000 });
  const names = [1, 2, 3].map((level) => library.upload("x", clip(level, 120), NO_FACTS).name);
  assertEquals(library.uploadNames, names.slice(1));
  const { name } = library.upload("huge", clip(4, 1000), NO_FACTS);
  assertEquals(library.uploadNames, [name]);
});

Deno.test("stems are kept with their upload, count as its bytes, and go with it", () => {
  const library = new SourceLibrary([fixture("a.wav")], { maxUploadBytes: 2000 });
  const pair = { vocals: clip(0.25, 120), instruments: clip(0.25, 120) };
  const [first, second] = [1, 2].map((level) => library.upload("x", clip(level, 120), NO_FACTS));
  assertEquals(library.stemsOf(second!.name), null);
  library.keepStems(second!, pair);
  assertEquals(library.stemsOf(second!.name), pair);
  library.keepStems(second!, { vocals: clip(1), instruments: clip(1) });
  assertEquals(library.stemsOf(second!.name), pair, "the first stems stay");
  assertEquals(library.uploadNames, [first!.name, second!.name]);
  const third = library.upload("x", clip(3, 120), NO_FACTS);
  assertEquals(library.uploadNames, [second!.name, third.name]);
  library.keepStems(first!, pair);
  library.keepStems(library.find("a.wav")!, pair);
  assertEquals([library.stemsOf(first!.name), library.stemsOf("a.wav")], [null, null]);
  assertEquals(library.uploadNames.length, 2);
});

Deno.test("stems of an upload that has made room are not kept for the next one of its name", () => {
  const library = new SourceLibrary([], { maxUploadBytes: 1000 });
  const old = library.upload("x", clip(1, 120), NO_FACTS);
  library.upload("big", clip(2, 240), NO_FACTS);
  const next = library.upload("x", clip(3, 120), NO_FACTS);
  assertEquals(next.name, old.name);
  library.keepStems(old, { vocals: clip(0.5, 120), instruments: clip(0.5, 120) });
  assertEquals(library.stemsOf(next.name), null);
});

Deno.test("stored names are never empty, never taken, and never hold a path", () => {
  fc.assert(fc.property(fc.array(fc.string(), { maxLength: 20 }), (wanted) => {
    const library = new SourceLibrary([]);
    const names = wanted.map((name, i) => library.upload(name, clip(i), NO_FACTS).name);
    assertEquals(new Set(names).size, names.length);
    for (const name of names) {
      assert(/^[^/\\<>"'&]+\.wav$/.test(name) && name.length < 140, name);
    }
  }));
});

Deno.test("settle hands over at once what is there at once, and later what comes later", async () => {
  const seen: string[] = [];
  settle(() => 1, (value) => seen.push(`now ${value}`), () => {});
  settle(() => Promise.resolve(2), (value) => seen.push(`later ${value}`), () => {});
  assertEquals(seen, ["now 1"]);
  await Promise.resolve();
  assertEquals(seen, ["now 1", "later 2"]);
});

Deno.test("a track's length is in seconds", () => {
  assertEquals(durationS(clip(0, 24_000)), 0.5);
});
