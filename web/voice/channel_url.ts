/// <reference lib="dom" />

/**
 * Where the page finds the channel forwarder: where its server says, under the name by which the page
 * itself was found. Null where there is none that the page can reach: one beside a server that was
 * reached from elsewhere is on that server's own machine.
 */
export function channelUrlOf(
  { dataset }: Pick<HTMLElement, "dataset">,
  { hostname }: Pick<Location, "hostname">,
): string | null {
  const port = dataset["channelPort"] ?? "";
  const isLocal = hostname === "localhost" || hostname === "127.0.0.1";
  if (port !== "" && isLocal) return `http://${hostname}:${port}`;
  return dataset["channelUrl"] || null;
}
