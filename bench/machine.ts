import os from "node:os";
import type { Machine } from "./figures.ts";

/** The machine that this process runs on. Needs `--allow-sys`. */
export function thisMachine(): Machine {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() || "unknown processor",
    cores: Math.max(1, cpus.length),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30 * 10) / 10,
    os: `${os.type()} ${os.release()} ${os.arch()}`,
    deno: Deno.version.deno,
  };
}
