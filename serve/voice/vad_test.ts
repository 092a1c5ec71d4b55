/** Voice activity on what there is: real speech, noise, music's steady tones, silence. */
import { assert, assertEquals } from "@std/assert";
import { Rng, WallClock } from "../../runtime/mod.ts";
import { SPEECH_HZ } from "../../server/voice/speech/engine.ts";
import { findSpeech, fromPcm16, toVadRate, VAD_HZ } from "../../server/voice/vad.ts";
import { wavFile } from "../../server/voice/wav.ts";
import { VoiceWorld } from "../../tests/support/voice_world.ts";
import { FliteEngine } from "./flite_engine.ts";

const clock = new WallClock();
const rng = new Rng("noise");
const noise = (seconds: number, level: number) =>
  Float32Array.from({ length: seconds * VAD_HZ }, () => level * rng.between(-1, 1));

function speech(voice: string): Promise<Int16Array<ArrayBuffer>> {
  const engine = new FliteEngine({ clock, workers: 1 });
  return new Promise<Int16Array<ArrayBuffer>>((resolve, reject) =>
    engine.say({
      text: "The weather is fine today, and we are going for a walk.",
      voice,
      speed: 1,
      emotion: 0,
    }, (result) => "pcm" in result ? resolve(result.pcm) : reject(new Error(result.error)))
  ).finally(() => engine.close());
}

Deno.test("speech is found in speech, and not in noise, clicks or silence", async () => {
  const said = await speech("am_adam");
  const audio = toVadRate(fromPcm16(new Uint8Array(said.buffer)), 1, SPEECH_HZ);
  const found = await findSpeech(audio, clock);
  assert(found.hasSpeech && found.speechRatio > 0.4, JSON.stringify(found));
  for (const level of [0.01, 0.1, 0.5]) {
    const { hasSpeech, confidence } = await findSpeech(noise(4, level), clock);
    assertEquals([hasSpeech, confidence], [false, 0], `noise of ${level}`);
  }
  assertEquals((await findSpeech(new Float32Array(4 * VAD_HZ), clock)).hasSpeech, false);
  assertEquals((await findSpeech(new Float32Array(0), clock)).audioS, 0);
  const clicks = new Float32Array(4 * VAD_HZ);
  for (let i = 0; i < clicks.length; i += 4000) clicks[i] = 1;
  assertEquals((await findSpeech(clicks, clock)).hasSpeech, false);
  // Between two silences, and over noise, it is found where it is.
  const padded = new Float32Array(audio.length + 4 * VAD_HZ);
  padded.set(audio, 2 * VAD_HZ);
  const bed = noise(padded.length / VAD_HZ, 0.01);
  for (let i = 0; i < padded.length; i++) padded[i]! += bed[i] ?? 0;
  const { segments } = await findSpeech(padded, clock);
  assert(segments[0]!.startS > 1.8 && segments[0]!.startS < 2.6, JSON.stringify(segments));
});

Deno.test("an upload is judged, by the threshold that it asks for", async () => {
  await using world = await VoiceWorld.start();
  const said = await speech("bm_lewis");
  const upload = (wav: Uint8Array<ArrayBuffer>, query = "") => {
    const form = new FormData();
    form.set("file", new File([wav], "x.wav"));
    return world.ask("POST", `/v1/vad${query}`, form);
  };
  const { status, body } = await upload(wavFile([said], SPEECH_HZ));
  assertEquals(status, 200);
  assertEquals(Object.keys(body), [
    ...["job_id", "has_speech", "confidence", "speech_ratio", "num_segments", "total_speech_sec"],
    ...["total_audio_sec", "processing_time_sec"],
  ]);
  assertEquals(body.has_speech, true);
  const strict = (await upload(wavFile([said], SPEECH_HZ), "?threshold=1")).body;
  assert(strict.total_speech_sec < body.total_speech_sec);
  assertEquals((await upload(new TextEncoder().encode("no sound"))).status, 400);
  assertEquals((await upload(wavFile([said], SPEECH_HZ), "?threshold=x")).status, 422);
  assertEquals((await world.ask("GET", `/v1/jobs/${body.job_id}`)).body.type, "vad");
});
