import { HeadwayError } from "../../runtime/mod.ts";

/**
 * Refuses a folder that is none: a terminal would be made all the same, and its program say something odd.
 *
 * @throws {HeadwayError} with the folder's path.
 */
export function checkFolder(path: string): void {
  try {
    if (Deno.statSync(path).isDirectory) return;
  } catch {
    // It is not there.
  }
  throw new HeadwayError(`${path} is no folder, so no program can start there`, { path });
}
