import { type Health, healthOf } from "../server/health.ts";
import { bracketed } from "../server/origin.ts";
import type { CliContext } from "./context.ts";

const WITHIN_S = 2;
const MAX_ANSWER_CHARS = 4096;

/**
 * Asks whether a Headway server listens at a host and port, or at a URL; null for another program or
 * none.
 */
export async function askHealth(
  host: string,
  port: number | null,
  { clock }: Pick<CliContext, "clock">,
): Promise<Health | null> {
  if (port === 0) return null;
  const local = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : bracketed(host);
  const tooLong = new AbortController();
  const timer = clock.after(WITHIN_S, () => tooLong.abort());
  try {
    const response = await fetch(
      new URL("/api/health", port === null ? host : `http://${local}:${port}`),
      { redirect: "manual", signal: tooLong.signal },
    );
    const text = await response.text();
    return text.length > MAX_ANSWER_CHARS ? null : healthOf(JSON.parse(text));
  } catch {
    return null;
  } finally {
    timer.cancel();
  }
}
