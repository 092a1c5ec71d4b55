/**
 * Times and states in words.
 *
 * @module
 */
import type { KeyboardRecord } from "./api.ts";

/** `3725` is `1:02:05`, `65` is `1:05`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${two(min)}:${two(s)}` : `${min}:${two(s)}`;
}

/** `3725` is `1 h 2 min`, `65` is `1 min 5 s`. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, h] = [Math.floor(whole / 86_400), Math.floor(whole / 3600) % 24];
  const [min, s] = [Math.floor(whole / 60) % 60, whole % 60];
  if (days > 0) return h > 0 ? `${days} d ${h} h` : `${days} d`;
  return h > 0 ? `${h} h ${min} min` : min > 0 ? `${min} min ${s} s` : `${s} s`;
}

/** Who has the keyboard. */
export function holderText({ holder, is_yours: isYours, viewers }: KeyboardRecord): string {
  const others = viewers > 1 ? ` ${viewers} look.` : "";
  if (isYours) return `You hold the keyboard.${others}`;
  return holder === null
    ? `Nobody holds the keyboard.${others}`
    : `Viewer ${holder} holds the keyboard.${others}`;
}

const STATUSES: Readonly<Record<string, string>> = {
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  timeout: "Timed out",
  info_needed: "Needs information",
  needs_approval: "Needs approval",
};

/** A task's status. */
export function statusText(status: string): string {
  return STATUSES[status] ?? status;
}

/** Longest text of a stranger in a line. */
const MOST_CHARS = 300;

/** A stranger's text at a length that a line can bear, without characters that turn text over. */
export function tame(text: string, most = MOST_CHARS): string {
  const plain = text
    // deno-lint-ignore no-control-regex -- they are what is looked for
    .replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, " ").trim();
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}
