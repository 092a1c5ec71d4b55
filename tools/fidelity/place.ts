/**
 * Where both sides play: our server in a process of its own, and a browser.
 *
 * @module
 */
import { TargetError } from "../../runtime/mod.ts";
import { TestBrowser } from "../../tests/support/browser.ts";
import { ServeProcess } from "../../tests/support/headway_server.ts";

/** A server and a browser. */
export interface Place {
  /** `http://host:port`. */
  readonly httpUrl: string;
  readonly browser: TestBrowser;
}

/** Starts both, and ends both however `use` ends. */
export async function withPlace<T>(use: (place: Place) => Promise<T>): Promise<T> {
  // Both sides have a session at the same time.
  await using server = new ServeProcess(
    ["--port", "0", "--control-port", "off", "--max-sessions", "2"],
    {},
    ["--allow-run"],
  );
  const port = await server.port("main");
  if (Number.isNaN(port)) {
    throw new TargetError(`our server did not start; it said: ${server.lines.join(" / ")}`);
  }
  await using browser = await TestBrowser.start();
  return await use({ httpUrl: `http://127.0.0.1:${port}`, browser });
}
