import { HeadwayError } from "../runtime/errors.ts";

/**
 * Bytes or JSON from the other side do not follow the protocol.
 *
 * The message is a whole sentence; `field` and `offset` say the same to a program.
 *
 * @example
 * ```ts
 * import { WireError } from "./errors.ts";
 *
 * const error = new WireError("slice frame is 2 bytes, shorter than its 23-byte header (offset 0)", {
 *   field: "header",
 *   offset: 0,
 * });
 * console.log(error.field, error.offset); // header 0
 * ```
 */
export class WireError extends HeadwayError {
  /** Always `WireError`. */
  override readonly name = "WireError";
  /** The part of the message that is wrong: `num_samples`, `ready.duration`, … */
  readonly field: string;
  /** Byte offset of that part in the message; 0 for JSON, which has no fixed places. */
  readonly offset: number;

  /** Makes an error that names the wrong part, and where it stands. */
  constructor(message: string, at: { field: string; offset?: number }, options?: ErrorOptions) {
    const offset = at.offset ?? 0;
    super(message, { field: at.field, offset }, options);
    this.field = at.field;
    this.offset = offset;
  }
}
