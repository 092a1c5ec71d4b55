/**
 * Files on disk that are added to.
 *
 * @module
 */
import type { FileSink } from "../../server/tasks/terminal/mod.ts";

const FOR_OWNER = 0o600;

/** Opens a file that only its owner may read, to be added to. */
export function openDiskSink(path: string): FileSink {
  const file = Deno.openSync(path, { create: true, append: true, mode: FOR_OWNER });
  try {
    // One that was there may have been open to others.
    if (Deno.build.os !== "windows") Deno.chmodSync(path, FOR_OWNER);
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    write(bytes) {
      for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    },
    close: () => file.close(),
  };
}
