import { assertEquals } from "@std/assert";
import { tempFolder } from "../support/temp_folder.ts";
import { MemoryLog } from "../support/memory_log.ts";
import { inPane } from "../support/played_pane.ts";
import { SessionLines } from "../support/session_lines.ts";
import { serve } from "../../serve/mod.ts";

// It needs no browser, but every permission: the table of processes is read by nobody else.
Deno.test("an agent's hook says in which of several panes it is, and its card says that it can be answered", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(`${folder.path}/projects/-home-dev-project`, { recursive: true });
  const lines = new SessionLines("one", { nowMs: Date.now() - 60_000 }).prompt("Work");
  Deno.writeTextFileSync(
    `${folder.path}/projects/-home-dev-project/one.jsonl`,
    lines.answer("Shall I?").take(),
  );
  await using server = await serve({
    ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true },
    transcriptRoots: [folder.path],
    ...await inPane(folder.path, "one", { ids: ["%1", "%2"] }),
  });
  const card = async () => {
    const { cards } = await (await fetch(`${server.httpUrl}/api/board`)).json();
    return cards[0] as { readonly state: string; readonly pane: boolean } | undefined;
  };
  const tell = async (name: string, pane: string, more: HeadersInit = {}) => {
    const { status } = await fetch(`${server.httpUrl}/api/hooks/claude`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Tmux-Pane": pane, ...more },
      body: JSON.stringify({ session_id: "one", hook_event_name: name }),
    });
    assertEquals(status, 204);
  };
  while ((await card())?.state !== "waiting");
  await tell("Notification", "%7");
  await tell("Notification", "2");
  assertEquals((await card())!.pane, false);
  await tell("Notification", "%2");
  while (!(await card())!.pane);
});
