import { type Clock, errorMessage } from "../../runtime/mod.ts";
import type { AudioDevice, DeviceLister } from "../../server/voice/devices.ts";
import { type DeviceProgram, devicePrograms, type ListedDevices } from "./device_programs.ts";
import { runProgram } from "./run_program.ts";

/** Seconds that a listing program may take. */
const PATIENCE_S = 2;
/** Longest listing, bytes. */
const MAX_BYTES = 2 ** 20;

/** Runs a command to its end; gives back what it wrote, or rejects. */
export type RunLister = (command: readonly string[]) => Promise<string>;

/** The outputs of this machine, as they were when they were last looked at. */
export class SystemDevices implements DeviceLister {
  readonly #run: RunLister;
  readonly #programs: readonly DeviceProgram[];
  readonly #platform: string;
  #looking: Promise<void> | null = null;
  #listed: ListedDevices | { readonly error: string } = { error: "nobody has looked yet" };

  /** Looks at nothing yet. */
  constructor(
    options: { readonly clock: Clock; readonly run?: RunLister; readonly platform?: string },
  ) {
    this.#platform = options.platform ?? Deno.build.os;
    this.#programs = devicePrograms(this.#platform);
    this.#run = options.run ?? listerProgram(options.clock);
  }

  /** Looks now; who asks meanwhile waits for the same look. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => this.#looking = null);
    return this.#looking;
  }

  /** What was there. */
  list(): readonly AudioDevice[] {
    if ("error" in this.#listed) throw new Error(this.#listed.error);
    return this.#listed.devices;
  }

  /** The system's own choice. */
  defaultIndex(): number | null {
    return "error" in this.#listed ? null : this.#listed.defaultIndex;
  }

  async #look(): Promise<void> {
    const reasons: string[] = [];
    for (const { commands, parse } of this.#programs) {
      try {
        const outputs: string[] = [];
        for (const command of commands) outputs.push(await this.#run(command));
        const listed = parse(outputs);
        if (listed.devices.length > 0) return void (this.#listed = listed);
        reasons.push(`${commands[0]![0]} lists none`);
      } catch (error) {
        reasons.push(errorMessage(error));
      }
    }
    this.#listed = {
      error: reasons.length === 0
        ? `no program is known that lists the audio devices of ${this.#platform}`
        : `this machine lists no audio output: ${reasons.join("; ")}`,
    };
  }
}

function listerProgram(clock: Clock): RunLister {
  return async (command) => {
    const [program = ""] = command;
    // Asking would stop the server until somebody answers.
    const { state } = await Deno.permissions.query({ name: "run", command: program });
    if (state !== "granted") throw new Error(`Deno may not run ${program}`);
    try {
      const options = { clock, timeoutS: PATIENCE_S, maxBytes: MAX_BYTES, env: { LC_ALL: "C" } };
      return new TextDecoder().decode(await runProgram(command, new Uint8Array(), options));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw new Error(`${program} is not there`);
      throw error;
    }
  };
}
