/**
 * What an agent is told: the task between two marker lines, with where to write and what not to do.
 *
 * @module
 */
import type { TaskId, TaskSessionId } from "../ids.ts";
import type { TaskPaths } from "../store/layout.ts";
import { type EnvelopeTexts, fillText } from "./texts.ts";

/** The first and the last line. */
export const OPENING = "---CODA-TASK---";
/** See {@link OPENING}. */
export const CLOSING = "---END-CODA-TASK---";

/** What is put in. */
export interface EnvelopeFacts {
  readonly taskId: TaskId;
  readonly sessionId: TaskSessionId;
  readonly email: string;
  /** Empty for none. */
  readonly contextHint: string;
  /** A session before this one, and its folder; null for none. */
  readonly prior: { readonly id: TaskSessionId; readonly folder: string } | null;
  /** Undefined for none. */
  readonly context: unknown;
  readonly prompt: string;
  readonly paths: TaskPaths;
  /** Whether capabilities and the workflow are told as well. */
  readonly hasWorkflow: boolean;
  readonly texts: EnvelopeTexts;
}

/** The text of `prompt.txt`. */
export function envelope(facts: EnvelopeFacts): string {
  const { taskId, sessionId, email, contextHint, prior, context, prompt, paths, texts } = facts;
  const told = (text: string) => fillText(text, paths);
  const sections = [
    [
      `task_id: ${taskId}`,
      `session_id: ${sessionId}`,
      `user: ${email}`,
      ...(contextHint === "" ? [] : [`context_hint: ${contextHint}`]),
    ].join("\n"),
    ...(prior === null ? [] : [
      `PRIOR SESSION: ${prior.id}\n` +
      `Its results are in ${prior.folder}/tasks/*/result.json; read them before you begin.`,
    ]),
    ...(context === undefined ? [] : [`CONTEXT:\n${indented(escaped(contextText(context)))}`]),
    `TASK:\n${escaped(prompt)}`,
    ...(facts.hasWorkflow
      ? [
        `CAPABILITIES:\n${told(texts.capabilities)}`,
        `WORKFLOW PROTOCOL:\n${told(texts.workflow)}`,
      ]
      : []),
    `INSTRUCTIONS:\n${told(texts.instructions)}`,
    `SAFETY:\n${told(texts.safety)}`,
  ];
  return `${OPENING}\n${sections.join("\n\n")}\n${CLOSING}\n`;
}

/** The task alone, from the text of a `prompt.txt`; null for a text that is none. */
export function taskOfEnvelope(text: string): string | null {
  const body = /\nTASK:\n([\s\S]*?)\n\n(?:CAPABILITIES|INSTRUCTIONS):\n/.exec(text)?.[1];
  if (body === undefined || !text.startsWith(`${OPENING}\n`)) return null;
  return body.replace(/^(\s*)\\(---(?:END-)?CODA-TASK---\s*)$/gm, "$1$2");
}

function contextText(context: unknown): string {
  return JSON.stringify(context, null, 2);
}

/** A caller cannot end the envelope: its marker lines are told from ours by a backslash. */
function escaped(text: string): string {
  return text.replace(/^([^\S\n\r]*)(---(?:END-)?CODA-TASK---[^\S\n\r]*)$/gm, "$1\\$2");
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}
