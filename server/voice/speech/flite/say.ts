import { pcmAtRate, SPEECH_HZ, type SpeechResult, type Utterance } from "../engine.ts";
import { FLITE_HZ, fliteCall, VOICE_SHAPES } from "./voices.ts";
import { runWasi } from "./wasi_host.ts";

/** Bytes before the samples of what flite writes. */
const HEAD_BYTES = 44;

/** Says a sentence on this thread: some milliseconds for each second of speech. */
export function fliteSay(
  module: WebAssembly.Module,
  { text, voice, speed }: Utterance,
): SpeechResult {
  const shape = VOICE_SHAPES[voice];
  if (shape === undefined) return { error: `flite has no voice ${JSON.stringify(voice)}` };
  const { args, heardHz } = fliteCall(text, shape, speed);
  const { exitCode, file } = runWasi(module, args);
  if (exitCode !== 0) return { error: `flite ended with ${exitCode}` };
  if (file.length <= HEAD_BYTES) return { error: "flite made no sound of the text" };
  const view = new DataView(file.buffer);
  const rate = view.getUint32(24, true);
  if (rate !== FLITE_HZ) return { error: `flite made ${rate} samples a second, not ${FLITE_HZ}` };
  const pcm = new Int16Array(file.slice(HEAD_BYTES, file.length & ~1).buffer);
  return { pcm: pcmAtRate(pcm, heardHz, SPEECH_HZ), sampleRate: SPEECH_HZ };
}
