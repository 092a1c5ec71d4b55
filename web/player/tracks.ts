/// <reference lib="dom" />
/**
 * Tracks: the server's, and files of the listener's own.
 *
 * @module
 */
import type { ClientSource } from "../../sim/client/options.ts";
import type { CodecAudio } from "../../wire/codec.ts";
import { MAX_BUFFER_BYTES, MAX_SOURCE_FRAMES, SAMPLE_RATE } from "../../wire/constants.ts";
import { encodePcm } from "../../wire/pcm.ts";
import type { UploadFailedMessage, UploadOkMessage } from "../../wire/server_types.ts";

/** Largest file that is read. */
const MAX_FILE_BYTES = 2 * MAX_BUFFER_BYTES;

/** A sound file as samples at 48 kHz, one or two channels, at most 240 s. */
export async function decodeFile(bytes: ArrayBuffer, name: string): Promise<CodecAudio> {
  let buffer: AudioBuffer;
  try {
    buffer = await new OfflineAudioContext(2, 1, SAMPLE_RATE).decodeAudioData(bytes);
  } catch {
    throw new Error(`${name} is no sound file that this browser can read; try WAV or MP3`);
  }
  const channels = Math.min(2, buffer.numberOfChannels);
  const frames = Math.min(buffer.length, MAX_SOURCE_FRAMES);
  const audio = new Float32Array(frames * channels);
  for (let channel = 0; channel < channels; channel++) {
    const samples = buffer.getChannelData(channel);
    for (let i = 0, at = channel; i < frames; i++, at += channels) audio[at] = samples[i]!;
  }
  return { audio, channels, frames };
}

/** Reads a file that was dropped or chosen. */
export async function readFile(file: File): Promise<CodecAudio> {
  if (file.size > MAX_FILE_BYTES) {
    throw new Error(
      `${file.name} has ${Math.round(file.size / 2 ** 20)} MiB, at most ` +
        `${Math.round(MAX_FILE_BYTES / 2 ** 20)} MiB are read`,
    );
  }
  return await decodeFile(await file.arrayBuffer(), file.name);
}

/**
 * Where a session finds a track: the server loads its own loops itself; an upload is sent along, as a
 * server that was started anew has it no more.
 */
export async function sourceOf(name: string, isFixture: boolean): Promise<ClientSource> {
  if (isFixture) return { kind: "fixture", name };
  const response = await fetch(`/user_uploads/${encodeURIComponent(name)}`);
  if (!response.ok) throw new Error(`the server has no track "${name}" any more; drop it again`);
  return { kind: "clip", ...await decodeFile(await response.arrayBuffer(), name) };
}

/**
 * Stores a track at the server.
 *
 * @returns The name that it is stored under.
 */
export function uploadTrack(url: string, name: string, clip: CodecAudio): Promise<string> {
  const stored = Promise.withResolvers<string>();
  const socket = new WebSocket(url);
  socket.onopen = () => {
    socket.send(JSON.stringify({ type: "upload_track", name }));
    socket.send(encodePcm(clip.audio, clip.channels) as Uint8Array<ArrayBuffer>);
  };
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data !== "string") return;
    const answer = JSON.parse(data) as UploadOkMessage | UploadFailedMessage;
    if (answer.type === "upload_ok") stored.resolve(answer.name);
    if (answer.type === "upload_failed") stored.reject(new Error(answer.error));
  };
  // After an answer this comes too late to matter.
  socket.onclose = ({ code }) =>
    stored.reject(new Error(`the connection ended with ${code} before the track was stored`));
  return stored.promise;
}
