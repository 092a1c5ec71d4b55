/**
 * Transcripts of Claude Code.
 *
 * @module
 */
import type { FoundFile, SourceAdapter, WalkedFile } from "./adapter.ts";
import { parseTranscriptId } from "./ids.ts";
import { asText, type JsonObject } from "./read/fields.ts";

/** How deep below a session's folder its agents' files may be. */
const MAX_DEPTH = 6;

/** The adapter for roots such as `~/.claude`. */
export class ClaudeCodeAdapter implements SourceAdapter {
  readonly name = "claude-code";
  readonly folders: readonly string[];
  readonly #excluded: ReadonlySet<string>;

  /**
   * @param roots - Each holds a folder `projects`.
   * @param excludedFolders - Working folders whose sessions are our own helpers', and are not shown.
   */
  constructor(roots: readonly string[], excludedFolders: readonly string[] = []) {
    this.folders = roots.map((root) => `${root.replace(/\/+$/, "")}/projects`);
    this.#excluded = new Set(excludedFolders.map(slugOf));
  }

  /** See {@link SourceAdapter.sniff}. */
  sniff(
    file: WalkedFile,
    readHead: (path: string) => JsonObject | null,
  ): FoundFile | null {
    const folder = this.folders.find((it) => file.path.startsWith(`${it}/`));
    if (folder === undefined || !file.path.endsWith(".jsonl") || file.size === 0) return null;
    const parts = file.path.slice(folder.length + 1).split("/");
    const [slug, second] = parts;
    if (slug === undefined || second === undefined || this.#excluded.has(slug)) return null;
    if (parts.length > MAX_DEPTH + 2) return null;
    const name = parts.at(-1)!.slice(0, -".jsonl".length);
    const agent = /^agent-(.+)$/.exec(name)?.[1] ?? null;
    const found = (session: string | null) => {
      const id = session === null ? null : parseTranscriptId(session);
      return id === null ? null : { ...file, source: this.name, session: id, agent };
    };
    if (parts.length === 2) {
      // Older versions put agents beside their sessions, and only their records say whose they are.
      return agent === null ? found(name) : found(asText(readHead(file.path)?.["sessionId"]));
    }
    return agent === null ? null : found(second);
  }

  /** Its records are in our form. */
  normalise(record: JsonObject): JsonObject {
    return record;
  }
}

/** The name of the folder that a working folder's transcripts are in. It cannot be turned back. */
export function slugOf(folder: string): string {
  return folder.replace(/[^A-Za-z0-9]/g, "-");
}
