import { Ring } from "../../runtime/ring.ts";

/** Entries that are kept. */
const CAPACITY = 200;

/** Fields of a message that are worth keeping; the others may be large. */
const KEPT_FIELDS = [
  "error",
  "code",
  "message",
  "command",
  "fixture_name",
  "duration",
  "tags",
  "value",
  "count",
  "source_epoch",
] as const;

/** One entry: when, which type, and the kept fields under their wire names. */
export interface LoggedEvent {
  /** When, on the client's clock. */
  readonly wallS: number;
  /** Type of the message. */
  readonly type: string;
  /** A kept field. */
  readonly [field: string]: unknown;
}

/** The newest events of a session, without their bulk. */
export class EventLog {
  readonly #ring = new Ring<LoggedEvent>(CAPACITY);

  /** Notes a message. */
  add(wallS: number, message: { readonly type: string }): void {
    const entry: Record<string, unknown> & { wallS: number; type: string } = {
      wallS,
      type: message.type,
    };
    const fields = message as { readonly [field: string]: unknown };
    for (const field of KEPT_FIELDS) {
      if (fields[field] !== undefined) entry[field] = fields[field];
    }
    this.#ring.push(entry);
  }

  /** The newest `count` entries, oldest first. */
  last(count: number): LoggedEvent[] {
    return [...this.#ring].slice(-count);
  }
}
