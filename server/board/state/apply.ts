/**
 * Adds what was found on a line to what is remembered of its session.
 *
 * @module
 */
import {
  blocksOf,
  isDenial,
  isInterruption,
  isPrompt,
  isTakenApart,
  messageOf,
  resultText,
  textOf,
  type ToolResult,
  toolResultsOf,
  type ToolUse,
  toolUsesOf,
} from "../read/content.ts";
import {
  asList,
  asObject,
  asText,
  asTimeMs,
  firstChars,
  type JsonObject,
  lastChars,
  oneLine,
} from "../read/fields.ts";
import { isKnownType } from "../read/known_types.ts";
import type { Parsed } from "../read/parse_line.ts";
import { isSpawn } from "../items/side_tables.ts";
import { endsWithQuestion, lastParagraph } from "./asking.ts";
import { learnAudio } from "./audio_facts.ts";
import { FACT_LIMITS, pushBounded, type ResultFact, type SessionFacts } from "./facts.ts";
import { commitSearch, printedCommits } from "../commits/printed.ts";
import { QUARTER_MS, tokensOf } from "../money/usage.ts";
import { saysLimit } from "./limit_text.ts";
import { askOf, callKey, commandOf, fileOf, isCheck } from "./tools.ts";

/** Where a line stands. */
export interface FactPlace {
  /** The session whose transcript it is. */
  readonly session: string;
  /** The agent whose file it is in; null for the session's own. */
  readonly agent: string | null;
  /** The time of a record that tells none, ms since the Unix epoch. */
  readonly fallbackMs: number;
}

/** Of what a person or an agent said, so much is kept, characters. */
const MAX_SAID_CHARS = 1200;
const PROMPT_HEAD_CHARS = 160;
const MAX_PROMPT_LINE_CHARS = 120;

/** Adds a line. */
export function applyParsed(facts: SessionFacts, parsed: Parsed, place: FactPlace): void {
  const { integrity } = facts;
  if (parsed.kind === "broken" || parsed.kind === "stub") {
    if (parsed.kind === "broken") integrity.badLines++;
    return;
  }
  if (parsed.kind === "value") {
    integrity.rawRecords++;
    return;
  }
  if (parsed.isSalvaged) integrity.salvaged++;
  applyRecord(facts, parsed.record, place);
}

function applyRecord(facts: SessionFacts, record: JsonObject, place: FactPlace): void {
  const toldMs = asTimeMs(record["timestamp"]);
  const ms = Number.isNaN(toldMs) ? place.fallbackMs : toldMs;
  const { type } = record;
  facts.counts.records++;
  if (!isKnownType(type)) facts.integrity.rawRecords++;
  if (!Number.isNaN(toldMs)) {
    facts.startedMs = Math.min(facts.startedMs ?? ms, ms);
    facts.updatedMs = Math.max(facts.updatedMs ?? ms, ms);
    act(facts, ms, 0, 0);
  }
  const sideAgent = record["isSidechain"] === true ? asText(record["agentId"]) ?? "side" : null;
  const agent = place.agent ?? sideAgent;
  if (agent === null) learnPlace(facts, record, place);
  else learnAgent(facts, agent, record, ms);
  switch (type) {
    case "user":
      return applyUser(facts, record, ms, agent);
    case "assistant":
      return applyAssistant(facts, record, ms, agent);
    case "system":
      return applySystem(facts, record, ms, agent);
    case "summary":
      return applySummary(facts, record);
    case "custom-title":
      facts.customTitle = titleOf(record, "customTitle", "title") ?? facts.customTitle;
      return;
    case "ai-title":
    case "agent-name":
      facts.agentTitle = titleOf(record, "aiTitle", "agentName", "title", "name") ??
        facts.agentTitle;
  }
}

function titleOf(record: JsonObject, ...keys: readonly string[]): string | null {
  const text = keys.map((key) => asText(record[key])).find((it) => it !== null) ?? null;
  return text === null ? null : oneLine(text, 200);
}

/** Folder, branch, and how this transcript hangs together with others. */
function learnPlace(facts: SessionFacts, record: JsonObject, { session }: FactPlace): void {
  const cwd = asText(record["cwd"]);
  if (cwd !== null) facts.cwd = firstChars(cwd, 1024);
  const branch = asText(record["gitBranch"]);
  if (branch !== null) facts.branch = firstChars(branch, 200);
  const other = asText(record["sessionId"]);
  if (
    other !== null && other !== session && !facts.foreignSessions.includes(other) &&
    facts.foreignSessions.length < FACT_LIMITS.foreignSessions
  ) {
    facts.foreignSessions.push(firstChars(other, 160));
  }
  const uuid = asText(record["uuid"]);
  if (uuid === null) return;
  if (facts.firstUuid === null) {
    facts.firstUuid = firstChars(uuid, 64);
    const follows = asText(record["parentUuid"]) ?? asText(record["logicalParentUuid"]);
    facts.followsUuid = follows === null ? null : firstChars(follows, 64);
  }
  facts.lastUuid = firstChars(uuid, 64);
  pushBounded(facts.recentUuids, facts.lastUuid, FACT_LIMITS.recentUuids);
  const at = facts.summaries.findLastIndex(({ leaf }) => leaf === uuid);
  if (at < 0) return;
  facts.summaryTitle = facts.summaries[at]!.text;
  // Those before it are older, whenever their records are met.
  facts.summaries = facts.summaries.slice(at + 1);
}

function learnAgent(facts: SessionFacts, agent: string, record: JsonObject, ms: number): void {
  const id = firstChars(agent, 64);
  const known = Object.hasOwn(facts.agents, id) ? facts.agents[id]! : null;
  if (known === null && Object.keys(facts.agents).length >= FACT_LIMITS.agents) return;
  const message = messageOf(record);
  const blocks = message === null ? [] : blocksOf(message);
  const text = textOf(blocks);
  facts.agents[id] = {
    promptHead: known?.promptHead || (record["type"] === "user" ? headOf(text) : ""),
    startedMs: Math.min(known?.startedMs ?? ms, ms),
    updatedMs: Math.max(known?.updatedMs ?? ms, ms),
    records: (known?.records ?? 0) + 1,
    toolCalls: (known?.toolCalls ?? 0) + toolUsesOf(blocks).length,
    toolErrors: (known?.toolErrors ?? 0) + toolResultsOf(blocks).filter((it) => it.isError).length,
    lastText: record["type"] === "assistant" && text !== ""
      ? oneLine(text, 160)
      : known?.lastText ?? "",
  };
}

function headOf(text: string): string {
  return firstChars(text.replace(/\s+/g, " ").trim(), PROMPT_HEAD_CHARS);
}

function applyUser(
  facts: SessionFacts,
  record: JsonObject,
  ms: number,
  agent: string | null,
): void {
  const message = messageOf(record);
  if (message === null) {
    if (isTakenApart(asObject(record["message"]) ?? {})) facts.integrity.badLines++;
    return;
  }
  const blocks = blocksOf(message);
  for (const result of toolResultsOf(blocks)) applyResult(facts, result, record, ms, agent);
  if (agent !== null) return;
  const text = textOf(blocks);
  const uuid = asText(record["uuid"]);
  if (isInterruption(text)) {
    dropPending(facts);
    facts.last = { kind: "interruption", ms, uuid, stop: null, isAsking: false };
    return;
  }
  if (!isPrompt(record, blocks)) return;
  dropPending(facts);
  facts.counts.userTurns++;
  facts.firstPrompt ??= oneLine(text, 400);
  act(facts, ms, 1, 0);
  pushBounded(
    facts.prompts,
    { ms, line: oneLine(text.trim().split("\n", 1)[0]!, MAX_PROMPT_LINE_CHARS), uuid },
    FACT_LIMITS.prompts,
  );
  facts.lastAsk = firstChars(text, MAX_SAID_CHARS);
  facts.lastText = oneLine(text, 160);
  facts.lastRole = "user";
  facts.last = { kind: "prompt", ms, uuid, stop: null, isAsking: false };
}

/** A new prompt, or a stop, leaves nothing of the main thread under way. */
function dropPending(facts: SessionFacts): void {
  facts.pending = facts.pending.filter(({ agent }) => agent !== null);
}

function applyResult(
  facts: SessionFacts,
  result: ToolResult,
  record: JsonObject,
  ms: number,
  agent: string | null,
): void {
  const call = facts.pending.find(({ id }) => id === result.id) ?? null;
  facts.pending = facts.pending.filter((it) => it !== call);
  const uuid = asText(record["uuid"]);
  const { isError, isDenied } = result;
  const { counts } = facts;
  if (isError) counts.toolErrors++;
  if (isError) act(facts, ms, 0, 1);
  else if (call !== null) learnAudio(facts, call.name, { content: result.content, record });
  if (isDenied) counts.denials++;
  if (isError && agent === null) facts.lastError = oneLine(resultText(result.content), 400);
  const fact: ResultFact = {
    ms,
    tool: call?.name ?? "?",
    key: call?.key ?? result.id,
    isError,
    isDenied,
    isCheck: call?.isCheck ?? false,
    path: call?.path ?? null,
    isEdit: call?.isEdit ?? false,
    uuid,
    agent,
  };
  keepResult(facts, fact);
  if (call?.isShell === true) facts.shellMs = Math.max(facts.shellMs ?? ms, ms);
  if (call?.commits != null && !isDenied) {
    for (const it of printedCommits(resultText(result.content), call.commits)) {
      pushBounded(facts.printed, { ...it, ms }, FACT_LIMITS.printed);
    }
  }
  if (fact.isEdit && fact.path !== null && !isError && !isDenied) touch(facts, fact.path, ms);
  const spawn = facts.spawns.find(({ toolUseId }) => toolUseId === result.id);
  if (spawn !== undefined) {
    const told = asText(asObject(record["toolUseResult"])?.["agentId"]);
    facts.spawns[facts.spawns.indexOf(spawn)] = {
      ...spawn,
      agent: told ?? spawn.agent,
      status: isError || isDenied ? "error" : "done",
    };
  }
  if (agent === null) facts.last = { kind: "result", ms, uuid, stop: null, isAsking: false };
}

/** What happened in the quarter of an hour of a moment. */
function act({ activity }: SessionFacts, ms: number, acts: number, errors: number): void {
  const quarter = Math.floor(ms / QUARTER_MS);
  const known = activity[quarter];
  if (known !== undefined) {
    known[0] += acts;
    known[1] += errors;
    return;
  }
  activity[quarter] = [acts, errors];
  const keys = Object.keys(activity);
  // The oldest ones go; whole numbers are kept in their order.
  if (keys.length > FACT_LIMITS.quarters) delete activity[keys[0]!];
}

/** Results of agents come from other files, so they are put in by their times. */
function keepResult(facts: SessionFacts, fact: ResultFact): void {
  const { results } = facts;
  facts.resultCount++;
  let at = results.length;
  while (at > 0 && results[at - 1]!.ms > fact.ms) at--;
  results.splice(at, 0, fact);
  if (results.length > FACT_LIMITS.results) results.shift();
}

function touch(facts: SessionFacts, path: string, ms: number): void {
  const known = Object.hasOwn(facts.files, path) ? facts.files[path]! : null;
  if (known === null && Object.keys(facts.files).length >= FACT_LIMITS.files) return;
  facts.files[path] = {
    edits: (known?.edits ?? 0) + 1,
    firstMs: Math.min(known?.firstMs ?? ms, ms),
    lastMs: Math.max(known?.lastMs ?? ms, ms),
  };
}

function applyAssistant(
  facts: SessionFacts,
  record: JsonObject,
  ms: number,
  agent: string | null,
): void {
  const message = messageOf(record);
  if (message === null) {
    if (isTakenApart(asObject(record["message"]) ?? {})) facts.integrity.badLines++;
    return;
  }
  const blocks = blocksOf(message);
  const id = asText(message["id"]);
  if (id === null || !facts.openMessages.includes(id)) {
    facts.counts.assistantMessages++;
    act(facts, ms, 1, 0);
  }
  if (id !== null && !facts.openMessages.includes(id)) {
    pushBounded(facts.openMessages, firstChars(id, 80), FACT_LIMITS.openMessages);
  }
  for (const use of toolUsesOf(blocks)) applyCall(facts, use, ms, agent);
  // Tools that the model's own side runs are answered in the same message.
  for (const result of toolResultsOf(blocks)) applyResult(facts, result, record, ms, agent);
  if (agent !== null) return;
  const model = asText(message["model"]);
  const usage = asObject(message["usage"]);
  if (model !== null && model !== "<synthetic>") {
    facts.model = firstChars(model, 100);
    if (usage !== null) {
      const { input, cacheRead, cacheWrite5m, cacheWrite1h } = tokensOf(usage);
      facts.context = { used: input + cacheRead + cacheWrite5m + cacheWrite1h, model: facts.model };
    }
  }
  const text = textOf(blocks);
  const uuid = asText(record["uuid"]);
  if (record["isApiErrorMessage"] === true) return applyApiError(facts, text, ms, uuid);
  facts.lastWorkMs = ms;
  const stop = asText(message["stop_reason"]);
  const isAsking = text === "" ? facts.last?.isAsking === true : endsWithQuestion(text);
  facts.last = { kind: "assistant", ms, uuid, stop, isAsking };
  if (text === "") return;
  facts.lastAnswer = lastChars(text, MAX_SAID_CHARS);
  facts.lastText = isAsking ? lastParagraph(text, 160) : oneLine(text, 160);
  facts.lastRole = "assistant";
  noteLimit(facts, text, ms);
}

function applyCall(
  facts: SessionFacts,
  use: ToolUse,
  ms: number,
  agent: string | null,
): void {
  if (facts.pending.some(({ id }) => id === use.id)) return;
  facts.counts.toolCalls++;
  const file = fileOf(use);
  const command = commandOf(use);
  pushBounded(facts.pending, {
    id: firstChars(use.id, 100),
    name: firstChars(use.name, 80),
    key: callKey(use),
    ms,
    path: file?.path ?? null,
    isEdit: file?.isEdit ?? false,
    isCheck: isCheck(use),
    isShell: command !== null,
    commits: command === null ? null : commitSearch(command),
    agent,
    // Nobody is asked on a card what an agent of the session wants.
    ...(agent === null && { asks: askOf(use) }),
  }, FACT_LIMITS.pending);
  const input = asObject(use.input) ?? {};
  if (use.name === "TodoWrite" && agent === null) {
    facts.todos = asList(input["todos"]).slice(0, FACT_LIMITS.todos).flatMap((entry) => {
      const text = asText(asObject(entry)?.["content"]);
      const status = asText(asObject(entry)?.["status"]) ?? "pending";
      return text === null ? [] : [{ text: oneLine(text, 160), status: firstChars(status, 20) }];
    });
  }
  if (!isSpawn(use.name)) return;
  pushBounded(facts.spawns, {
    toolUseId: firstChars(use.id, 100),
    type: asText(input["subagent_type"]),
    description: asText(input["description"]) && oneLine(String(input["description"]), 120),
    promptHead: headOf(asText(input["prompt"]) ?? ""),
    ms,
    agent: null,
    status: "running",
  }, FACT_LIMITS.spawns);
}

function applySystem(
  facts: SessionFacts,
  record: JsonObject,
  ms: number,
  agent: string | null,
): void {
  if (record["subtype"] === "compact_boundary") facts.counts.compactions++;
  if (record["subtype"] === "api_error") {
    pushBounded(facts.apiErrorsMs, ms, FACT_LIMITS.apiErrors);
  }
  const text = asText(record["content"]);
  if (agent === null && text !== null) noteLimit(facts, text, ms);
}

function applyApiError(
  facts: SessionFacts,
  text: string,
  ms: number,
  uuid: string | null,
): void {
  pushBounded(facts.apiErrorsMs, ms, FACT_LIMITS.apiErrors);
  facts.lastError = oneLine(text, 400);
  facts.lastText = oneLine(text, 160);
  facts.lastRole = "assistant";
  facts.last = { kind: "api_error", ms, uuid, stop: null, isAsking: false };
  dropPending(facts);
  noteLimit(facts, text, ms);
}

function noteLimit(facts: SessionFacts, text: string, ms: number): void {
  if (text.length > 600 || isDenial(text)) return;
  if (saysLimit(text)) {
    facts.rateLimit = { text: oneLine(text, 200), ms };
  }
}

function applySummary(facts: SessionFacts, record: JsonObject): void {
  const text = asText(record["summary"]);
  const leaf = asText(record["leafUuid"]);
  if (text === null || leaf === null) return;
  const summary = { leaf: firstChars(leaf, 64), text: oneLine(text, 200) };
  if (facts.recentUuids.includes(summary.leaf)) {
    facts.summaryTitle = summary.text;
    facts.summaries = [];
  } else pushBounded(facts.summaries, summary, FACT_LIMITS.summaries);
}
