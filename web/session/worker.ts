/**
 * The worker that holds the page's session: the connection, the decoding of slices, the measures. What
 * the page draws never delays them.
 *
 * @module
 */
import type { PageCommand, WorkerMessage } from "./messages.ts";
import { PageSession } from "./page_session.ts";

let session: PageSession | null = null;

function tell(message: WorkerMessage): void {
  postMessage(message);
}

addEventListener("message", ({ data }: MessageEvent<PageCommand>) => {
  if (data.type === "open") session = new PageSession(data, tell);
  else session?.carryOut(data);
});
