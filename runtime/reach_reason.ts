import { errorMessage } from "./errors.ts";

/**
 * Why nothing came back from a server, in plain words.
 *
 * @param error What `fetch` threw.
 * @param timeoutS After how many seconds it was told to give up.
 */
export function reachReason(error: unknown, timeoutS: number): string {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return `no answer within ${timeoutS} s`;
  }
  // What `fetch` says itself is only that it failed; the system's words are in the cause.
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const text = errorMessage(cause);
  if (/refused/i.test(text)) return "connection refused";
  return /dns error|lookup/i.test(text) ? "no such host" : text;
}
