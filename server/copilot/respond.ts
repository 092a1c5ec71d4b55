/**
 * A person's reply to a session, typed into its terminal.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import type { Standing } from "../board/library/standing.ts";
import { textHash, type WriteAudit } from "./audit.ts";
import { typable } from "./sanitize.ts";
import { hasGot, type Sessions } from "./sessions.ts";
import type { Delivery, PaneSight, TypeRefusal, Typist } from "./typist.ts";

/** What a person sends. */
export interface Reply {
  readonly text: string;
  /** Where the session stood when the person read it; null when that does not matter. */
  readonly expectCursor: string | null;
  /** Whether it may answer a dialog that asks something. */
  readonly isForced: boolean;
  /** Whether a command of the agent's, `/…` or `!…`, is meant as one. */
  readonly isConfirmed: boolean;
}

/** What is told of it. Names are those of the wire. */
export interface DeliveryRecord {
  readonly id: string;
  readonly sessionId: string;
  readonly status: "sent" | "confirmed" | "unconfirmed";
  readonly message?: string;
}

/** What came of it at once. */
export type ReplyResult =
  | { readonly kind: "delivery"; readonly delivery: DeliveryRecord }
  | { readonly kind: "refused"; readonly status: 400 | 404 | 409 | 429 } & TypeRefusal;

/** What it works with. */
export interface ResponderOptions {
  readonly sessions: Sessions;
  readonly typist: Typist;
  readonly clock: Clock;
  readonly audit: WriteAudit;
  /** A word that never comes twice. */
  readonly nonce: () => string;
  /** Told when a person has sent something. */
  readonly onHuman: (id: string) => void;
}

/** Replies that are being typed at a time, of all sessions. */
const MAX_TYPING = 8;
const MAX_KEPT = 100;

/** Takes replies. */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #deliveries = new Map<string, DeliveryRecord>();
  readonly #running = new Set<Promise<unknown>>();

  /** Nothing has been sent. */
  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  /** What became of a reply; null for one that is not known. */
  delivery(id: string): DeliveryRecord | null {
    return this.#deliveries.get(id) ?? null;
  }

  /** Sends one. Resolves when Enter was pressed, or when it is clear that it is not. */
  async send(id: string, reply: Reply): Promise<ReplyResult> {
    const text = typable(reply.text).replace(/\s+$/, "");
    if (/^\s*[/!]/.test(text) && !reply.isConfirmed) {
      const message = "this would be a command of the agent's; send it with confirm";
      const hint = { confirm: true } as const;
      return { kind: "refused", status: 409, code: "needs_confirm", message, hint };
    }
    if (this.#running.size >= MAX_TYPING) {
      const message = "too many replies are being typed";
      return { kind: "refused", status: 429, code: "too_many", message };
    }
    const standing = await this.#options.sessions.standing(id);
    if (standing === null) {
      const message = "there is no such session";
      return { kind: "refused", status: 404, code: "session_not_found", message };
    }
    const before = refuseStanding(standing, reply);
    if (before !== null) return this.#refuse(standing, text, before);
    return await this.#type(standing, text, reply);
  }

  /** Waits for what is being typed. */
  async close(): Promise<void> {
    await Promise.all(this.#running);
  }

  #type(standing: Standing, text: string, reply: Reply): Promise<ReplyResult> {
    const { nonce, onHuman, sessions, typist } = this.#options;
    const { id } = standing;
    const no = `delivery-${nonce()}`;
    const first = Promise.withResolvers<ReplyResult>();
    const tell = (status: DeliveryRecord["status"], message?: string) => {
      const delivery: DeliveryRecord = {
        ...{ id: no, sessionId: id, status },
        ...(message !== undefined && { message }),
      };
      this.#keep(delivery);
      first.resolve({ kind: "delivery", delivery });
    };
    onHuman(id);
    const order = {
      ...{ pid: standing.pid!, text, isHuman: true, isForced: reply.isForced },
      check: async ({ screen }: PaneSight) => {
        const now = await sessions.standing(id);
        if (now === null || now.pid !== standing.pid) return GONE;
        return refuseStanding(now, reply) ?? refuseWaiting(now, reply, screen.dialog);
      },
      hasArrived: async () => hasGot(standing, await sessions.standing(id), text),
    };
    const running = typist.type(order, () => tell("sent")).then((end: Delivery) => {
      if (end.status === "refused") return first.resolve(this.#refuse(standing, text, end));
      this.#audit(standing, "send", end.status, text);
      tell(end.status, end.status === "unconfirmed" ? end.message : undefined);
    }).catch((error) => first.reject(error)).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return first.promise;
  }

  #refuse(standing: Standing, text: string, refusal: TypeRefusal): ReplyResult {
    const { code, message, hint } = refusal;
    this.#audit(standing, "refused", code, text);
    const status = code === "bad_text" ? 400 : 409;
    return { kind: "refused", status, code, message, ...(hint !== undefined && { hint }) };
  }

  #audit({ id, cursor }: Standing, action: "send" | "refused", reason: string, text: string) {
    this.#options.audit({
      ...{ ts: new Date(this.#options.clock.unixS() * 1000).toISOString(), session: id, cursor },
      ...{ origin: "human", action, reason, textHash: textHash(text) },
    });
  }

  #keep(delivery: DeliveryRecord): void {
    this.#deliveries.set(delivery.id, delivery);
    for (const id of this.#deliveries.keys()) {
      if (this.#deliveries.size <= MAX_KEPT) break;
      this.#deliveries.delete(id);
    }
  }
}

const GONE: TypeRefusal = { code: "session_gone", message: "the agent's process has ended" };

function refuseStanding(standing: Standing, { expectCursor }: Reply): TypeRefusal | null {
  if (standing.live.state === "ended") return GONE;
  if (standing.pid === null) {
    const message = "no process of this session is known, so there is no terminal to type into";
    return { code: "pane_missing", message };
  }
  const hasMoved = expectCursor !== null &&
    (standing.cursor !== expectCursor || standing.hasMoved);
  return hasMoved ? { code: "moved", message: "the session has gone on since you read it" } : null;
}

/** What the agent says of itself counts as much as what its screen shows. */
function refuseWaiting(
  { status, waitingFor, live }: Standing,
  { isForced }: Reply,
  dialog: string | null,
): TypeRefusal | null {
  const isWaiting = status === "waiting" || live.state === "waiting";
  const mayAnswer = isForced && dialog === "question" && !/permission/i.test(waitingFor ?? "");
  if (!isWaiting || mayAnswer) return null;
  const message = `the session waits for ${waitingFor ?? live.waitingFor ?? "a person"}; ` +
    "answer that in its terminal";
  return { code: "waiting_prompt", message };
}
