import { assert, assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { BoardRig } from "../../tests/support/board_rig.ts";
import { hookRoutes } from "./hook_routes.ts";
import { type HookNews, MAX_HOOK_BYTES, parseHook } from "./hooks.ts";
import { ENDED_MS } from "./state/live.ts";

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const HERE = "127.0.0.1";
const HOOK = { session_id: "one", hook_event_name: "Stop", transcript_path: "/a/one.jsonl" };

Deno.test("what a hook tells is read, and everything else is nothing", () => {
  assertEquals(parseHook(bytes({ ...HOOK, cwd: "/a", more: {} }), 5), {
    session: "one" as HookNews["session"],
    event: { name: "Stop", notification: null, ms: 5 },
    path: "/a/one.jsonl",
    pane: null,
  });
  const panes = ["%3", "%123456789", "", "3", "%", "%x", "%3 ", "%1234567890", "%3\n%4", "@3"];
  assertEquals(panes.map((pane) => parseHook(bytes(HOOK), 5, pane)!.pane), [
    ...["%3", "%123456789", ...Array.from({ length: 8 }, () => null)],
  ]);
  const asks = { ...HOOK, hook_event_name: "Notification" };
  const notified = (more: object) => parseHook(bytes({ ...asks, ...more }), 5)!.event.notification;
  assertEquals(
    notified({ notification_type: "permission_prompt", message: "x" }),
    "permission_prompt",
  );
  assertEquals(
    notified({ message: "The agent needs your permission" })!.includes("permission"),
    true,
  );
  assertEquals(notified({}), null);
  for (const path of ["one.jsonl", "/a/../one.jsonl", "/a//one.jsonl", `/${"x".repeat(5000)}`, 7]) {
    assertEquals(parseHook(bytes({ ...HOOK, transcript_path: path }), 5)!.path, null, `${path}`);
  }
  const nothing = [
    ...["", "{", "[]", "7", "null", "{}", '{"session_id":"one"}', '{"hook_event_name":"Stop"}'],
    ...[
      '{"session_id":"../x","hook_event_name":"Stop"}',
      '{"session_id":"one","hook_event_name":7}',
    ],
  ];
  for (const text of nothing) {
    assertEquals(parseHook(new TextEncoder().encode(text), 5), null, text);
  }
});

Deno.test("the receiver answers the same to whatever it is told, and takes no more than it should", async () => {
  const heard: HookNews[] = [];
  let noise = 0;
  const routes = hookRoutes({
    clock: new VirtualClock(),
    hear: (news) => void heard.push(news),
    onNoise: () => noise++,
  });
  const post = async (body: Uint8Array | null, more: Record<string, string> = {}, peer = HERE) => {
    const headers = { "x-tmux-pane": "%3", ...more };
    const request = new Request("http://h/api/hooks/claude", { method: "POST", headers });
    async function* parts() {
      if (body !== null) yield await Promise.resolve(body);
    }
    const facts = { peerAddress: peer, headers } as never;
    return (await routes.fetch(request, { facts, body: parts() })).status;
  };
  assertEquals([await post(bytes(HOOK)), heard.length, noise], [204, 1, 0]);
  assertEquals([await post(bytes({ no: "hook" })), heard.length, noise], [204, 1, 1]);
  assertEquals([await post(null), heard.length, noise], [204, 1, 2]);
  assertEquals(await post(new Uint8Array(MAX_HOOK_BYTES + 1)), 413);
  assertEquals((await routes.request("/api/hooks/claude")).headers.get("Allow"), "POST");
  // Of panes of other machines nothing is taken.
  await post(bytes(HOOK), {}, "203.0.113.7");
  await post(bytes(HOOK), { "x-forwarded-for": "127.0.0.1" });
  assertEquals(heard.map(({ pane }) => pane), ["%3", null, null]);
});

/** A session that asked for a tool at noon, and a way to tell what its hooks tell. */
function session() {
  const rig = new BoardRig();
  const line = (record: object) =>
    `${JSON.stringify({ sessionId: "one", cwd: "/home/dev/project", ...record })}\n`;
  const time = () => new Date(rig.nowMs).toISOString();
  const prompt = () =>
    line({
      ...{ type: "user", uuid: `u${rig.nowMs}`, timestamp: time() },
      message: { role: "user", content: "go on" },
    });
  rig.put("one", prompt());
  const hear = (name: string, notification: string | null = null) =>
    rig.ask({
      ...{ kind: "hook", id: "one", path: null },
      event: { name, notification, ms: rig.nowMs },
    });
  const live = async () => {
    const { session } = await rig.window("one", "limit=1");
    const { state, evidence, confidence, waitingFor } = session.live;
    return [state, evidence, confidence, waitingFor ?? ""].join(" ").trim();
  };
  return { rig, prompt, hear, live };
}

Deno.test("what hooks tell is what a session does, until its transcript or time knows better", async () => {
  const { rig, prompt, hear, live } = session();
  assertEquals(await live(), "working transcript medium");
  const told = [
    ["SessionStart", "working transcript medium"],
    ["UserPromptSubmit", "working hook high"],
    ["PreToolUse", "working hook high"],
    ["Stop", "idle hook high"],
    ["SessionEnd", "ended hook high"],
    ["Never", "working transcript medium"],
  ];
  for (const [name, state] of told) {
    rig.nowMs += 1000;
    await hear(name!);
    assertEquals(await live(), state, name);
  }
  await hear("Notification", "idle_prompt");
  assertEquals(await live(), "working transcript medium");
  rig.nowMs += 1000;
  await hear("Notification", "permission_prompt");
  assertEquals(await live(), "waiting hook high permission prompt");
  // However long: a person may be away.
  rig.nowMs += 5 * ENDED_MS;
  assertEquals(await live(), "waiting hook high permission prompt");
  // What it writes next says that it has the permission, without a hook.
  rig.append("one", prompt());
  assertEquals(await live(), "working transcript medium");
  await hear("UserPromptSubmit");
  rig.nowMs += ENDED_MS - 1;
  assertEquals(await live(), "working hook high");
  rig.nowMs += 1;
  assertEquals(await live(), "ended transcript medium", "nobody tells a hook of a killed agent");
});

Deno.test("a hook is heard of a session that has no transcript yet, and of few others", async () => {
  const { rig } = session();
  const hear = (id: string, name: string, ms = rig.nowMs) =>
    rig.ask({ kind: "hook", id, path: null, event: { name, notification: null, ms } });
  await hear("two", "UserPromptSubmit");
  const record = { type: "summary", summary: "x", leafUuid: "y", sessionId: "two" };
  rig.put("two", `${JSON.stringify(record)}\n`);
  assertEquals((await rig.window("two", "limit=1")).session.live.evidence, "hook");
  // An older word does not undo a newer one.
  await hear("two", "Stop", rig.nowMs - 1);
  assertEquals((await rig.window("two", "limit=1")).session.live.state, "working");
  for (let i = 0; i < 300; i++) await hear(`later-${i}`, "Stop");
  for (const [id, isKept] of [["later-0", false], ["later-299", true]] as const) {
    rig.put(id, `${JSON.stringify({ ...record, sessionId: id })}\n`);
    const { session } = await rig.window(id, "limit=1");
    assertEquals(session.live.evidence === "hook", isKept, id);
  }
  const bad = await rig.ask({
    ...{ kind: "hook", id: "../x", path: null },
    event: { name: "Stop", notification: null, ms: 1 },
  });
  assert(bad.kind === "done");
});
