/**
 * Programs that list the audio outputs of a machine, and what they write. Pure.
 *
 * @module
 */
import type { AudioDevice } from "../../server/voice/devices.ts";

/** The outputs of a machine, and which of them is the system's choice. */
export interface ListedDevices {
  readonly devices: readonly AudioDevice[];
  /** Place in the list; null when it is not known. */
  readonly defaultIndex: number | null;
}

/** A way to list them. */
export interface DeviceProgram {
  /** Commands to run, all of which have to succeed. */
  readonly commands: readonly (readonly string[])[];
  /** Reads what they wrote, in the same order. */
  readonly parse: (outputs: readonly string[]) => ListedDevices;
}

const PULSE: DeviceProgram = {
  commands: [["pactl", "info"], ["pactl", "list", "sinks"]],
  parse: ([info = "", sinks = ""]) => parsePulse(info, sinks),
};
const PIPEWIRE: DeviceProgram = {
  commands: [["wpctl", "status"]],
  parse: ([status = ""]) => parsePipewire(status),
};
const ALSA: DeviceProgram = {
  commands: [["aplay", "-l"]],
  parse: ([list = ""]) => parseAlsa(list),
};
const CORE_AUDIO: DeviceProgram = {
  commands: [["system_profiler", "-json", "SPAudioDataType"]],
  parse: ([json = ""]) => parseCoreAudio(json),
};

const BY_PLATFORM: Readonly<Record<string, readonly DeviceProgram[]>> = {
  linux: [PULSE, PIPEWIRE, ALSA],
  freebsd: [PULSE],
  darwin: [CORE_AUDIO],
};

/** What to try on a platform, in order; empty where nothing is known. */
export function devicePrograms(platform: string): readonly DeviceProgram[] {
  return BY_PLATFORM[platform] ?? [];
}

/** `pactl info` and `pactl list sinks`, in English. */
export function parsePulse(info: string, sinks: string): ListedDevices {
  const devices: AudioDevice[] = [];
  const ids: string[] = [];
  for (const block of sinks.split(/^Sink #/m).slice(1)) {
    const field = (name: string) => new RegExp(`^\\s*${name}: (.*)$`, "m").exec(block)?.[1]?.trim();
    const id = field("Name");
    if (id === undefined) continue;
    const channels = Number(/\b(\d+)ch\b/.exec(field("Sample Specification") ?? "")?.[1] ?? 2);
    const name = field("Description") ?? id;
    devices.push({ name, outputChannels: channels, address: { system: "pulse", id } });
    ids.push(id);
  }
  const chosen = /^Default Sink: (.*)$/m.exec(info)?.[1]?.trim();
  return { devices, defaultIndex: indexOrNull(ids.findIndex((id) => id === chosen)) };
}

/** `wpctl status`: the sinks of its part on audio. */
export function parsePipewire(status: string): ListedDevices {
  const devices: AudioDevice[] = [];
  let defaultIndex: number | null = null;
  let part = "";
  let list = "";
  for (const line of status.split("\n")) {
    if (/^\w/.test(line)) part = line.trim();
    const heading = /─ (.*):$/.exec(line.trimEnd())?.[1];
    if (heading !== undefined) list = heading;
    if (part !== "Audio" || list !== "Sinks") continue;
    const found = /^[\s│]*(\*)?\s*(\d+)\. (.*?)\s*(?:\[vol:.*)?$/.exec(line);
    if (found === null) continue;
    const [, star, id = "", name = ""] = found;
    if (star !== undefined) defaultIndex = devices.length;
    devices.push({ name, outputChannels: 2, address: { system: "pipewire", id } });
  }
  return { devices, defaultIndex };
}

/** `aplay -l`: the sound cards. Which of them is the system's choice it does not say. */
export function parseAlsa(list: string): ListedDevices {
  const cards = list.matchAll(/^card (\d+): .*?\[(.*?)\], device (\d+): .*?\[(.*?)\]/gm);
  const devices = [...cards].map(([, card, cardName, device, name]) => ({
    ...{ name: `${cardName}, ${name}`, outputChannels: 2 },
    address: { system: "alsa", id: `plughw:${card},${device}` } as const,
  }));
  return { devices, defaultIndex: null };
}

/** `system_profiler -json SPAudioDataType`. */
export function parseCoreAudio(json: string): ListedDevices {
  const { SPAudioDataType: groups } = Object(JSON.parse(json)) as { SPAudioDataType?: unknown };
  const items = (Array.isArray(groups) ? groups : []).flatMap((group) =>
    Array.isArray(Object(group)._items) ? Object(group)._items as Record<string, unknown>[] : []
  );
  const devices = items.map((item) => ({
    name: String(item["_name"] ?? ""),
    outputChannels: Number(item["coreaudio_device_output"] ?? 0),
  }));
  const chosen = items.findIndex((item) =>
    item["coreaudio_default_audio_output_device"] === "spaudio_yes"
  );
  return { devices, defaultIndex: indexOrNull(chosen) };
}

function indexOrNull(index: number): number | null {
  return index < 0 ? null : index;
}
