/** The code of JSON-RPC for arguments that do not fit. */
export const INVALID_PARAMS = -32602;

/**
 * What is wrong with the revision that an `initialize` asks for; null for nothing, and for all other
 * messages. The SDK would call it a defect of its own.
 */
export function handshakeFault(message: unknown): string | null {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: unknown };
  if (method !== "initialize") return null;
  const version = (params as { protocolVersion?: unknown } | null | undefined)?.protocolVersion;
  if (typeof version === "string") return null;
  const found = version === undefined ? "missing" : JSON.stringify(version);
  return `protocolVersion is ${found}, expected a text such as "2025-11-25"`;
}
