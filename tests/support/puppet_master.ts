/**
 * Gives engine puppets their roles, and knows when each is gone.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { PuppetRole } from "./engine_puppet.ts";

const PUPPET = fileURLToPath(new URL("./engine_puppet.ts", import.meta.url));

/** A listener that puppets connect to. */
export class PuppetMaster implements Disposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #roles: PuppetRole[];
  readonly #connections = new Set<Deno.Conn>();
  /** For each puppet that came: resolves when its process is gone. */
  readonly gone: Promise<void>[] = [];

  /** The first puppet gets the first role, and so on; those after the last are good. */
  constructor(roles: readonly PuppetRole[] = []) {
    this.#roles = [...roles];
    this.#accept();
  }

  /** Adds roles for the puppets to come. */
  cast(...roles: PuppetRole[]): void {
    this.#roles.push(...roles);
  }

  /** The command that starts a puppet, which may start and end others. Needs `--allow-run=deno`. */
  get command(): string[] {
    const flags = ["--allow-net=127.0.0.1", "--allow-run"];
    return ["deno", "run", ...flags, PUPPET, String(this.#listener.addr.port)];
  }

  [Symbol.dispose](): void {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) this.gone.push(this.#guide(connection));
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #guide(connection: Deno.Conn): Promise<void> {
    this.#connections.add(connection);
    try {
      await connection.write(new TextEncoder().encode(this.#roles.shift() ?? "good"));
      await connection.read(new Uint8Array(1));
    } catch (error) {
      // A process that is killed resets its connection.
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
    this.#connections.delete(connection);
    connection.close();
  }
}
