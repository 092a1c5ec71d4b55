/**
 * What a server in the background says when it is ready, and how that is read.
 *
 * @module
 */

/** Where a server listens, and which start of it this is. */
export interface Ready {
  /** Tells this start from others. */
  readonly boot: string;
  /** Addresses by the listener's name, the main one first. */
  readonly urls: Readonly<Record<string, string>>;
}

/** A line for each listener, and the one that ends it. */
export function readyText(
  server: {
    readonly boot: string;
    readonly httpUrl: string;
    readonly controlUrl: string | null;
  },
  logFile: string,
): string {
  const lines = [
    `main listens at ${server.httpUrl}`,
    ...(server.controlUrl === null ? [] : [`control listens at ${server.controlUrl}`]),
    `logs go to ${logFile}`,
    `ready boot=${server.boot}`,
  ];
  return lines.map((line) => `headway: ${line}\n`).join("");
}

/** Reads it; null as long as the end has not come. */
export function parseReady(text: string): Ready | null {
  const boot = /^headway: ready boot=(\S+)\n/m.exec(text)?.[1];
  if (boot === undefined) return null;
  const lines = [...text.matchAll(/^headway: (\S+) listens at (\S+)$/gm)];
  return { boot, urls: Object.fromEntries(lines.map(([, name, url]) => [name!, url!])) };
}
