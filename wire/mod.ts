/**
 * The streaming protocol as pure functions: bytes and text in, typed values out, and back. No
 * sockets, no clock.
 *
 * @module
 */
export { type Bulk, type BulkOptions, type MadeBulk, makeBulk } from "./bulk.ts";
export * from "./client_messages.ts";
export * from "./config.ts";
export * from "./connection.ts";
export * from "./constants.ts";
export * from "./control_body.ts";
export { type ErrorFields, HeadwayError } from "../runtime/errors.ts";
export * from "./errors.ts";
export { type FieldSpec, type FieldTable, isJsonObject, type JsonObject } from "./fields.ts";
export { decodeHalfBuffer, encodeHalfBuffer, roundTripHalf } from "./half_buffer.ts";
export * from "./knobs.ts";
export * from "./messages.ts";
export * from "./pcm.ts";
export * from "./protocol_tables.ts";
export * from "./server_messages.ts";
export * from "./slice.ts";
export * from "./slice_encoder.ts";
export * from "./slice_header.ts";
export type { ShapeName } from "./shape_schemas.ts";
export type { Decompress } from "./zstd.ts";
export * from "./codec.ts";
