/**
 * A voice server's HTTP interface, as a scenario's director asks it. The same requests go to a server
 * at an address, and to the routes of one in this process.
 *
 * @module
 */
import { errorMessage, TargetError } from "../../runtime/mod.ts";
import type { DevicesSpec } from "./types.ts";

/** Carries a request to the server, whichever road. */
export type AskVoice = (
  method: string,
  path: string,
  body: Readonly<Record<string, unknown>> | null,
) => Promise<Response>;

/** Longest answer that is read, bytes. */
const MAX_ANSWER_BYTES = 4 * 2 ** 20;

/** An answer: its status, and what it says. */
export interface VoiceAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Whether a request was met. */
export function isMet({ status }: VoiceAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Why it was not, in the server's words. */
export function refusalOf({ status, body }: VoiceAnswer): string {
  const said = body["error"] ?? body["detail"] ?? body["status"];
  const text = typeof said === "string" ? said : JSON.stringify(said ?? body);
  return `${status}: ${text.slice(0, 200)}`;
}

/** Asks, and reads the answer. */
export async function askJson(
  ask: AskVoice,
  method: string,
  path: string,
  body: Readonly<Record<string, unknown>> | null = null,
): Promise<VoiceAnswer> {
  const response = await ask(method, path, body);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_ANSWER_BYTES) {
    throw new TargetError(`${path} answered ${bytes.length} bytes, more than a voice server does`);
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new TargetError(
      `${method} ${path} answered ${response.status} without JSON (${errorMessage(error)}); ` +
        "is this a voice server?",
      { path, status: response.status },
    );
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return {
    status: response.status,
    body: isObject ? value as Readonly<Record<string, unknown>> : {},
  };
}

/** What a voice server says of a job that it knows. */
export interface JobRecord {
  /** When it was asked for, on the server's own clock, Unix seconds. */
  readonly askedUnixS: number;
  /** From then to when its speech began to be made; null while it waits. */
  readonly startedAfterS: number | null;
  /** From then to when its speech was there; null before. */
  readonly madeAfterS: number | null;
  readonly status: string;
  /** How it ended, or what went wrong. */
  readonly reason: string;
  /** Listeners that it was sent to. */
  readonly delivered: number;
  /** Seconds of speech; null before they are there. */
  readonly durationS: number | null;
}

/** Reads a job of `/v1/jobs/<id>`. */
export function jobRecord(body: VoiceAnswer["body"]): JobRecord {
  const timeline = Array.isArray(body["timeline"]) ? body["timeline"] as unknown[] : [];
  const after = (event: string): number | null => {
    const found = timeline.find((it) =>
      typeof it === "object" && it !== null && (it as { event?: unknown }).event === event
    ) as { readonly t?: unknown } | undefined;
    return typeof found?.t === "number" ? found.t : null;
  };
  const metrics = (body["metrics"] ?? {}) as Readonly<Record<string, unknown>>;
  const text = (key: string) => typeof body[key] === "string" ? body[key] : null;
  const number = (value: unknown) => typeof value === "number" ? value : null;
  return {
    askedUnixS: number(body["requested_at"]) ?? 0,
    startedAfterS: after("generation_start"),
    madeAfterS: after("generation_complete"),
    status: text("status") ?? "",
    reason: text("error") ?? text("reason") ?? "",
    delivered: number(metrics["ws_subscribers_delivered"]) ?? 0,
    durationS: number(metrics["audio_duration_sec"]),
  };
}

/** What happened at the loudspeaker of the server's machine. */
export type SpeakerEvent =
  | { readonly kind: "begin"; readonly jobId: string; readonly device: string }
  | { readonly kind: "end"; readonly jobId: string; readonly isStopped: boolean };

/** What can be changed in a server that is ours, beside what anybody may ask of it. */
export interface VoiceBackdoor<Profile> {
  /** Devices came or went. */
  setDevices(devices: DevicesSpec): void;
  /** The engine takes another time from now on. */
  setEngine(profile: Profile): void;
}
