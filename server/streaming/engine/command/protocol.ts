/**
 * The words of the protocol between server and engine, `headway.engine/1`: kinds of frames, limits,
 * and what the JSON in them holds. `docs/engines.md` is the same for people.
 *
 * Names in JSON are in snake_case, as on every wire of Headway. Numbers are little endian.
 *
 * @module
 */
import { z } from "zod";

/** Name and version, said by both sides. */
export const ENGINE_PROTOCOL = "headway.engine/1";

/** Frames that the server sends. */
export const TO_ENGINE = { hello: 1, load: 2, clip: 3, state: 4, render: 5, bye: 6 } as const;

/** Frames that the engine sends; told apart from the server's, so that an echo is found out. */
export const FROM_ENGINE = { hello: 129, loaded: 130, window: 131, log: 132, failed: 133 } as const;

/** Bytes before a body: its length (u32) and its kind (u8). */
export const FRAME_HEAD_BYTES = 5;

/** Bytes of a window before its samples: request (u32), tick and decode time (f32, ms). */
export const WINDOW_HEAD_BYTES = 12;

/** Most bytes of a body that holds text. */
export const MAX_TEXT_BODY_BYTES = 65_536;

/** Samples beyond this are an engine gone wild, not loud music; half floats end at 65504. */
export const MAX_SAMPLE = 16;

const name = z.string().min(1).max(200);

/** What an engine says first. */
export const engineHelloSchema = z.object({
  protocol: z.literal(ENGINE_PROTOCOL),
  /** Its name in logs. */
  name,
  /** Its version in logs. */
  version: name.optional(),
});

/** What an engine says first. */
export type EngineHello = z.infer<typeof engineHelloSchema>;
