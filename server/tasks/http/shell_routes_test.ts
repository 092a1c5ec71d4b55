import { assert, assertEquals, assertMatch } from "@std/assert";
import { ptyId } from "../../../tests/support/memory_tasks.ts";
import { askRoute } from "../../../tests/support/terminal_client.ts";
import { type TerminalServer, terminalServer } from "../../../tests/support/terminal_server.ts";
import { ptyIdOf } from "../ids.ts";
import { safeName } from "../uploads.ts";

Deno.test("a person opens a shell: in the folder of agents, with their environment, and nothing is kept", async () => {
  await using server = await terminalServer();
  const { terminals } = server.world;
  const { status, body } = await askRoute(server, "/api/terminals", { label: "mine" });
  assertEquals([status, Object.keys(body)], [200, ["session_id"]]);
  const info = terminals.get(ptyIdOf(body.session_id)!)!;
  assertEquals([info.label, info.cols, info.rows], ["mine", 120, 40]);
  const [{ order }] = server.world.backend.programs as [typeof server.world.backend.programs[0]];
  assertEquals([order.argv, order.cwd, order.env["PATH"]], [["/bin/bash"], "/work", "/bin"]);
  assertEquals(server.world.sinks.files.size, 0);
  // What the server knows to be secret is masked there as in any terminal.
  server.world.backend.programs[0]!.write("a-secret-of-the-server");
  assert((await terminals.snapshot(info.id)).paint.includes("*".repeat(22)));
  const sized = await askRoute(server, "/api/terminals", { cols: 100, rows: 30 });
  assertEquals(terminals.get(sized.body.session_id)!.cols, 100);
  assertEquals(terminals.get(sized.body.session_id)!.label, "shell");
});

Deno.test("at the cap a shell is refused with 429, one in its grace does not count, and bad fields are 400", async () => {
  await using server = await terminalServer();
  for (let number = 1; number <= 8; number++) await server.world.program(number, "one of eight");
  const refused = await askRoute(server, "/api/terminals", {});
  assertEquals([refused.status, refused.body.error.code], [429, "too_many"]);
  assertMatch(refused.body.error.message, /Maximum 8.*Close an existing session/);
  server.world.terminals.beginGrace(ptyId(1), 300);
  assertEquals((await askRoute(server, "/api/terminals", {})).status, 200);
  await server.world.terminals.close(ptyId(2));
  for (
    const body of [
      ...[{ label: "" }, { label: 7 }, { label: "x".repeat(101) }, { label: "two\nlines" }],
      ...[{ cols: 0 }, { rows: "many" }, [], "{"],
    ]
  ) {
    const { status, body: { error } } = await askRoute(server, "/api/terminals", body);
    assertEquals(status, 400, JSON.stringify(body));
    assertMatch(error.message, /label|cols|rows|JSON/);
  }
  assertEquals(server.world.terminals.list().length, 8);
});

/** Hands in a form, as a page of ours does. */
async function upload(server: TerminalServer, form: FormData | string) {
  const response = await fetch(`${server.httpUrl}/api/upload`, {
    ...{ method: "POST", body: form, headers: { Origin: server.httpUrl } },
  });
  return { status: response.status, body: await response.json() };
}

function formOf(name: string, content: Uint8Array<ArrayBuffer> | string): FormData {
  const form = new FormData();
  form.set("file", new File([content], name));
  return form;
}

Deno.test("a file is kept byte by byte, under a name that hurts nobody", async () => {
  await using server = await terminalServer();
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const { status, body } = await upload(server, formOf("../../.bash rc $(rm) ~.txt", bytes));
  assertEquals(status, 200);
  assertMatch(body.path, /^\/uploads\/[0-9a-f]{8}_bash_rc___rm___\.txt$/);
  assertEquals(server.disk.files.get(body.path)!.bytes, bytes);
  const again = await upload(server, formOf("../../.bash rc $(rm) ~.txt", bytes));
  assert(again.body.path !== body.path);
  for (
    const [name, safe] of [
      ...[["", "file"], ["..", "file"], ["a/b\\c d.md", "c_d.md"], [
        "<img onerror=x>",
        "_img_onerror_x_",
      ]],
      ...[["\u202egnp.exe", "_gnp.exe"], ["x".repeat(300), "x".repeat(100)]],
    ] as const
  ) assertEquals(safeName(name), safe);
});

Deno.test("no file, an empty one, what is no form, one too long and one for a full folder are refused", async () => {
  await using server = await terminalServer();
  const empty = new FormData();
  const text = new FormData();
  text.set("file", "just a text");
  for (const form of [empty, text, formOf("x", ""), "no form"]) {
    assertEquals((await upload(server, form)).status, 400);
  }
  const foreign = await fetch(`${server.httpUrl}/api/upload`, {
    ...{ method: "POST", body: formOf("x", "y"), headers: { Origin: "http://evil.example" } },
  });
  await foreign.body?.cancel();
  assertEquals(foreign.status, 401);
  const long = await upload(server, formOf("x", new Uint8Array(32 * 2 ** 20 + 1)));
  assertEquals([long.status, long.body.error.code], [413, "too_large"]);
  server.disk.put("/uploads/00000000_full", new Uint8Array(2 ** 30));
  const full = await upload(server, formOf("x", "y"));
  assertEquals([full.status, full.body.error.code], [507, "no_room"]);
  assertEquals(server.disk.files.size, 1);
});
