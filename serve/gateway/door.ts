import type { IncomingMessage } from "node:http";
import type { Clock } from "../../runtime/mod.ts";
import { decide, type GateRules } from "../../server/gate.ts";
import { requestFacts } from "../request_facts.ts";
import { NOT_OWN_PEER, type OwnPeers } from "./own_peers.ts";

/** Why a request is not passed on. */
export interface DoorRefusal {
  /** The HTTP status. */
  readonly status: number;
  /** One plain sentence. */
  readonly text: string;
}

/** Who may pass: whom the server's own gate would let in, and of this machine our own user only. */
export class Door {
  readonly #rules: GateRules;
  readonly #ownPeers: OwnPeers;
  readonly #clock: Clock;

  /** A door with the rules of its listener. */
  constructor(rules: GateRules, ownPeers: OwnPeers, clock: Clock) {
    this.#rules = rules;
    this.#ownPeers = ownPeers;
    this.#clock = clock;
  }

  /** Why a request may not pass; null when it may. */
  async refusal(request: IncomingMessage, isUpgrade: boolean): Promise<DoorRefusal | null> {
    const facts = requestFacts(request, { isUpgrade, unixS: this.#clock.unixS() });
    const decision = decide(facts, this.#rules);
    if (!decision.isAllowed) return decision;
    const isOwn = decision.standing !== "bypass" || await this.#ownPeers.admits(request, facts);
    return isOwn ? null : { status: 401, text: NOT_OWN_PEER };
  }
}
