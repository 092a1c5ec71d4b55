/**
 * What a server and its terminal host say to each other, beside output and input.
 *
 * @module
 */
import { z } from "zod";
import { type PtyId, ptyIdOf } from "../../server/tasks/ids.ts";
import type { TerminalInfo, TerminalSpec } from "../../server/tasks/terminal/mod.ts";

const id = z.string().refine((text) => ptyIdOf(text) !== null).transform((text) => text as PtyId);
const call = z.number().int().min(0);
const count = z.number().int();

const specSchema: z.ZodType<TerminalSpec> = z.strictObject({
  id,
  label: z.string(),
  argv: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  cols: count,
  rows: count,
  files: z.strictObject({
    transcriptPath: z.string(),
    recordingPath: z.string(),
    transcriptCapBytes: count.min(0),
    title: z.string(),
    command: z.string(),
  }).nullable(),
  secrets: z.array(z.string()),
});

const leaderSchema = z.strictObject({ id, pid: count.min(2), pidStart: z.string() });

/** From the server. The first is `hello`. */
export const toHostSchema = z.discriminatedUnion("op", [
  z.strictObject({
    op: z.literal("hello"),
    maxTerminals: count.min(1),
    ringBytes: count.min(1),
    idleS: z.number().positive(),
    hangUpS: z.number().positive(),
    backend: z.enum(["auto", "lydell", "library", "script"]),
  }),
  z.strictObject({ op: z.literal("create"), call, spec: specSchema }),
  z.strictObject({ op: z.literal("resize"), call, id, cols: count, rows: count }),
  z.strictObject({ op: z.literal("close"), call, id }),
  z.strictObject({ op: z.literal("snapshot"), call, id }),
  z.strictObject({ op: z.literal("sweep"), call, leaders: z.array(leaderSchema) }),
  z.strictObject({ op: z.literal("mark"), id, label: z.string() }),
  z.strictObject({ op: z.literal("touch"), id }),
  z.strictObject({ op: z.literal("grace"), id, graceS: z.number().min(0) }),
  /** Without a place: no output. */
  z.strictObject({ op: z.literal("subscribe"), sub: call, id, fromSeq: count.nullable() }),
  z.strictObject({ op: z.literal("unsubscribe"), sub: call }),
  /** So much output of a subscription has arrived. */
  z.strictObject({ op: z.literal("ack"), sub: call, bytes: count.min(0) }),
]);
/** A message to the host. */
export type ToHost = z.infer<typeof toHostSchema>;

const infoSchema: z.ZodType<TerminalInfo> = z.strictObject({
  id,
  label: z.string(),
  pid: count,
  pidStart: z.string().nullable(),
  createdAt: z.number(),
  lastActiveAt: z.number(),
  cols: count,
  rows: count,
  process: z.string(),
  seq: count,
  graceEndsAt: z.number().nullable(),
});

const eventSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("gap"), seq: count }),
  z.strictObject({ kind: z.literal("resized"), cols: count, rows: count }),
  z.strictObject({ kind: z.literal("grace"), endsAt: z.number() }),
  z.strictObject({
    kind: z.literal("exited"),
    exit: z.strictObject({ code: count, signal: count.nullable() }),
  }),
  z.strictObject({ kind: z.literal("closed") }),
]);

/** What is answered to calls. */
export const answerSchemas = {
  info: infoSchema,
  snapshot: z.strictObject({
    ...{ cols: count, rows: count, paint: z.string(), seq: count },
    viewport: z.string().nullable(),
  }),
  count,
} as const;

/** From the host. The first is `ready`. */
export const fromHostSchema = z.discriminatedUnion("ev", [
  /** `backend` is null where there are no terminals; `reason` says why. */
  z.strictObject({
    ev: z.literal("ready"),
    backend: z.string().nullable(),
    reason: z.string().nullable(),
  }),
  z.strictObject({ ev: z.literal("answer"), call, value: z.unknown() }),
  z.strictObject({
    ev: z.literal("refusal"),
    call,
    error: z.enum(["gone", "limit", "other"]),
    message: z.string(),
  }),
  z.strictObject({ ev: z.literal("infos"), infos: z.array(infoSchema) }),
  z.strictObject({ ev: z.literal("gone"), id }),
  z.strictObject({ ev: z.literal("event"), sub: call, event: eventSchema }),
  /** Something could not be kept. */
  z.strictObject({ ev: z.literal("trouble"), id, what: z.string(), reason: z.string() }),
]);
/** A message from the host. */
export type FromHost = z.infer<typeof fromHostSchema>;
