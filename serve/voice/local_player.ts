/**
 * Plays WAV files on this machine, by whatever program is there.
 *
 * @module
 */
import { join } from "node:path";
import { errorMessage } from "../../runtime/mod.ts";
import type { DeviceAddress } from "../../server/voice/devices.ts";
import type { LocalPlayer, OutputDevice } from "../../server/voice/player.ts";
import { isProcessAlive } from "./speaking_lock.ts";

/** A program and its arguments; the file comes last. */
export type PlayerCommand = readonly string[];

const KNOWN: Readonly<Record<string, PlayerCommand>> = {
  afplay: ["afplay"],
  aplay: ["aplay", "-q"],
  paplay: ["paplay"],
  ffplay: ["ffplay", "-nodisp", "-autoexit", "-loglevel", "error"],
  powershell: [
    ...["powershell", "-NoProfile", "-NonInteractive", "-Command"],
    "& { param($f) (New-Object System.Media.SoundPlayer $f).PlaySync() }",
  ],
};

const BY_PLATFORM: Readonly<Record<string, readonly string[]>> = {
  darwin: ["afplay"],
  linux: ["aplay", "paplay"],
  freebsd: ["aplay"],
  windows: ["powershell"],
};
const ANYWHERE = ["afplay", "aplay", "paplay", "ffplay"];

/** Programs to try, in order. */
export function playersFor(platform: string): readonly PlayerCommand[] {
  const names = new Set([...BY_PLATFORM[platform] ?? [], ...ANYWHERE]);
  return [...names].map((name) => KNOWN[name]!);
}

/** Programs to try for one device: those that can address it. */
export function playersOn({ system, id }: DeviceAddress): readonly PlayerCommand[] {
  switch (system) {
    case "pulse":
      return [["paplay", `--device=${id}`]];
    case "pipewire":
      return [["pw-play", "--target", id]];
    case "alsa":
      return [["aplay", "-q", "-D", id]];
  }
}

/** The variable by which a player of the user's is told of the device. */
const DEVICE_VARIABLE = "HEADWAY_OUTPUT_DEVICE";

/** What a {@link ProcessPlayer} is made of. */
export interface ProcessPlayerOptions {
  /** The one program to use; default whichever is there. Looked for at each file. */
  readonly command?: PlayerCommand | undefined;
  /** Folder of the files; default the system's own. */
  readonly folder?: string | undefined;
  /** Whether a process runs, so that its files are left alone. */
  readonly isAlive?: (pid: number) => boolean;
}

/** A file that is played; its name says by which process. */
const FILE = /^headway-(\d+)-.*\.wav$/;

/**
 * Plays each file by a process of its own, and leaves no file behind: what a server could not remove,
 * because it was killed, goes when the next one that has its folder plays.
 */
export class ProcessPlayer implements LocalPlayer {
  readonly #options: ProcessPlayerOptions;
  #isSwept = false;

  /** Nothing is started. */
  constructor(options: ProcessPlayerOptions = {}) {
    this.#options = options;
  }

  /** Writes the file, starts the program, and removes the file when it has ended. */
  play(
    wav: Uint8Array<ArrayBuffer>,
    device: Pick<OutputDevice, "address">,
    done: (error: string | null) => void,
  ): () => void {
    const stop = new AbortController();
    this.#play(wav, device.address, stop.signal)
      .then(() => done(null), (error) => done(errorMessage(error)));
    return () => stop.abort();
  }

  async #play(
    wav: Uint8Array<ArrayBuffer>,
    address: DeviceAddress | null,
    stop: AbortSignal,
  ): Promise<void> {
    const { folder, command } = this.#options;
    const commands = command !== undefined
      ? [command]
      : address !== null
      ? playersOn(address)
      : playersFor(Deno.build.os);
    if (folder !== undefined) {
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      await this.#sweep(folder);
    }
    const path = await Deno.makeTempFile({
      prefix: `headway-${Deno.pid}-`,
      suffix: ".wav",
      ...(folder !== undefined && { dir: folder }),
    });
    try {
      await Deno.writeFile(path, wav);
      if (stop.aborted) return;
      const child = started(commands, path, address);
      const kill = () => {
        try {
          child.kill();
        } catch {
          // It has ended by itself.
        }
      };
      stop.addEventListener("abort", kill, { once: true });
      const { code, success } = await child.status;
      stop.removeEventListener("abort", kill);
      if (!success && !stop.aborted) throw new Error(`the player ended with ${code}`);
    } finally {
      await Deno.remove(path).catch(() => {});
    }
  }

  /** Removes the files of processes that have died. */
  async #sweep(folder: string): Promise<void> {
    if (this.#isSwept) return;
    this.#isSwept = true;
    const { isAlive = isProcessAlive } = this.#options;
    for await (const { name } of Deno.readDir(folder)) {
      const [, pid] = FILE.exec(name) ?? [];
      if (pid === undefined || isAlive(Number(pid))) continue;
      await Deno.remove(join(folder, name)).catch(() => {});
    }
  }
}

function started(
  commands: readonly PlayerCommand[],
  path: string,
  address: DeviceAddress | null,
): Deno.ChildProcess {
  let reason = "";
  for (const [program = "", ...args] of commands) {
    // Trying without the permission would stop the server until somebody answers.
    if (Deno.permissions.querySync({ name: "run", command: program }).state !== "granted") {
      reason = "; Deno may not run one: start with --allow-run";
      continue;
    }
    try {
      return new Deno.Command(program, {
        args: [...args, path],
        ...(address !== null && { env: { [DEVICE_VARIABLE]: address.id } }),
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  const names = commands.map(([program]) => program).join(", ");
  throw new Error(`no player for ${Deno.build.os} is there (tried ${names})${reason}`);
}
