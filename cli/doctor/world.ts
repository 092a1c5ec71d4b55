/**
 * The machine, as `headway doctor` sees it. Tests hand in a machine of their own.
 *
 * @module
 */
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Health } from "../../server/health.ts";
import type { ProbeResult } from "../../server/public_probe.ts";
import { probe } from "../../server/public_probe.ts";
import type { CliContext } from "../context.ts";
import { errorMessage } from "../../runtime/mod.ts";
import { walkFiles } from "../../serve/board/walk.ts";
import { checkCommand } from "../../serve/engine_command.ts";
import { readSocketTables } from "../../serve/socket_tables.ts";
import { askHealth } from "../health.ts";
import { type PortState, tryPort } from "../try_port.ts";

/** What is known of a file or folder. */
export interface PathFacts {
  readonly isFile: boolean;
  readonly isFolder: boolean;
  /** Permission bits; null where the system has none. */
  readonly mode: number | null;
}

/** Transcripts below a folder. */
export interface TranscriptCounts {
  readonly files: number;
  readonly bytes: number;
  /** Files and folders that may not be read. */
  readonly refused: number;
}

/** What the checks look at. */
export interface DoctorWorld {
  /** Deno's version, `2.9.6`. */
  readonly denoVersion: string;
  /** A file or folder; null when it is not there. */
  stat(path: string): Promise<PathFacts | null>;
  /** Whether we may look into a folder; false for one that is somebody else's. */
  canList(path: string): Promise<boolean>;
  /** The text of a file. */
  readText(path: string): Promise<string>;
  /** Whether nobody listens there; an explanation when the address itself cannot be had. */
  tryPort(host: string, port: number): PortState;
  /** The Headway server at an address; null for another program or none. */
  health(host: string, port: number): Promise<Health | null>;
  /** What a stranger finds at the public address. */
  probe(publicUrl: URL): Promise<{ readonly result: ProbeResult; readonly why: string | null }>;
  /** Free bytes where a path is or would be; null when that may not be asked. */
  freeBytes(path: string): Promise<number | null>;
  /** Transcripts below a folder such as `~/.claude`; null when it is not there. */
  transcripts(root: string): Promise<TranscriptCounts | null>;
  /** Seconds since the Unix epoch. */
  unixS(): number;
  /** Why an engine's program cannot be run; null when it can. */
  engineFault(command: readonly string[]): string | null;
  /** Whether the system tells whose a local connection is. */
  knowsPeers(): Promise<boolean>;
  /** Names of the variables that are set; none when they may not be listed. */
  variables(): readonly string[];
  /** Whether this process has a permission. */
  isGranted(permission: Deno.PermissionDescriptor): Promise<boolean>;
}

/** The machine that we run on. */
export function systemWorld({ clock }: Pick<CliContext, "clock">): DoctorWorld {
  return {
    denoVersion: Deno.version.deno,
    async stat(path) {
      try {
        const { isFile, isDirectory, mode } = await Deno.stat(path);
        return { isFile, isFolder: isDirectory, mode: mode === null ? null : mode & 0o777 };
      } catch (error) {
        const { NotADirectory, NotFound } = Deno.errors;
        if (error instanceof NotFound || error instanceof NotADirectory) return null;
        throw error;
      }
    },
    async canList(path) {
      try {
        await Deno.readDir(path)[Symbol.asyncIterator]().next();
        return true;
      } catch (error) {
        if (error instanceof Deno.errors.PermissionDenied) return false;
        throw error;
      }
    },
    readText: (path) => Deno.readTextFile(path),
    tryPort,
    health: (host, port) => askHealth(host, port, { clock }),
    probe: (publicUrl) => probe({ publicUrl, fetch, clock, nonce: () => crypto.randomUUID() }),
    async freeBytes(path) {
      for (let at = path;; at = dirname(at)) {
        try {
          const { bavail, bsize } = await statfs(at);
          return bavail * bsize;
        } catch (error) {
          if (error instanceof Deno.errors.NotCapable) return null;
          const isMissing = (error as { code?: string }).code === "ENOENT";
          if (!isMissing || dirname(at) === at) return null;
        }
      }
    },
    transcripts(root) {
      try {
        Deno.statSync(root);
      } catch {
        return Promise.resolve(null);
      }
      const counts = { files: 0, refused: 0, escapes: 0 };
      let bytes = 0;
      for (const { size } of walkFiles(`${root}/projects`, ".jsonl", counts)) bytes += size;
      return Promise.resolve({ files: counts.files, bytes, refused: counts.refused });
    },
    unixS: () => clock.unixS(),
    engineFault(command) {
      try {
        checkCommand(command);
        return null;
      } catch (error) {
        return errorMessage(error);
      }
    },
    knowsPeers: async () => await readSocketTables() !== null,
    variables() {
      try {
        return Object.keys(Deno.env.toObject());
      } catch (error) {
        if (error instanceof Deno.errors.NotCapable) return [];
        throw error;
      }
    },
    isGranted: async (permission) => (await Deno.permissions.query(permission)).state === "granted",
  };
}
