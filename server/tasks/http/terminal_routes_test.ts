import { assert, assertEquals } from "@std/assert";
import { VirtualClock } from "../../../runtime/mod.ts";
import { ptyId, taskId, taskView } from "../../../tests/support/memory_tasks.ts";
import { askRoute, TerminalClient } from "../../../tests/support/terminal_client.ts";
import { terminalServer } from "../../../tests/support/terminal_server.ts";

const VIEWER = "a-viewer-of-this-test";
const OTHER = "another-viewer-of-this-test";
const path = (what: string, number = 1) => `/api/terminals/${ptyId(number)}/${what}`;

Deno.test("the list names terminals with their process, age and idle time", async () => {
  await using server = await terminalServer();
  assertEquals((await askRoute(server, "/api/terminals")).body, []);
  await server.world.task(1);
  const { status, body: [first] } = await askRoute(server, "/api/terminals");
  assertEquals(status, 200);
  assertEquals(first.session_id, ptyId(1));
  assertEquals([first.label, first.process, first.exited], ["hermes-mcp", "bash", false]);
  assertEquals([first.cols, first.rows, first.grace_ends_at], [80, 24, null]);
  assert(first.idle_seconds >= 0 && first.created_at > 0);
});

Deno.test("attaching to a live terminal gives its screen and the place to go on from", async () => {
  await using server = await terminalServer();
  const program = await server.world.task(1, { title: "Look at this" });
  program.write("\x1b[2J\x1b[Hhello");
  for (const named of [ptyId(1), taskId(1)]) {
    const { status, body } = await askRoute(server, `/api/terminals/${named}/attach`, {
      viewer: VIEWER,
    });
    assertEquals(status, 200);
    assert(body.snapshot.paint.includes("hello"));
    assertEquals([body.snapshot.seq, body.replay], [12, undefined]);
    assertEquals(body.keyboard, { holder: null, viewers: 1, you: 1, is_yours: false });
    assertEquals([body.task.title, body.task.files], ["Look at this", undefined]);
  }
});

Deno.test("attaching to a terminal that is gone gives what it left: all, or the end that was asked for", async () => {
  await using server = await terminalServer();
  const { tasks, files } = server.world;
  const task = taskView(7, { status: "completed", endedAt: 1060 });
  const text = 'one "two"\r\n\x1b[31mthree\x1b[0m ä€😀\n';
  files.put(task.files.transcript, text);
  tasks.put(task);
  const whole = await askRoute(server, path("attach", 7), {});
  assertEquals(whole.status, 200);
  const { replay, label, output, process, truncated, recording, task_id: id } = whole.body;
  assertEquals([replay, process, truncated, recording, id], [true, null, false, null, taskId(7)]);
  assertEquals([label, output], ["hermes-mcp (replay)", [text]]);
  const tail = await askRoute(server, path("attach", 7), { tail_bytes: 5 });
  assertEquals([tail.body.output, tail.body.truncated], [["😀\n"], true]);
  assertEquals(tail.body.bytes, new TextEncoder().encode(text).length);
  assertEquals([tail.body.cols, tail.body.rows], [null, null]);
  files.put(task.files.recording, '{"version":3,"term":{"cols":90,"rows":20}}\n[0.1,"o","x"]\n');
  const { body: sized } = await askRoute(server, path("attach", 7), {});
  assertEquals([sized.cols, sized.rows], [90, 20]);
  assertEquals(sized.recording, `/api/terminals/${ptyId(7)}/recording`);
  assertEquals(files.openCount, 0);
});

Deno.test("who opens the address in the last second of grace sees the terminal, then what it left", async () => {
  const clock = new VirtualClock();
  await using server = await terminalServer({ clock });
  const program = await server.world.task(1);
  program.write("all done");
  server.world.terminals.beginGrace(ptyId(1), 300);
  await clock.settle(clock.now() + 299.5);
  const { body: live } = await askRoute(server, path("attach"), { viewer: VIEWER });
  assertEquals([live.replay, live.grace_ends_at - live.now], [undefined, 0.5]);
  await using viewer = await TerminalClient.open(server);
  const gone = viewer.next(({ event }) => event === "session_closed");
  await viewer.join(ptyId(1), { viewer: VIEWER });
  await clock.settle(clock.now() + 1);
  await gone;
  const { body: kept } = await askRoute(server, path("attach"), { viewer: VIEWER });
  assertEquals([kept.replay, kept.output], [true, ["all done"]]);
});

Deno.test("where recordings alone are shown, a task that runs is shown by what it has left so far", async () => {
  await using server = await terminalServer({ isReplayOnly: true });
  (await server.world.task(1)).write("so far");
  const { body } = await askRoute(server, path("attach"), {});
  assertEquals([body.replay, body.status, body.output], [true, "running", ["so far"]]);
  // A terminal that belongs to no task has nothing else to show.
  await server.world.program(2, "shell");
  assertEquals((await askRoute(server, path("attach", 2), {})).body.replay, undefined);
});

Deno.test("what was never there, or has left nothing, is 404, whatever the id looks like", async () => {
  await using server = await terminalServer();
  server.world.tasks.put(taskView(8));
  const ids = [
    ptyId(9),
    ptyId(8),
    taskId(9),
    "nonsense",
    "%2e%2e%2fsession.json",
    "%3Cimg%3E",
    "x".repeat(500),
  ];
  for (const id of ids) {
    for (const what of ["attach", "input", "resize", "keyboard", "heartbeat"]) {
      const { status, body } = await askRoute(server, `/api/terminals/${id}/${what}`, {
        input: "",
      });
      assertEquals([status, body.error.code], [404, "gone"], `${id} ${what}`);
    }
    for (const what of ["output", "transcript", "recording", "recording?version=2"]) {
      assertEquals((await askRoute(server, `/api/terminals/${id}/${what}`)).status, 404, id + what);
    }
  }
});

Deno.test("output is asked for by its place, and nobody takes it from anybody else", async () => {
  await using server = await terminalServer();
  const program = await server.world.task(1);
  program.write("hello ä");
  for (let viewer = 0; viewer < 2; viewer++) {
    const { body } = await askRoute(server, path("output?seq=0"));
    assertEquals([body.output, body.next_seq, body.gap, body.exited], ["hello ä", 8, false, false]);
  }
  const { body } = await askRoute(server, path("output?seq=6"));
  assertEquals([body.output, body.next_seq], ["ä", 8]);
  const none = await askRoute(server, path("output?seq=8"));
  assertEquals([none.body.output, none.body.next_seq], ["", 8]);
});

Deno.test("a question without an answer yet waits until something happens", async () => {
  await using server = await terminalServer();
  const program = await server.world.task(1);
  const waiting = askRoute(server, path("output?seq=0&wait_ms=20000"));
  // Whoever waits has been seen by then.
  await askRoute(server, path("heartbeat"), {});
  program.write("now");
  assertEquals((await waiting).body.output, "now");
  const resized = askRoute(server, path("output?seq=3&wait_ms=20000"));
  await askRoute(server, path("heartbeat"), {});
  await server.world.terminals.resize(ptyId(1), 100, 30);
  assertEquals((await resized).body.terminal.cols, 100);
  const last = askRoute(server, path("output?seq=3&wait_ms=20000"));
  await askRoute(server, path("heartbeat"), {});
  program.exit(0);
  const { body } = await last;
  assertEquals([body.exited, body.exit], [true, { code: 0, signal: null }]);
});

Deno.test("who waits for output is let go when the server stops", async () => {
  await using server = await terminalServer();
  await server.world.task(1);
  const waiting = askRoute(server, path("output?seq=0&wait_ms=25000"));
  await askRoute(server, path("heartbeat"), {});
  await server.stop();
  assertEquals((await waiting).body.shutting_down, true);
});

Deno.test("a long answer comes in parts, cut between characters", async () => {
  await using server = await terminalServer();
  const program = await server.world.task(1);
  const text = "€".repeat(200_000);
  program.write(text);
  let [all, seq, polls] = ["", 0, 0];
  while (seq < 600_000) {
    const { body } = await askRoute(server, path(`output?seq=${seq}`));
    all += body.output;
    seq = body.next_seq;
    polls++;
  }
  assertEquals(all === text, true);
  assert(polls >= 3, `${polls}`);
});

Deno.test("only the holder of the keyboard types and resizes; another may take it over", async () => {
  await using server = await terminalServer();
  const program = await server.world.task(1);
  const type = (viewer: string | undefined, input = "x") =>
    askRoute(server, path("input"), { input, ...(viewer !== undefined && { viewer }) });
  assertEquals((await type(undefined)).status, 409);
  assertEquals((await type(VIEWER)).status, 409);
  const take = (viewer: string, action = "take") =>
    askRoute(server, path("keyboard"), { viewer, action });
  assertEquals((await take(VIEWER)).body.keyboard.is_yours, true);
  assertEquals((await type(VIEWER, "ls\r")).body, { status: "ok" });
  const refused = await type(OTHER);
  assertEquals([refused.status, refused.body.error.code], [409, "not_the_holder"]);
  assert(refused.body.error.message.includes("viewer 1"));
  const size = (viewer: string) => askRoute(server, path("resize"), { viewer, cols: 90, rows: 20 });
  assertEquals((await size(OTHER)).status, 409);
  assertEquals((await size(VIEWER)).status, 200);
  assertEquals((await take(OTHER)).body.keyboard, {
    ...{ holder: 2, viewers: 2, you: 2, is_yours: true },
  });
  assertEquals([(await type(VIEWER)).status, (await type(OTHER, "!")).status], [409, 200]);
  await take(OTHER, "release");
  assertEquals((await type(OTHER)).status, 409);
  assertEquals([program.typed, program.sizes], ["ls\r!", [[90, 20]]]);
});

Deno.test("who leaves gives the keyboard back; a heartbeat says how things stand", async () => {
  await using server = await terminalServer();
  await server.world.task(1);
  await askRoute(server, path("keyboard"), { viewer: VIEWER, action: "take" });
  await askRoute(server, path("leave"), { viewer: VIEWER });
  server.world.terminals.beginGrace(ptyId(1), 300);
  const { body } = await askRoute(server, path("heartbeat"), { viewer: OTHER });
  assertEquals([body.status, body.timeout_warning, body.keyboard.holder], ["ok", false, null]);
  const leftS = body.grace_ends_at - body.now;
  assert(leftS > 290 && leftS <= 300, `${leftS}`);
});

Deno.test("what is wrong with a request is said, with its status", async () => {
  await using server = await terminalServer();
  await server.world.task(1);
  const cases: readonly (readonly [string, unknown, number, string])[] = [
    ["input", { viewer: VIEWER }, 400, '"input" must be a text'],
    ["input", { input: 5 }, 400, '"input" must be a text'],
    ["input", { input: "x".repeat(70_000) }, 413, ""],
    ["input", { input: "x", viewer: "short" }, 400, '"viewer" must be'],
    ["resize", { cols: 0 }, 400, '"cols" must be a whole number from 2 to 1000'],
    ["resize", { rows: 1e9 }, 400, '"rows" must be'],
    ["keyboard", { viewer: VIEWER, action: "steal" }, 400, '"action" must be'],
    ["keyboard", { action: "take" }, 400, '"viewer" is missing'],
    ["attach", "[1]", 400, "the body must be a JSON object"],
    ["attach", "{", 400, "the body must be JSON"],
    ["attach", { tail_bytes: -1 }, 400, '"tail_bytes" must be'],
  ];
  for (const [what, sent, status, message] of cases) {
    const answer = await askRoute(server, path(what), sent);
    const text = `${what} ${JSON.stringify(sent).slice(0, 60)}`;
    assertEquals(answer.status, status, text);
    assert(answer.body.error.message.includes(message), `${text}: ${answer.body.error.message}`);
  }
  for (const query of ["seq=-1", "seq=abc", "seq=1.5", "wait_ms=999999"]) {
    assertEquals((await askRoute(server, path(`output?${query}`))).status, 400, query);
  }
});

Deno.test("closing a terminal ends its program; closing one that is gone is no error", async () => {
  await using server = await terminalServer();
  const program = await server.world.task(1);
  assertEquals((await askRoute(server, path("close"), {})).body, { status: "ok" });
  assert(program.signals.includes("SIGHUP"));
  const again = await askRoute(server, path("close"), {});
  assertEquals([again.status, typeof again.body.detail], [200, "string"]);
});

const CAST = [
  '{"version":3,"term":{"cols":80,"rows":24}}',
  '[0.5,"o","a"]',
  "# a comment",
  '[0.25,"m","step"]',
  '[1,"o","é"]',
  '[1,"x","0"]',
  "",
].join("\n");
const CAST_V2 = [
  '{"version":2,"width":80,"height":24}',
  '[0.5,"o","a"]',
  '[0.75,"m","step"]',
  '[1.75,"o","é"]',
  "",
].join("\n");

Deno.test("a recording is there as it is, and in version 2, whole and in parts", async () => {
  await using server = await terminalServer();
  const { tasks, files } = server.world;
  const task = taskView(3, { status: "completed" });
  files.put(task.files.recording, CAST);
  tasks.put(task);
  for (
    const [query, text] of [["", CAST], ["?version=3", CAST], ["?version=2", CAST_V2]] as const
  ) {
    const whole = await askRoute(server, path(`recording${query}`, 3));
    assertEquals([whole.status, whole.body], [200, text], query);
    assertEquals(whole.headers.get("Content-Type"), "application/x-asciicast");
    assert(whole.headers.get("Content-Disposition")!.startsWith('attachment; filename="task-'));
    const tag = whole.headers.get("ETag")!;
    const part = await askRoute(server, path(`recording${query}`, 3), undefined, {
      ...{ Range: "bytes=10-19", "If-Range": tag },
    });
    assertEquals([part.status, part.body], [206, text.slice(10, 20)]);
    const size = new TextEncoder().encode(text).length;
    assertEquals(part.headers.get("Content-Range"), `bytes 10-19/${size}`);
    const same = await askRoute(server, path(`recording${query}`, 3), undefined, {
      "If-None-Match": tag,
    });
    assertEquals([same.status, same.body], [304, ""]);
    const beyond = await askRoute(server, path(`recording${query}`, 3), undefined, {
      Range: "bytes=9999-",
    });
    assertEquals([beyond.status, beyond.headers.get("Content-Range")], [416, `bytes */${size}`]);
  }
  assertEquals((await askRoute(server, path("recording?version=1", 3))).status, 404);
  assertEquals(files.openCount, 0);
});

Deno.test("a transcript is there byte by byte, in parts, and by HEAD without any", async () => {
  await using server = await terminalServer();
  const { tasks, files } = server.world;
  const task = taskView(3);
  const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
  files.put(task.files.transcript, bytes);
  tasks.put(task);
  const url = `${server.httpUrl}${path("transcript", 3)}`;
  const get = async (headers: Record<string, string> = {}) => {
    const response = await fetch(url, { headers });
    return new Uint8Array(await response.arrayBuffer());
  };
  assertEquals(await get(), bytes);
  assertEquals(await get({ Range: "bytes=65530-140000" }), bytes.slice(65_530, 140_001));
  assertEquals(await get({ Range: "bytes=-100" }), bytes.slice(-100));
  const head = await fetch(url, { method: "HEAD" });
  assertEquals([head.status, head.headers.get("Content-Length")], [200, "200000"]);
  assertEquals(head.headers.get("X-Content-Type-Options"), "nosniff");
  assertEquals(files.openCount, 0);
});

Deno.test("a recording that is none says so in version 2, and is handed on as it is in version 3", async () => {
  await using server = await terminalServer();
  const { tasks, files } = server.world;
  tasks.put(taskView(3));
  files.put(taskView(3).files.recording, "no recording\n");
  assertEquals((await askRoute(server, path("recording", 3))).body, "no recording\n");
  const { status, body } = await askRoute(server, path("recording?version=2", 3));
  assertEquals([status, body.error.code], [500, "bad_recording"]);
  assertEquals(files.openCount, 0);
});
