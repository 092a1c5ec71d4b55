/**
 * The beginning of a file of which only the end is read: where it was, what was asked first.
 *
 * @module
 */
import { readRange } from "../read/files.ts";
import { LineSplitter } from "../read/lines.ts";
import { parseLine } from "../read/parse_line.ts";
import { applyParsed, type FactPlace } from "../state/apply.ts";
import { emptyFacts, type SessionFacts } from "../state/facts.ts";
import type { TranscriptFile } from "./transcript_file.ts";

/** So much is looked at, bytes. */
const PROBE_BYTES = 65_536;

/** Adds what the beginning tells to the facts; nothing is counted. */
export function learnFromHead(facts: SessionFacts, file: TranscriptFile, place: FactPlace): void {
  const opened = file.open();
  if (opened === null) return;
  const head = emptyFacts();
  try {
    const splitter = new LineSplitter(0, PROBE_BYTES);
    for (const line of splitter.push(readRange(opened, 0, Math.min(PROBE_BYTES, file.start)))) {
      for (const parsed of parseLine(line)) applyParsed(head, parsed, place);
    }
  } finally {
    opened.close();
  }
  facts.cwd ??= head.cwd;
  facts.branch ??= head.branch;
  facts.firstUuid = head.firstUuid ?? facts.firstUuid;
  facts.followsUuid = head.followsUuid;
  facts.firstPrompt = head.firstPrompt ?? facts.firstPrompt;
  facts.customTitle ??= head.customTitle;
  facts.agentTitle ??= head.agentTitle;
  facts.startedMs = Math.min(head.startedMs ?? Infinity, facts.startedMs ?? Infinity);
  if (facts.startedMs === Infinity) facts.startedMs = null;
}
