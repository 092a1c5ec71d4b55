/**
 * Whose connections a gateway carries. To the server behind it every one of them is the gateway's own:
 * its user's, and with its token. So other users of this machine are stopped here.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { isSameText } from "../../server/cookie.ts";
import type { RequestFacts } from "../../server/gate.ts";
import type { ReadSocketTables } from "../../server/own_user.ts";
import { isOwnPeer, parseSocketTable } from "../../server/peer_owner.ts";

/** Decides for each TCP connection once. */
export class OwnPeers {
  readonly #token: string | null;
  readonly #readTables: ReadSocketTables;
  readonly #known = new WeakMap<Socket, Promise<boolean>>();

  /** `token` is the server's; whoever shows it may come in whatever their user. */
  constructor(token: string | null, readTables: ReadSocketTables) {
    this.#token = token;
    this.#readTables = readTables;
  }

  /**
   * Whether this request may go on. Where the system does not tell whose a connection is, everybody on
   * this machine may, unless a token would be lent to them.
   */
  async admits(request: IncomingMessage, facts: RequestFacts): Promise<boolean> {
    const given = request.headers.authorization;
    if (this.#token !== null && given !== undefined) {
      if (isSameText(given, `Bearer ${this.#token}`)) return true;
    }
    const { socket } = request;
    let known = this.#known.get(socket);
    if (known === undefined) this.#known.set(socket, known = this.#isOwn(facts));
    return await known;
  }

  async #isOwn(facts: RequestFacts): Promise<boolean> {
    const tables = await this.#readTables();
    return tables === null ? this.#token === null : isOwnPeer(parseSocketTable(tables), facts);
  }
}

/** What others are told. */
export const NOT_OWN_PEER =
  "this gateway carries its own user's connections; others need the server's token";
