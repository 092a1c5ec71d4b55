/** The whole of a task: a client calls, a person watches and types, and comes back an hour later. */
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { VirtualClock } from "../runtime/mod.ts";
import { serve } from "../serve/mod.ts";
import { ptyIdOf } from "../server/tasks/ids.ts";
import { ReplayPlayer } from "../web/terminal/replay/player.ts";
import { readRecording } from "../web/terminal/replay/recording.ts";
import { STUB_AGENT } from "./support/live_tasks.ts";
import { TestMcpClient, type ToolData } from "./support/mcp_client.ts";
import { MemoryLog } from "./support/memory_log.ts";
import { TOKEN } from "./support/request_facts.ts";
import { ShiftedClock } from "./support/shifted_clock.ts";
import { tempFolder } from "./support/temp_folder.ts";
import { askRoute, TerminalClient } from "./support/terminal_client.ts";

const GOOD = { Authorization: `Bearer ${TOKEN}` };
const VIEWER = "the-person-of-this-test";
const HOUR_S = 3600;

/** Calls a tool by the official client. */
async function call(client: TestMcpClient, name: string, args: object): Promise<ToolData> {
  const { isError, structuredContent } = await client.sdk.callTool({
    name,
    arguments: { ...args },
  });
  assert(isError !== true);
  return structuredContent as ToolData;
}

Deno.test("a client calls coda_run, a person sees it happen, and an hour later replays it at 4×", async () => {
  await using folder = await tempFolder();
  const clock = new ShiftedClock();
  await using server = await serve({
    ...{ port: 0, controlPort: "off", noBackend: true, log: new MemoryLog(), clock, token: TOKEN },
    ...{ tasksFolder: `${folder.path}/tasks/sessions`, agentCommand: STUB_AGENT },
    environment: { PATH: Deno.env.get("PATH")!, HOME: folder.path, LANG: "C.UTF-8" },
    taskSettings: { graceS: 0.2 },
  });
  const road = new StreamableHTTPClientTransport(new URL(`${server.httpUrl}/mcp/tasks`), {
    requestInit: { headers: GOOD },
  });
  await using client = await TestMcpClient.connect(road);
  const prompt = [
    ...["say looking for leaks", "progress plan reads the gateway", "await somebody_watches"],
    ...["say mended", "pause 0.3", "say checked"],
    'result {"status":"completed","summary":"Two leaks mended."}',
  ].join("\n");
  const run = await call(client, "coda_run", { prompt, email: "me@example.org" });
  const url = new URL(run["viewer_url"]);
  assertEquals([run["status"], url.origin], ["running", server.httpUrl]);

  // The person opens the address: the page, the terminal as it is, and then what happens.
  const page = await fetch(url, { headers: GOOD });
  assertMatch(await page.text(), /\/terminal\.js/);
  const id = ptyIdOf(url.searchParams.get("session")!)!;
  const attach = () => askRoute(server, `/api/terminals/${id}/attach`, { viewer: VIEWER }, GOOD);
  const live = (await attach()).body;
  assertEquals([live.replay, live.task.status], [undefined, "running"]);
  {
    await using viewer = await TerminalClient.open({ url: server.url }, GOOD);
    await viewer.join(id, { viewer: VIEWER, seq: 0 });
    await viewer.until("looking for leaks");
    const { session_id: session, task_id: task } = run;
    const path = `${folder.path}/tasks/sessions/${session}/tasks/${task}/somebody_watches`;
    const gone = viewer.next(({ event }) => event === "session_closed");
    await Deno.writeTextFile(path, "");
    await viewer.until("checked");
    await gone;
  }
  const result = await call(client, "coda_get_result", {
    ...{ task_id: run["task_id"], session_id: run["session_id"] },
  });
  assertEquals([result["status"], result["summary"]], ["completed", "Two leaks mended."]);

  clock.goForward(HOUR_S);
  const { tasks: [listed] } = await call(client, "coda_inbox", {});
  assertEquals([listed.task_id, listed.status], [run["task_id"], "completed"]);
  assertEquals(listed.viewer_url, run["viewer_url"]);
  assert(listed.elapsed_s < HOUR_S, "elapsed time goes on after the end");
  const { body: kept } = await attach();
  assertEquals([kept.replay, kept.status, kept.recording], [
    ...[true, "completed", `/api/terminals/${id}/recording`],
  ]);
  assert(kept.now - kept.task.created_at >= HOUR_S);
  const { body } = await fetch(`${server.httpUrl}${kept.recording}`, { headers: GOOD });
  const recording = await readRecording(body!);
  assert(recording.markers.some(({ label }) => label === "plan"));
  const shown: { readonly atS: number; readonly text: string }[] = [];
  const time = new VirtualClock();
  const player = new ReplayPlayer({
    ...{ clock: time, recording },
    screen: {
      write: (text) => Promise.resolve(void shown.push({ atS: time.now(), text })),
      resize: () => {},
      restore: () => Promise.resolve(),
    },
  });
  player.setSpeed(4);
  void player.play();
  await time.settle(recording.durationS);
  assert(player.hasEnded);
  const all = shown.map(({ text }) => text).join("");
  for (const said of ["looking for leaks", "mended", "checked"]) assert(all.includes(said), said);
  // Each piece a quarter of its time after the first, as the recording has them.
  const output = recording.events.filter(({ code }) => code === "o");
  assertEquals(shown.length, output.length);
  for (const [i, { atS }] of shown.entries()) {
    assertAlmostEquals(atS, output[i]!.timeS / 4, 1e-3);
  }
});
