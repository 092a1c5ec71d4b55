/**
 * The channel forwarder: it mints ids and remembers who registered; the voice server, here or
 * elsewhere, does the rest. Routes and tools call the same functions.
 *
 * @module
 */
import type { Clock, Rng } from "../../../runtime/mod.ts";
import { hexDigits, parseVoiceSessionId, sessionIdProblem } from "../ids.ts";
import { MAX_SESSIONS } from "../limits.ts";
import { type BackendAnswer, bodyValue, type VoiceBackend } from "./backend.ts";

/** Who registered, as the protocol writes it. */
export interface IdentityRecord {
  readonly session_id: string;
  readonly participant_id?: string;
  readonly participant_type?: string;
  readonly preferred_voice?: string;
  readonly preferred_output_device?: string;
  readonly priority?: number;
  readonly kinds?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly registered_at: string;
  readonly last_seen: string;
  readonly id_source: "caller" | "minted";
}

/** What a request came to. */
export type Forwarded =
  | { readonly kind: "ok"; readonly body: unknown; readonly status: number }
  /** The request itself cannot be. */
  | { readonly kind: "invalid"; readonly message: string }
  | { readonly kind: "unreachable"; readonly message: string }
  /** The voice server said no. */
  | { readonly kind: "refused"; readonly status: number; readonly body: unknown };

/** What the forwarder is made of. */
export interface ForwarderOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly backend: VoiceBackend;
}

type Input = Readonly<Record<string, unknown>>;

/** Identities, and the voice server behind them. */
export class ChannelForwarder {
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly backend: VoiceBackend;
  readonly #records = new Map<string, IdentityRecord>();

  /** Nobody is registered. */
  constructor({ clock, rng, backend }: ForwarderOptions) {
    this.#clock = clock;
    this.#rng = rng;
    this.backend = backend;
  }

  /** Everybody who is registered. */
  get records(): readonly IdentityRecord[] {
    return [...this.#records.values()];
  }

  /** Registers somebody at the voice server, and remembers who it is when that took it. */
  async register(input: Input): Promise<Forwarded> {
    const text = (key: string) => typeof input[key] === "string" ? input[key] as string : "";
    const participant = text("participant_id");
    if (participant === "") return { kind: "invalid", message: "participant_id is required" };
    const asked = text("session_id");
    if (asked !== "" && parseVoiceSessionId(asked) === null) {
      return { kind: "invalid", message: sessionIdProblem(asked)! };
    }
    const id = asked === "" ? this.#mint() : asked;
    const kinds = Array.isArray(input["kinds"])
      ? input["kinds"].filter((kind) => typeof kind === "string")
      : [];
    const metadata = objectOf(input["metadata"]);
    const fields = {
      session_id: id,
      participant_id: participant,
      participant_type: text("participant_type") || "agent",
      preferred_voice: text("preferred_voice"),
      preferred_output_device: text("preferred_output_device") || "system-default",
      priority: Number.isSafeInteger(input["priority"]) ? input["priority"] as number : 0,
      ...(kinds.length > 0 && { kinds }),
      ...(metadata !== null && { metadata }),
    };
    const answer = forwarded(
      await this.backend({ method: "POST", path: "/v1/sessions/register", body: fields }),
    );
    if (answer.kind !== "ok") return answer;
    const now = new Date(this.#clock.unixS() * 1000).toISOString();
    const record: IdentityRecord = {
      ...withoutEmpty(fields),
      ...{ session_id: id, registered_at: now, last_seen: now },
      id_source: asked === "" ? "minted" : "caller",
    };
    this.#records.set(id, record);
    this.#bound();
    return { ...answer, body: { kernel: record, mod3: answer.body } };
  }

  /** Deregisters; who cannot be reached can be asked again, so the record then stays. */
  async deregister(id: string): Promise<Forwarded> {
    if (id === "") return { kind: "invalid", message: "session_id is required" };
    const answer = forwarded(
      await this.backend({ method: "POST", path: `${pathOf(id)}/deregister` }),
    );
    const isSettled = answer.kind === "ok" || answer.kind === "refused" && answer.status < 500;
    if (isSettled) this.#records.delete(id);
    return answer;
  }

  /** Everybody, with what the voice server says. Those whom it does not know any more are forgotten. */
  async list(): Promise<Forwarded> {
    const answer = forwarded(await this.backend({ method: "GET", path: "/v1/sessions" }));
    if (answer.kind !== "ok") return answer;
    const sessions = objectOf(answer.body)?.["sessions"];
    if (Array.isArray(sessions)) {
      const known = new Set(sessions.map((session) => objectOf(session)?.["session_id"]));
      for (const id of this.#records.keys()) if (!known.has(id)) this.#records.delete(id);
    }
    return { ...answer, body: { kernel: this.records, mod3: answer.body } };
  }

  /** One session. */
  async get(id: string): Promise<Forwarded> {
    if (id === "") return { kind: "invalid", message: "session_id is required" };
    const answer = forwarded(await this.backend({ method: "GET", path: pathOf(id) }));
    if (answer.kind !== "ok") return answer;
    return { ...answer, body: { kernel: this.#records.get(id) ?? null, mod3: answer.body } };
  }

  #mint(): string {
    let id = `cs-${hexDigits(this.#rng, 12)}`;
    while (this.#records.has(id)) id = `cs-${hexDigits(this.#rng, 12)}`;
    return id;
  }

  /** As many as a voice server takes; the oldest goes first. */
  #bound(): void {
    for (const id of this.#records.keys()) {
      if (this.#records.size <= MAX_SESSIONS) return;
      this.#records.delete(id);
    }
  }
}

/** The path of a session at the voice server. */
export function pathOf(id: string): string {
  return `/v1/sessions/${encodeURIComponent(id)}`;
}

/** An answer of the voice server as a result: what is not 2xx is a refusal. */
export function forwarded(answer: BackendAnswer): Forwarded {
  if (answer.kind === "unreachable") {
    return { kind: "unreachable", message: `mod3 unreachable: ${answer.cause}` };
  }
  const { status } = answer;
  const body = bodyValue(answer.bytes);
  return { kind: status >= 200 && status < 300 ? "ok" : "refused", status, body };
}

function objectOf(value: unknown): Input | null {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? value as Input
    : null;
}

function withoutEmpty<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== "" && value !== 0),
  ) as Partial<T>;
}
