import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import { type PageRegistration, Registrar } from "./registrar.ts";

const CHANNEL = "http://127.0.0.1:6931";

/** Answers as a test says: a status and a body, or null for nobody there. */
type Answers = (path: string, body: Record<string, unknown>) => readonly [number, string] | null;

function world(answers: Answers, { sessionId = null as string | null, hasChannel = true } = {}) {
  const clock = new VirtualClock(1000);
  const asked: { readonly url: string; readonly body: Record<string, unknown> }[] = [];
  const registered: PageRegistration[] = [];
  const failures: string[] = [];
  const registrar = new Registrar({ sessionId, participantId: "dashboard-1" }, {
    ...{ clock, visit: "v1", channelUrl: hasChannel ? CHANNEL : null },
    hex: (count) => "0123456789abcdef".slice(0, count),
    fetch: (url, init) => {
      const body = JSON.parse(String(init.body));
      asked.push({ url, body });
      const answer = answers(url, body);
      if (answer === null) return Promise.reject(new TypeError("nobody there"));
      return Promise.resolve(new Response(answer[1], { status: answer[0] }));
    },
  }, {
    onRegistered: (it) => registered.push(it),
    onFailed: (reason) => failures.push(reason),
  });
  return { clock, asked, registered, failures, registrar };
}

const VOICE_ANSWER = JSON.stringify({
  ...{ session_id: "s1", participant_id: "dashboard-1", assigned_voice: "af_heart" },
});

Deno.test("the forwarder is asked first, and its id wins over the voice server's", async () => {
  const { asked, registered, registrar } = world(() => [
    200,
    JSON.stringify({ kernel: { session_id: "cs-1" }, mod3: JSON.parse(VOICE_ANSWER) }),
  ]);
  await registrar.register();
  assertEquals(asked, [{
    url: `${CHANNEL}/v1/channel-sessions/register`,
    body: {
      participant_id: "dashboard-1",
      participant_type: "user",
      preferred_voice: null,
      preferred_output_device: "system-default",
      metadata: { visit: "v1" },
      kinds: ["audio"],
    },
  }]);
  assertEquals(registered, [
    { sessionId: "cs-1", participantId: "dashboard-1", voice: "af_heart", by: "channel" },
  ]);
  // The next time it keeps its id.
  await registrar.register();
  assertEquals(asked[1]!.body["session_id"], "cs-1");
});

Deno.test("without a forwarder of use the voice server is asked, with an id of the page's", async () => {
  const ways: readonly (readonly [number, string] | null)[] = [
    null,
    [502, `{"error":{}}`],
    [200, "{}"],
    [200, "no JSON"],
    [200, `{"mod3":{"session_id":7}}`],
  ];
  for (const way of ways) {
    const { asked, registered, registrar } = world((url) =>
      url.startsWith(CHANNEL) ? way : [200, VOICE_ANSWER]
    );
    await registrar.register();
    assertEquals(asked.map(({ url }) => url).at(-1), "/v1/sessions/register");
    assertEquals(asked.at(-1)!.body["session_id"], "dashboard-01234567-1000000");
    assertEquals(asked.at(-1)!.body["kinds"], undefined);
    assertEquals(registered.map(({ by, sessionId }) => [by, sessionId]), [["voice", "s1"]]);
  }
  const { asked, registrar } = world(() => [200, VOICE_ANSWER], {
    ...{ hasChannel: false, sessionId: "kept" },
  });
  await registrar.register();
  assertEquals(asked.map(({ url, body }) => [url, body["session_id"]]), [
    ["/v1/sessions/register", "kept"],
  ]);
});

Deno.test("a page that nobody registers tries again, less and less often, one attempt at a time", async () => {
  let isThere = false;
  const { asked, clock, failures, registered, registrar } = world(
    () => isThere ? [200, VOICE_ANSWER] : [503, "{}"],
    { hasChannel: false },
  );
  await Promise.all([registrar.register(), registrar.register()]);
  assertEquals([asked.length, failures], [1, ["the server answered 503"]]);
  const timesS: number[] = [];
  for (let s = 0; s < 100; s++) {
    const before = asked.length;
    clock.runUntil(clock.now() + 1);
    await settled();
    if (asked.length > before) timesS.push(s + 1);
  }
  assertEquals(timesS, [1, 3, 7, 15, 31, 61, 91]);
  isThere = true;
  clock.runUntil(clock.now() + 30);
  await settled();
  assertEquals([registered.length, registrar.isBusy], [1, false]);
});

Deno.test("a forwarder that answers too late leaves no second session behind", async () => {
  const slow = Promise.withResolvers<Response>();
  const asked: string[] = [];
  const clock = new VirtualClock(1000);
  const registered: PageRegistration[] = [];
  const registrar = new Registrar({ sessionId: null, participantId: "dashboard-1" }, {
    ...{ clock, visit: "v1", channelUrl: CHANNEL, hex: () => "01234567" },
    fetch: (url, init) => {
      asked.push(`${url} ${url.endsWith("deregister") ? init.body : ""}`.trim());
      return url.startsWith(CHANNEL) ? slow.promise : Promise.resolve(new Response(VOICE_ANSWER));
    },
  }, { onRegistered: (it) => registered.push(it), onFailed: () => {} });
  const done = registrar.register();
  clock.runUntil(1010);
  await done;
  assertEquals(registered.map(({ by, sessionId }) => [by, sessionId]), [["voice", "s1"]]);
  slow.resolve(new Response(JSON.stringify({ kernel: { session_id: "cs-1" }, mod3: {} })));
  await settled();
  assertEquals(asked, [
    `${CHANNEL}/v1/channel-sessions/register`,
    "/v1/sessions/register",
    `/v1/sessions/cs-1/deregister {"visit":"v1"}`,
  ]);
});

/** Lets what only waits for answers that are there go on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
