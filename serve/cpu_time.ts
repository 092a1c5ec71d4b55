import process from "node:process";

/** Processor time of this process so far, all threads, seconds. */
export function cpuS(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
