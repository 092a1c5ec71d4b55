import { assertEquals } from "@std/assert";
import { VoiceWorld } from "../tests/support/voice_world.ts";
import { neighbourUrl } from "./neighbour_url.ts";

/** Where the page of voices is, for who found the main listener by this Host. */
function voices(bound: string, host: string, more: Record<string, string> = {}): string | null {
  const url = `http://${bound === "0.0.0.0" ? "127.0.0.1" : bound}:7860`;
  const site = {
    ...{ bindHost: "0.0.0.0", port: 1318, allowOrigins: [] },
    allowHosts: [{ host: "studio.example", port: null }],
  };
  return neighbourUrl({ host: bound, port: 7860, url }, { host, ...more }, site);
}

Deno.test("neighbourUrl leads visitors by the name that they used, as far as that leads anywhere", () => {
  // On this machine.
  assertEquals(voices("127.0.0.1", "127.0.0.1:1318"), "http://127.0.0.1:7860");
  assertEquals(voices("127.0.0.1", "localhost:1318"), "http://localhost:7860");
  assertEquals(voices("127.0.0.1", "[::1]:1318"), "http://127.0.0.1:7860");
  // From elsewhere: only to a listener that is open to elsewhere.
  assertEquals(voices("0.0.0.0", "studio.example:1318"), "http://studio.example:7860");
  assertEquals(voices("0.0.0.0", "192.0.2.1:1318"), "http://192.0.2.1:7860");
  assertEquals(voices("192.0.2.1", "studio.example:1318"), "http://192.0.2.1:7860");
  assertEquals(voices("127.0.0.1", "studio.example:1318"), null);
  // What stands between tells nothing of other ports.
  assertEquals(voices("0.0.0.0", "studio.example"), null);
  assertEquals(voices("0.0.0.0", "localhost:8080"), null);
  for (const name of ["x-forwarded-for", "forwarded", "via"]) {
    assertEquals(voices("0.0.0.0", "studio.example:1318", { [name]: "for=x" }), null, name);
  }
  // A name that is not ours stands in no link.
  assertEquals(voices("0.0.0.0", "evil.example:1318"), null);
  assertEquals(voices("0.0.0.0", 'x"onclick="y:1318'), null);
});

Deno.test("the player's page leads to the page of voices, and through a proxy nowhere", async () => {
  const token = "a-token-of-sixteen-or-more";
  await using world = await VoiceWorld.start({ token });
  const link = async (headers: Record<string, string>) => {
    const response = await fetch(`${world.server.httpUrl}/`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    return /<a href="([^"]*)">Voices</.exec(await response.text())?.[1];
  };
  assertEquals(await link({}), `${world.url}/dashboard`);
  assertEquals(await link({ "x-forwarded-for": "203.0.113.7" }), undefined);
});
