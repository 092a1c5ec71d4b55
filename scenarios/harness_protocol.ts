/**
 * What a scenario runner and its own server in another process say to each other: one JSON object a
 * line, over the server's stdin and stdout.
 *
 * @module
 */
import { z } from "zod";
import { engineProfileSchema } from "../server/streaming/engine/modelled.ts";
import { serverSchema } from "./schema.ts";
import { devicesSchema, speechProfileSchema, voiceServerSchema } from "./voice/schema.ts";

/** Runner to server. The first line is `start` or `startVoice`. */
export const harnessCommandSchema = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("start"), server: serverSchema, engine: engineProfileSchema }),
  z.strictObject({ do: z.literal("engine"), profile: engineProfileSchema }),
  z.strictObject({ do: z.literal("hold") }),
  z.strictObject({
    do: z.literal("startVoice"),
    server: voiceServerSchema,
    engine: speechProfileSchema,
  }),
  z.strictObject({ do: z.literal("devices"), devices: devicesSchema }),
  z.strictObject({ do: z.literal("speech"), profile: speechProfileSchema }),
]);

/** Server to runner. */
export const harnessEventSchema = z.discriminatedUnion("ev", [
  z.strictObject({
    ev: z.literal("listening"),
    url: z.string(),
    controlUrl: z.string().nullable(),
    voiceUrl: z.string().nullable(),
  }),
  z.strictObject({
    ev: z.literal("mark"),
    mark: z.strictObject({
      session: z.string(),
      kind: z.enum(["slice", "buffer"]),
      epoch: z.number(),
      startSample: z.number(),
      frames: z.number(),
      crc: z.number().nullable(),
    }),
  }),
  z.strictObject({ ev: z.literal("drop"), cause: z.enum(["window", "age"]) }),
  z.strictObject({
    ev: z.literal("speaker"),
    event: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("begin"), jobId: z.string(), device: z.string() }),
      z.strictObject({ kind: z.literal("end"), jobId: z.string(), isStopped: z.boolean() }),
    ]),
  }),
  z.strictObject({ ev: z.literal("held"), crc: z.number().nullable() }),
]);

/** Runner to server. */
export type HarnessCommand = z.output<typeof harnessCommandSchema>;
/** Server to runner. */
export type HarnessEvent = z.output<typeof harnessEventSchema>;
