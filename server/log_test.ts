import { assertEquals } from "@std/assert";
import { createLog, type LogFormat, silentLog } from "./log.ts";

function lines(format: LogFormat) {
  const written: string[] = [];
  const clock = { unixS: () => 1_750_000_000.25 };
  return { written, log: createLog({ format, clock, write: (line) => written.push(line) }) };
}

Deno.test("createLog writes one JSON object a line", () => {
  const { written, log } = lines("json");
  log.part("streaming").warn("peer frozen", { session: "k3J_x9aQ", bytes: 12, forS: 8.5 });
  assertEquals(written, [
    '{"ts":"2025-06-15T15:06:40.250Z","level":"warn","part":"streaming","event":"peer frozen",' +
    '"session":"k3J_x9aQ","bytes":12,"forS":8.5}\n',
  ]);
});

Deno.test("createLog writes text that a person can read and a line cannot be forged in", () => {
  const { written, log } = lines("text");
  log.info("listening", { url: "http://127.0.0.1:1318" });
  log.error("failed", { reason: "a\nb c", none: null, list: [1] });
  assertEquals(written, [
    "2025-06-15T15:06:40.250Z info  server: listening url=http://127.0.0.1:1318\n",
    '2025-06-15T15:06:40.250Z error server: failed reason="a\\nb c" none=null list="[1]"\n',
  ]);
});

Deno.test("createLog never writes tokens, prompts or endless values", () => {
  const { written, log } = lines("json");
  log.info("x", {
    token: "s",
    prompt: "p",
    tags_b: "t",
    authorization: "Bearer s",
    api_token: "s",
  });
  log.info("y", { reason: "r".repeat(1000) });
  const [hidden, long] = written.map((line) => JSON.parse(line));
  const { ts: _, level: __, part: ___, event: ____, ...fields } = hidden;
  assertEquals(fields, {
    token: "[hidden]",
    prompt: "[hidden]",
    tags_b: "[hidden]",
    authorization: "[hidden]",
    api_token: "[hidden]",
  });
  assertEquals(long.reason, `${"r".repeat(500)}…`);
});

Deno.test("createLog keeps its own fields", () => {
  const { written, log } = lines("json");
  log.info("real", { event: "forged", level: "error" });
  const line = JSON.parse(written[0]!);
  assertEquals([line.event, line.level, line.event_, line.level_], [
    "real",
    "info",
    "forged",
    "error",
  ]);
});

Deno.test("silentLog writes nothing, for any part", () => {
  const written: unknown[] = [];
  const outlets: [Record<string, unknown>, string][] = [
    ...["log", "info", "warn", "error", "debug"].map((name): [Record<string, unknown>, string] => [
      console as unknown as Record<string, unknown>,
      name,
    ]),
    ...[Deno.stdout, Deno.stderr].flatMap((it): [Record<string, unknown>, string][] => [
      [it as unknown as Record<string, unknown>, "write"],
      [it as unknown as Record<string, unknown>, "writeSync"],
    ]),
  ];
  const before = outlets.map(([outlet, name]) => outlet[name]);
  try {
    for (const [outlet, name] of outlets) outlet[name] = (text: unknown) => written.push(text);
    for (const log of [silentLog, silentLog.part("streaming"), silentLog.part("a").part("b")]) {
      log.info("nobody hears");
      log.warn("nobody hears", { session: "k3J_x9aQ" });
      log.error("nobody hears");
    }
  } finally {
    outlets.forEach(([outlet, name], i) => outlet[name] = before[i]);
  }
  assertEquals(written, []);
});
