/** Every tool, called by the official client over both roads, with arguments that fit and do not. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { writeWav } from "../audio/mod.ts";
import { TOOLS } from "../mcp/mod.ts";
import { serve } from "../serve/serve.ts";
import { type Road, TestMcpClient, type ToolData } from "./support/mcp_client.ts";
import { httpRoad, McpProcess } from "./support/mcp_road.ts";
import { tempFolder } from "./support/temp_folder.ts";

const TOKEN = "a-token-for-tests";

interface Case {
  /** Calls that succeed, in order, each with a look at what came back. */
  readonly good: readonly (readonly [args: object, check?: (data: ToolData) => void])[];
  /** Calls that fail, and what the model is told. */
  readonly bad: readonly (readonly [args: object, says: RegExp])[];
}

const sent = (audioBytes = 0) => (data: ToolData) =>
  assertEquals([data.sent, data.audio_bytes], [true, audioBytes]);
const noSession: Case["bad"][number] = [{ session_id: "nobody-1" }, /no session nobody-1; live: /];
const unknownArgument: Case["bad"][number] = [{ wat: 1 }, /cannot be called like that.*It takes/];
const noHeadless: Case["bad"][number] = [
  { session_id: "nobody-1" },
  /no headless session is called nobody-1; these run: /,
];
/** PCM of the file below: 0.5 s at 44.1 kHz becomes 24 000 frames of stereo. */
const PCM_BYTES = 8 + 24_000 * 8;
const unknownFixture: Case["bad"][number] = [
  { name: "nothing" },
  /the server has no fixture "nothing"; it has .*low_fi_Gm_loop_60s_gnm\.wav/,
];
const noFile: Case["bad"][number] = [
  { audio_file: "nothing.wav" },
  /cannot read nothing.wav: there is no such file/,
];
const noWav: Case["bad"][number] = [
  { audio_file: "song.mp3" },
  /cannot use song.mp3: it is MP3, and only WAV is read; convert it first/,
];

/** What the tools do where there are transcripts, their own tests say. */
const noTranscripts = (args: object): Case["bad"][number] => [
  args,
  /^this server reads no transcripts; name a server that does by --target/,
];

/** In this order: the session is started first and stopped last. */
const CASES: Readonly<Record<string, Case>> = {
  headless_start: {
    good: [[{ audio_file: "loop.wav", prompt: "pads", lora: true }, (data) => {
      assertEquals([data.channels, data.sample_rate], [2, 48000]);
      assert(data.duration_s > 1.9 && data.duration_s <= 2, String(data.duration_s));
    }]],
    bad: [
      [{}, /exactly one of fixture and audio_file; list_fixtures/],
      [{ fixture: "a", audio_file: "b" }, /exactly one of/],
      [{ fixture: "low_fi_Gm_loop" }, /has no fixture "low_fi_Gm_loop".*it has inside/],
      [
        { audio_file: "loop.wav", config_overrides: { engine_profile: { type: "slow" } } },
        /no engine profile.*"renderMs": 900/,
      ],
      noFile,
      noWav,
      unknownArgument,
    ],
  },
  list_sessions: {
    good: [[{}, ({ result }) => assertEquals(result.length, 1)]],
    bad: [unknownArgument],
  },
  session_state: {
    good: [[{}, ({ prompt }) => assertEquals(prompt, "pads")]],
    bad: [noSession, [{ session_id: 5 }, /session_id: .*expected string/]],
  },
  list_fixtures: {
    good: [[{}, ({ result }) => assertEquals(result.length, 4)]],
    bad: [unknownArgument],
  },
  list_loras: { good: [[{}, ({ loras }) => assert(loras.length > 0)]], bad: [unknownArgument] },
  get_lora_metadata: {
    good: [
      [
        { lora_id: "nothing" },
        (data) => assertEquals(data, { error: "not_found", lora_id: "nothing" }),
      ],
    ],
    bad: [[{}, /lora_id/]],
  },
  list_knobs: {
    good: [[{}, ({ version, knobs, current }) => {
      assertEquals([version, knobs.denoise.type], [1, "float"]);
      assertEquals(typeof current.denoise, "number");
    }]],
    bad: [noSession],
  },
  describe_protocol: {
    good: [[{}, ({ commands }) => assert("swap_source" in commands)]],
    bad: [unknownArgument],
  },
  list_manual_steering_vectors: {
    good: [[{}, (data) => assertEquals(data, { count: 0, vectors: [] })]],
    bad: [unknownArgument],
  },
  set_prompt: {
    good: [[{ prompt: "bells", prompt_b: "wind", key: "C minor", time_signature: "3" }, sent()]],
    bad: [[{}, /prompt/], [{ prompt: "x", time_signature: "5" }, /time_signature/]],
  },
  set_prompt_blend: { good: [[{ value: 7 }, sent()]], bad: [[{ value: "half" }, /value/]] },
  set_knob: {
    good: [[{ name: "denoise", value: 0.4 }, sent()]],
    bad: [
      [{ name: "denoiss", value: 1 }, /no knob "denoiss"; did you mean "denoise"\?; list_knobs/],
      [{ name: "denoise", value: 9 }, /knob denoise cannot be 9: it takes a number from 0 to 1/],
      [{ name: "denoise", value: true }, /cannot be true/],
      [{ name: "denoise" }, /like that: value is missing\. It takes/],
      [{ name: "denoise", value: [] }, /value: .*expected number.* or .*expected string/],
      [{ name: "denoise", value: 0.1, session_id: "x/../y" }, /no session x/],
    ],
  },
  set_knobs: {
    good: [[{ values: { denoise: 0.5, feedback: 0.2 } }, sent()]],
    bad: [[{ values: {} }, /no knob is named/], [{ values: { denoise: 0.5, nope: 1 } }, /nope/]],
  },
  get_knob: {
    good: [[{ name: "denoise" }, ({ value }) => assertEquals(typeof value, "number")]],
    bad: [noSession, [{}, /name/]].map(([args, says]) =>
      [{ ...(says === noSession[1] ? { name: "denoise" } : {}), ...args as object }, says] as [
        object,
        RegExp,
      ]
    ),
  },
  set_rcfg_mode: { good: [[{ mode: "self" }, sent()]], bad: [[{ mode: "loud" }, /mode/]] },
  add_manual_slot: { good: [], bad: [[{}, /no manual steering/]] },
  pop_manual_slot: { good: [], bad: [[{}, /no manual steering/]] },
  enable_lora: {
    good: [[{ lora_id: "velvet", strength: 0.5 }, sent()]],
    bad: [
      [{ lora_id: "velvet", strength: 9 }, /strength/],
      [
        { lora_id: "velvt" },
        /has no LoRA "velvt"; did you mean "velvet"\?; it has .*velvet/,
      ],
    ],
  },
  disable_lora: { good: [[{ lora_id: "warm" }, sent()]], bad: [[{ lora_id: "" }, /lora_id/]] },
  set_timbre_strength: { good: [[{ value: 0.3 }, sent()]], bad: [[{}, /value/]] },
  set_timbre_fixture: {
    good: [[{ name: "low_fi_Gm_loop_60s_gnm.wav" }, sent()]],
    bad: [[{ name: "" }, /name/], unknownFixture],
  },
  set_timbre_audio: {
    good: [[{ audio_file: "short.wav" }, sent(PCM_BYTES)]],
    bad: [noFile, noWav],
  },
  clear_timbre: { good: [[{}, sent()]], bad: [noSession] },
  set_structure_fixture: {
    good: [[{ name: "low_fi_Gm_loop_60s_gnm.wav" }, sent()]],
    bad: [
      unknownFixture,
      [{ name: "low_fi_Gm_loop_60s_gnm.wav", ...noSession[0] }, noSession[1]],
    ],
  },
  set_structure_audio: {
    good: [[{ audio_file: "short.wav", name: "mine" }, sent(PCM_BYTES)]],
    bad: [noFile],
  },
  clear_structure: { good: [[{}, sent()]], bad: [unknownArgument] },
  swap_to_audio: {
    good: [[{ audio_file: "loop.wav", name: "again", prompt: "strings" }, sent(8 + 96_000 * 8)]],
    bad: [
      noFile,
      noWav,
      [
        { audio_file: "hours.wav" },
        /cannot use hours.wav: it lasts 1000 s, and one message takes 546 s .*cut it first/,
      ],
    ],
  },
  write_audio: {
    good: [[{ audio_file: "short.wav", at_s: 0.5, mix: "sum" }, sent(PCM_BYTES)]],
    bad: [[{ audio_file: "short.wav", at_s: -1 }, /at_s/], noFile],
  },
  swap_to_fixture: {
    good: [],
    bad: [[{ name: "nothing" }, /no fixture "nothing"/]],
  },
  headless_status: {
    good: [[{}, ({ running, url }) => {
      assertEquals(running, true);
      assertMatch(url, /^ws:/);
    }], [{ session_id: "nobody-1" }, ({ running }) => assertEquals(running, false)]],
    bad: [unknownArgument],
  },
  headless_observe: {
    good: [[{ duration_s: 0 }, ({ window_s, timeline }) => {
      assertEquals([window_s, timeline.length], [1, 1]);
    }]],
    bad: [noHeadless],
  },
  headless_lag_report: {
    good: [
      [{ include_timeline: true }, ({ ticks, timeline }) => assert(ticks.count > 0 && timeline)],
      [{}, ({ timeline }) => assertEquals(timeline, undefined)],
    ],
    bad: [noHeadless, [{ window_s: -1 }, /window_s/]],
  },
  headless_seek: {
    good: [[{ seconds: 1 }, ({ playhead_s }) => assert(playhead_s >= 1 && playhead_s < 1.5)]],
    bad: [[{}, /seconds/]],
  },
  headless_set_playback: {
    good: [[{ rate: 1.25 }, ({ rate, paused }) => assertEquals([rate, paused], [1.25, false])]],
    bad: [[{ rate: 0 }, /rate/]],
  },
  headless_dump_audio: {
    good: [
      [{ path: "played.wav", last_s: 0.5 }, ({ path, peak }) => {
        assert(path.endsWith("/played.wav") && peak > 0.05, JSON.stringify([path, peak]));
        const file = Deno.readFileSync(path);
        assertEquals(new TextDecoder().decode(file.subarray(0, 4)), "RIFF");
      }],
      [{ path: "buffer.wav", source: "buffer" }, ({ seconds }) => assert(seconds > 1.9)],
    ],
    bad: [
      [{ path: "x.txt" }, /must end in .wav/],
      [{ path: "no/such/folder/x.wav" }, /cannot write .*no such file or folder/],
      [{ path: "x.wav", last_s: 0 }, /last_s/],
      [{ path: "x.wav", source: "both" }, /source/],
    ],
  },
  headless_stop: {
    good: [
      [{}, ({ stopped }) => assertEquals(stopped, true)],
      [{}, ({ stopped }) => assertEquals(stopped, false)],
    ],
    bad: [unknownArgument, [{ session_id: "nobody-1" }, /no headless session is called nobody-1/]],
  },
  record_start: {
    good: [[{ path: "take.ndjson" }, ({ recording_id, url, path }) => {
      assertEquals([recording_id, path.endsWith("/take.ndjson")], ["rec-1", true]);
      assertMatch(url, /^ws:\/\/127\.0\.0\.1:\d+$/);
    }]],
    bad: [
      [{ path: "take.wav" }, /take.wav must end in .ndjson/],
      [{ path: "take.ndjson" }, /take.ndjson is there already; choose another name/],
      [{ path: "no/such/folder/x.ndjson" }, /cannot write .*no such file or folder/],
      unknownArgument,
    ],
  },
  record_stop: {
    good: [[{}, ({ recording_id, messages, failure, path }) => {
      assertEquals([recording_id, messages, failure], ["rec-1", 0, null]);
      assertMatch(Deno.readTextFileSync(path), /^{"schema":"headway.recording\/1".*\n.*"stop"/);
    }]],
    bad: [[{}, /no recording runs; record_start begins one/], unknownArgument],
  },
  scenario_list: {
    good: [
      [{ shows: "burst stalls" }, ({ scenarios }) => assert(scenarios.length > 1)],
      [{ shows: "no such thing" }, ({ scenarios }) => assertEquals(scenarios, [])],
    ],
    bad: [unknownArgument],
  },
  scenario_run: {
    good: [[{ name: "healthy-stream", fidelity: "timing" }, ({ verdict, report, replay }) => {
      assertEquals([verdict, Deno.statSync(report).isFile], ["passed", true]);
      assertMatch(replay, /^deno task scenario healthy-stream --target sim --fidelity timing/);
    }]],
    bad: [
      [{}, /exactly one of name and definition; see scenario_list/],
      [{ name: "healthy-stram" }, /did you mean "healthy-stream"/],
      [{ name: "healthy-stream", target: "self", fidelity: "timing" }, /fidelity timing is for/],
      [{ definition: { name: "x" } }, /definition is not a scenario: /],
      [{
        definition: {
          name: "x",
          description: "May a caller name a file?",
          durationS: 1,
          source: { pcm: "/etc/passwd", sha256: "0".repeat(64), frames: 9600, channels: 2 },
          expectations: [{ metric: "lag.slices.count", min: 1 }],
        },
      }, /a definition cannot name recorded uploads/],
    ],
  },
  scenario_explain: {
    good: [[{ name: "healthy-stream" }, ({ verdict, failed, first_breach, page }) => {
      assertEquals([verdict, failed, first_breach], ["passed", [], null]);
      assertMatch(page, /healthy-stream\/report.html$/);
    }]],
    bad: [[{ name: "nothing" }, /no report of "nothing".*scenario_run makes one/]],
  },
  report_compare: {
    good: [
      [{ scenario: "healthy-stream" }, ({ counts, scenarios, page }) => {
        // Runs at timing fidelity are not held against baselines with samples.
        assertEquals([counts.incomparable, scenarios[0].name], [1, "healthy-stream"]);
        assertMatch(page, /review\/review\.html$/);
      }],
      [{ before: "." }, ({ verdict }) => assertEquals(verdict, "same")],
    ],
    bad: [
      [{ scenario: "nothing" }, /neither side has runs of "nothing"/],
      [{ before: "nowhere" }, /cannot read .*nowhere/],
      unknownArgument,
    ],
  },
  board_list: {
    good: [[{}, ({ cards, page }) => assertEquals([cards, page.split("/").at(-1)], [[], "board"])]],
    bad: [[{ column: "later" }, /column: .*It takes .*column/], unknownArgument],
  },
  session_brief: { good: [], bad: [noTranscripts({ session_id: "one" }), unknownArgument] },
  session_window: { good: [], bad: [noTranscripts({ session_id: "one" }), unknownArgument] },
  open_loops: { good: [], bad: [noTranscripts({}), unknownArgument] },
  insights_summary: { good: [], bad: [noTranscripts({}), unknownArgument] },
  note_add: {
    good: [],
    bad: [noTranscripts({ session_id: "one", body: "Look again" }), unknownArgument],
  },
};

/** Sound files of all sorts. */
async function soundFiles(folder: string): Promise<void> {
  const tone = (frames: number, channels: number) =>
    Float32Array.from({ length: frames * channels }, (_, i) => ((i % 200) - 100) / 200);
  const write = (name: string, bytes: Uint8Array) => Deno.writeFile(`${folder}/${name}`, bytes);
  await write("loop.wav", writeWav(tone(96_000, 2), 2));
  await write("short.wav", writeWav(tone(22_050, 2), 2, { sampleRate: 44_100 }));
  await write("hours.wav", writeWav(tone(10_000, 1), 1, { sampleRate: 10 }));
  await write("song.mp3", new TextEncoder().encode("ID3 and then some"));
}

/** Paths of the test's files as the tools see them. */
function placed(args: object, folder: string): object {
  const file = (value: unknown) => typeof value === "string" ? `${folder}/${value}` : value;
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) =>
      ["audio_file", "path", "before"].includes(key) ? [key, file(value)] : [key, value]
    ),
  );
}

async function callAll(road: Road, folder: string): Promise<void> {
  await using client = await TestMcpClient.connect(road);
  for (const [name, { good, bad }] of Object.entries(CASES)) {
    for (const [args, check] of good) {
      const data = await client.ok(name, placed(args, folder));
      check?.(data);
    }
    for (const [args, says] of bad) {
      const text = await client.fails(name, placed(args, folder));
      assertMatch(text.replaceAll(`${folder}/`, ""), says, `${name} ${JSON.stringify(args)}`);
    }
  }
}

Deno.test("every tool has its calls here", () => {
  assertEquals(Object.keys(CASES).sort(), TOOLS.map(({ name }) => name).sort());
});

Deno.test("every tool answers over stdio, and refuses with what to do next", async () => {
  await using folder = await tempFolder();
  await soundFiles(folder.path);
  await using server = await serve({ port: 0, controlPort: 0, write: () => {} });
  const env = { HEADWAY_TARGET: server.url, HEADWAY_CONTROL: server.controlUrl! };
  await using process = new McpProcess(env, ["--out", `${folder.path}/reports`]);
  await callAll(process.road, folder.path);
  assertEquals(await process.finished(), { code: 0, stderr: "" });
  assertEquals((await (await fetch(`${server.controlUrl}/sessions`)).json()).length, 0);
});

Deno.test("every tool answers over HTTP, and refuses with what to do next", async () => {
  await using folder = await tempFolder();
  await soundFiles(folder.path);
  await using server = await serve({
    port: 0,
    controlPort: "off",
    token: TOKEN,
    mcpFolder: folder.path,
    write: () => {},
  });
  await callAll(httpRoad(server.httpUrl, TOKEN), await Deno.realPath(folder.path));
});
