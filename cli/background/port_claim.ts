/**
 * Whose the port is that a server wants, and what may be done about it.
 *
 * Anybody can open a port first and answer there whatever they like. So the answer only says whether
 * that is a Headway server; which process it is, is the system's word.
 *
 * @module
 */
import { UsageError } from "../../runtime/mod.ts";
import type { Health } from "../../server/health.ts";
import { bracketed } from "../../server/origin.ts";
import { type Background, endProcess } from "./control.ts";
import type { Holder, Holders } from "./holders.ts";
import type { RunNote } from "./run_file.ts";

/** Where a server wants to listen. */
export interface Place {
  /** Its address. */
  readonly host: string;
  /** Its port; 0 for any that is free. */
  readonly port: number;
}

/** What is found at a place. */
export interface PortWorld {
  /** The Headway server that answers there; null for another program or none. */
  health(host: string, port: number): Promise<Health | null>;
  /** Whether somebody listens there. */
  isTaken(host: string, port: number): boolean;
  /** Who that is, by the system's word. */
  holders(host: string, port: number): Promise<Holders>;
}

/** Who has the port: nobody, the server of our note, another one of ours, or somebody else. */
export type Holding =
  | { readonly type: "free" }
  | { readonly type: "ours" }
  | { readonly type: "headway" | "foreign"; readonly holders: Holders; readonly why: string };

/** Finds out. `note` is about a server that runs. */
export async function holdingOf(
  { host, port }: Place,
  note: RunNote | null,
  world: PortWorld,
): Promise<Holding> {
  if (port === 0) return { type: "free" };
  const health = await world.health(host, port);
  if (health === null && !world.isTaken(host, port)) return { type: "free" };
  const isAtNote = note !== null && isPlaceOf(note.urls["main"], host, port);
  if (isAtNote && (health === null || health.boot === note.boot)) return { type: "ours" };
  return judge(health, await world.holders(host, port), note);
}

/** Weighs the answer against what the system says. */
export function judge(health: Health | null, holders: Holders, note: RunNote | null): Holding {
  const { named: [holder, ...others], hiddenUids } = holders;
  const foreign = (why: string) => ({ type: "foreign", holders, why }) as const;
  const isOne = holder !== undefined && others.length === 0 && hiddenUids.length === 0;
  if (isOne && holder.pid === note?.pid && holder.began === note.began) return { type: "ours" };
  if (health === null) return foreign("which does not answer as Headway");
  if (health.pid !== undefined && !(isOne && holder.pid === health.pid)) {
    return foreign(`which answers as Headway, but says that it is process ${health.pid}`);
  }
  // A server tells its process only to those whom it lets in.
  if (!isOne || (health.pid === undefined && !holder.isServe)) {
    return foreign("which answers as Headway, but is not seen to be a server of it");
  }
  const why = sparedText(holder);
  return why === null ? { type: "headway", holders, why: "" } : foreign(why);
}

/** Why no server can be started there; null when none of this holds against it. */
export function heldError(holding: Holding, port: number): UsageError | null {
  if (holding.type === "free" || holding.type === "ours") return null;
  const { type, holders, why } = holding;
  const who = whoText(holders);
  const text = type === "headway"
    ? `a Headway server that is not this home folder's holds port ${port}, ${who}; ` +
      "headway restart replaces it; or choose another port with --port"
    : `port ${port} is held by ${who}, ${why}; stop it, or choose another with --port` +
      (keptText(holders) === null ? "; headway restart --force ends it" : "");
  return new UsageError(text, { port });
}

/**
 * Ends who holds the port, and returns those. That is a Headway server as the system shows it, and
 * with `isForced` whoever the system names.
 *
 * @throws {UsageError} for others, before anything has been ended.
 */
export async function endHolders(
  background: Background,
  holding: Holding,
  { port, isForced }: { readonly port: number; readonly isForced: boolean },
): Promise<readonly Holder[]> {
  if (holding.type === "free" || holding.type === "ours") return [];
  const { type, holders: { named }, holders } = holding;
  if (type === "foreign" && !isForced) throw heldError(holding, port);
  const kept = keptText(holders);
  if (kept !== null) {
    throw new UsageError(
      `port ${port} is held by ${whoText(holders)}; --force does not end it, as ${kept}; ` +
        "stop it where it was started, or choose another port with --port",
      { port },
    );
  }
  for (const holder of named) await endProcess(background, holder);
  return named;
}

/** A process to show. */
export function holderText({ pid, command }: Holder): string {
  return `process ${pid}${command === "" ? "" : ` (${command})`}`;
}

/** Why these are never ended; null when they may be. */
function keptText({ named, hiddenUids }: Holders): string | null {
  if (named.length === 0 || hiddenUids.length > 0) return "the system does not show the process";
  const spared = named.find((holder) => holder.spared !== null);
  return spared === undefined ? null : `this is a process ${sparedText(spared)}`;
}

function sparedText({ spared }: Holder): string | null {
  switch (spared) {
    case "another-user":
      return "which is another user's";
    case "above-us":
      return "below which this command runs";
    case null:
      return null;
  }
}

function whoText({ named, hiddenUids }: Holders): string {
  const all = [
    ...named.map(holderText),
    ...hiddenUids.map((uid) => `a process of user ${uid} that the system does not show`),
  ];
  return all.length === 0 ? "a process that the system does not show" : all.join(" and ");
}

/**
 * Whether that place is the one of the note. A server at all addresses is noted by one that can be
 * connected to, so what wants all of them is never known by the note alone.
 */
function isPlaceOf(url: string | undefined, host: string, port: number): boolean {
  const wanted = `http://${bracketed(host)}:${port}`;
  if (url === undefined || !URL.canParse(url) || !URL.canParse(wanted)) return false;
  return new URL(url).origin === new URL(wanted).origin;
}
