/** What the forwarder's tool for speech asks of a voice server, and what it makes of the answer. */
import { assertEquals } from "@std/assert";
import { Rng, VirtualClock } from "../../runtime/mod.ts";
import { voiceBackend } from "../../server/voice/channel/backend.ts";
import { ChannelForwarder } from "../../server/voice/channel/forwarder.ts";
import { channelTools } from "./channel_tools.ts";

/** A server that answers speech with this, and is asked by the tool. */
function rig(answer: () => Response, play = () => Promise.resolve()) {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const backend = voiceBackend({
    baseUrl: "http://v",
    clock,
    send: async (request) => {
      asked.push(new URL(request.url).pathname);
      bodies.push(await request.json());
      return answer();
    },
  });
  const forwarder = new ChannelForwarder({ clock, rng: new Rng("ids"), backend });
  const [tool] = channelTools({ forwarder, play });
  const speak = async (args: object) => {
    const { text, isError = false } = await tool!.run({ ...args }, new AbortController().signal);
    return isError ? text : JSON.parse(text);
  };
  return { asked, bodies, speak };
}

const wav = (headers: Record<string, string> = {}) => () => new Response("RIFF", { headers });

Deno.test("only what was given is asked for", async () => {
  const { bodies, speak } = rig(wav());
  await speak({ text: "x" });
  await speak({ text: "x", session_id: "", voice: "", speed: 0, emotion: 0 });
  const all = { text: "x", session_id: "s", voice: "v", speed: 1.5, emotion: 0.2 };
  await speak({ ...all, skip_playback: true });
  assertEquals(bodies, [{ text: "x" }, { text: "x" }, all]);
});

Deno.test("who got the speech is told by its own answer, and nobody is asked afterwards", async () => {
  const heard = rig(wav({ "x-mod3-ws-subscribers": "2" }));
  assertEquals((await heard.speak({ text: "x", session_id: "s" })).playback_status, "routed_ws");
  const alone = rig(wav({ "x-mod3-ws-subscribers": "0" }));
  const args = { text: "x", session_id: "s", blocking: true };
  assertEquals((await alone.speak(args)).playback_status, "played");
  assertEquals([heard.asked, alone.asked], [["/v1/synthesize"], ["/v1/synthesize"]]);
});

Deno.test("who does not wait has its answer while the player plays", async () => {
  const { speak } = rig(wav(), () => new Promise(() => {}));
  assertEquals((await speak({ text: "x" })).playback_status, "spawned");
});

Deno.test("a refusal is repeated, a long one in part, and speech that is too long fails", async () => {
  const refused = (body: string) =>
    rig(() => new Response(body, { status: 422 })).speak({ text: "x" });
  assertEquals(await refused('{"detail":[1]}'), 'mod3 returned 422: {"detail":[1]}');
  assertEquals(await refused("y".repeat(500)), `mod3 returned 422: ${"y".repeat(400)}...`);
  const piece = new Uint8Array(2 ** 20);
  const endless = rig(() =>
    new Response(
      new ReadableStream({ pull: (controller) => controller.enqueue(piece) }),
    )
  );
  assertEquals(
    await endless.speak({ text: "x" }),
    `mod3 unreachable: its answer is longer than ${64 * 2 ** 20} bytes`,
  );
});
