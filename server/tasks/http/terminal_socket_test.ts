import { assert, assertEquals } from "@std/assert";
import { ptyId } from "../../../tests/support/memory_tasks.ts";
import { askRoute, TerminalClient } from "../../../tests/support/terminal_client.ts";
import { terminalServer } from "../../../tests/support/terminal_server.ts";

const VIEWER = "a-viewer-of-this-test";
const OTHER = "another-viewer-of-this-test";

Deno.test("joining gives the screen and then everything, to each viewer for itself", async () => {
  await using server = await terminalServer();
  const program = await server.world.task(1);
  program.write("painted");
  await using first = await TerminalClient.open(server);
  const painted = first.next(({ event }) => event === "terminal_snapshot");
  const joined = await first.join(ptyId(1), { viewer: VIEWER });
  assertEquals([joined.status, joined.session_id, joined.keyboard.you], ["ok", ptyId(1), 1]);
  const { data } = await painted;
  assertEquals([data.cols, data.rows, data.seq], [80, 24, 7]);
  assert(data.paint.includes("painted"));
  await using second = await TerminalClient.open(server);
  await second.join(ptyId(1), { seq: 0 });
  program.write(" more ä");
  await Promise.all([first.until("more ä"), second.until("more ä")]);
  assertEquals([first.output, second.output], [" more ä", "painted more ä"]);
  const last = second.frames.filter(({ event }) => event === "terminal_output").at(-1)!;
  assertEquals(last.data.next_seq, 15);
});

Deno.test("a connection that broke goes on at its place, without losing or repeating a byte", async () => {
  await using server = await terminalServer();
  const program = await server.world.task(1);
  let seq = 0;
  let text = "";
  for (let round = 0; round < 5; round++) {
    await using client = await TerminalClient.open(server);
    await client.join(ptyId(1), { seq });
    program.write(`round ${round} €\n`);
    await client.until(`round ${round} €\n`);
    text += client.output;
    seq = client.frames.filter(({ event }) => event === "terminal_output").at(-1)!.data.next_seq;
    program.write(`between ${round}\n`);
  }
  await using client = await TerminalClient.open(server);
  await client.join(ptyId(1), { seq });
  await client.until("between 4\n");
  text += client.output;
  const rounds = [0, 1, 2, 3, 4].map((n) => `round ${n} €\nbetween ${n}\n`);
  assertEquals(text, rounds.join(""));
});

Deno.test("one viewer holds the keyboard, everybody sees who, and the socket refuses the others with 409", async () => {
  await using server = await terminalServer();
  const program = await server.world.task(1);
  await using holder = await TerminalClient.open(server);
  await using other = await TerminalClient.open(server);
  await holder.join(ptyId(1), { viewer: VIEWER });
  await other.join(ptyId(1), { viewer: OTHER });
  const type = (client: TerminalClient, input: string) =>
    client.ask("terminal_input", { session_id: ptyId(1), input }, `type ${input}`);
  assertEquals((await type(holder, "no")).http_status, 409);
  const seen = other.next(({ event }) => event === "keyboard");
  await holder.ask("take_keyboard", { session_id: ptyId(1) }, 5);
  assertEquals((await seen).data.keyboard, { holder: 1, viewers: 2, you: 2, is_yours: false });
  assertEquals((await type(holder, "yes")).status, "ok");
  const refused = await type(other, "no");
  assertEquals([refused.status, refused.http_status, refused.code], [
    "error",
    409,
    "not_the_holder",
  ]);
  const size = { session_id: ptyId(1), cols: 100, rows: 40 };
  assertEquals((await other.ask("terminal_resize", size, 6)).http_status, 409);
  const resized = other.next(({ event }) => event === "terminal_resized");
  assertEquals((await holder.ask("terminal_resize", size, 7)).status, "ok");
  assertEquals((await resized).data, { session_id: ptyId(1), cols: 100, rows: 40 });
  // The same rule holds over HTTP, for the same viewers.
  const byHttp = { input: "!", viewer: OTHER };
  assertEquals((await askRoute(server, `/api/terminals/${ptyId(1)}/input`, byHttp)).status, 409);
  const lost = holder.next(({ event, data }) => event === "keyboard" && !data.keyboard.is_yours);
  await other.ask("take_keyboard", { session_id: ptyId(1) }, 8);
  assertEquals((await lost).data.keyboard.holder, 2);
  assertEquals((await askRoute(server, `/api/terminals/${ptyId(1)}/input`, byHttp)).status, 200);
  assertEquals(program.typed, "yes!");
});

Deno.test("grace, the end of the program and that of the terminal are told in this order", async () => {
  await using server = await terminalServer();
  const program = await server.world.task(1);
  await using client = await TerminalClient.open(server);
  await client.join(ptyId(1), { seq: 0 });
  const grace = client.next(({ event }) => event === "terminal_grace");
  server.world.terminals.beginGrace(ptyId(1), 300);
  const { data } = await grace;
  assert(Math.abs(data.ends_at - data.now - 300) < 5);
  const closed = client.next(({ event }) => event === "session_closed");
  program.write("bye");
  program.exit(3);
  await closed;
  assertEquals(client.frames.slice(-3).map(({ event }) => event), [
    ...["terminal_output", "session_exited", "session_closed"],
  ]);
  assertEquals(client.frames.at(-2)!.data, { session_id: ptyId(1), code: 3, signal: null });
  assertEquals((await client.join(ptyId(1))).http_status, 404);
});

Deno.test("who reads but never acknowledges gets a window of output, and the screen after it", async () => {
  await using server = await terminalServer();
  const program = await server.world.task(1);
  await using client = await TerminalClient.open(server);
  await client.join(ptyId(1), { seq: 0, window: 65_536 });
  const first = client.next(({ event }) => event === "terminal_output");
  for (let i = 0; i < 40; i++) program.write("z".repeat(65_536));
  await first;
  // An answer after it shows that nothing more is on its way.
  await client.ask("heartbeat", { session_ids: [ptyId(1)] }, 9);
  assert(client.output.length <= 2 * 65_536, `${client.output.length}`);
  const painted = client.next(({ event }) => event === "terminal_snapshot");
  const { next_seq: seq } =
    client.frames.filter(({ event }) => event === "terminal_output").at(-1)!.data;
  client.send("terminal_ack", { session_id: ptyId(1), seq });
  assertEquals((await painted).data.seq, 40 * 65_536);
});

Deno.test("what is no message is answered, and too much of it closes the connection", async () => {
  await using server = await terminalServer();
  await server.world.task(1);
  const client = await TerminalClient.open(server);
  const answers: string[] = [];
  const bad: readonly (string | Uint8Array<ArrayBuffer>)[] = [
    ...["{", "[]", "null", '{"event":"nonsense"}', '{"event":"join_session","data":7}'],
    '{"event":"join_session","data":{"session_id":"../../etc"}}',
    `{"event":"join_session","data":{"session_id":"${ptyId(1)}","seq":-1}}`,
    `{"event":"terminal_input","data":{"session_id":"${ptyId(1)}","input":7}}`,
    `{"event":"terminal_resize","data":{"session_id":"${ptyId(1)}","cols":1e9}}`,
    `{"event":"heartbeat","data":{"session_ids":"all"}}`,
    ...["x".repeat(200_000), new Uint8Array([1, 2, 3])],
  ];
  for (const text of bad) {
    const answer = client.next(({ event }) => event === "ack");
    client.sendRaw(text);
    const { data } = await answer;
    assertEquals([data.status, data.http_status], ["error", 400], String(text).slice(0, 80));
    answers.push(data.message);
  }
  assert(answers.every((text) => text.length > 5 && !text.includes("undefined")));
  for (let i = 0; i < 30; i++) client.sendRaw("{");
  assertEquals((await client.closed).code, 1008);
});

Deno.test("joining again is the same look, and who has left takes no keyboard", async () => {
  await using server = await terminalServer();
  await server.world.task(1);
  await using client = await TerminalClient.open(server);
  for (let i = 0; i < 20; i++) {
    const { keyboard } = await client.join(ptyId(1), { viewer: VIEWER });
    assertEquals([keyboard.you, keyboard.viewers], [1, 1]);
  }
  assertEquals((await client.ask("leave_session", { session_id: ptyId(1) }, 1)).status, "ok");
  const take = await client.ask("take_keyboard", { session_id: ptyId(1) }, 2);
  assertEquals(take.http_status, 409);
});

Deno.test("a server that stops says so, and closes", async () => {
  await using server = await terminalServer();
  await server.world.task(1);
  const client = await TerminalClient.open(server);
  await client.join(ptyId(1), { seq: 0 });
  const told = client.next(({ event }) => event === "shutting_down");
  await server.stop();
  await told;
  assertEquals((await client.closed).code, 1001);
});

Deno.test("other users, foreign pages and strangers get neither routes nor sockets", async () => {
  await using server = await terminalServer({ readTables: () => Promise.resolve(null) });
  await server.world.task(1);
  const paths = [
    "/api/terminals",
    `/api/terminals/${ptyId(1)}/output`,
    "/api/tasks",
    "/api/tasks/x",
  ];
  for (const path of paths) {
    const { status, body } = await askRoute(server, path);
    assertEquals([status, body.error.code], [401, "not_own_user"], path);
  }
  assertEquals((await askRoute(server, `/api/terminals/${ptyId(1)}/input`, {})).status, 401);
  const refused = new WebSocket(`${server.url}/ws/terminal`);
  assertEquals(
    await new Promise((resolve) => refused.onerror = () => resolve("refused")),
    "refused",
  );
  const evil = await askRoute(server, `/api/terminals/${ptyId(1)}/input`, {}, {
    Origin: "http://evil.example",
  });
  assertEquals(evil.status, 401);
});
