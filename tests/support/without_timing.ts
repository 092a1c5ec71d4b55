/**
 * Reports without what the machine's pace decides, so that reports of two machines can be compared
 * byte by byte.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { filesBelow } from "./temp_folder.ts";

/** What the machine's pace decides, by the end of a file's name. */
const PACE: Readonly<Record<string, readonly RegExp[]>> = {
  ".json": [/(?<="(?:wallS|speedup|prepareS)": )[\d.e-]+/g],
  ".xml": [/(?<= time=")[\d.]+/g],
  ".md": [/(?<= s of session in )[\d.e-]+ s: [\d.e-]+ × real time \(prepared in [\d.e-]+ s\)/g],
  ".html": [
    /(?<=<dt>(?:Preparation|Wall time of the session|Speed)<\/dt><dd>)[^<]*/g,
    /(?<=runs? in )[\d.]+(?= s)/g,
    /(?<= s of session at )[\d.e-]+(?= ×)/g,
  ],
};

/** A file's bytes, or its text without what the machine's pace decides. */
async function plain(path: string): Promise<string> {
  const end = path.slice(path.lastIndexOf("."));
  const patterns = PACE[end];
  if (patterns === undefined) {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
    return new Uint8Array(digest).toHex();
  }
  const text = await Deno.readTextFile(path);
  return patterns.reduce((left, pattern) => left.replace(pattern, "…"), text);
}

/** Asserts that two folders hold the same files, equal byte by byte but for the machine's pace. */
export async function assertSameReports(found: string, expected: string): Promise<void> {
  const names = await filesBelow(expected);
  assertEquals(await filesBelow(found), names);
  for (const name of names) {
    const [a, b] = [await plain(`${found}/${name}`), await plain(`${expected}/${name}`)];
    // The whole text of a page tells nobody anything.
    const at = [...a].findIndex((letter, i) => letter !== b[i]);
    assertEquals(
      a === b,
      true,
      `${name}: ${a.slice(at - 60, at + 60)} | ${b.slice(at - 60, at + 60)}`,
    );
  }
}
