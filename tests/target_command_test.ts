/** `headway scenario --target` against what is no server: one clear line, exit code 3, no run's files. */
import { assertEquals, assertMatch } from "@std/assert";
import { runHeadway, SCENARIO_PERMISSIONS } from "./support/headway.ts";
import { filesBelow } from "./support/temp_folder.ts";

/** Runs `healthy-stream` against an address. */
async function aim(target: string) {
  const out = await Deno.makeTempDir();
  try {
    const finished = await runHeadway(
      ["scenario", "healthy-stream", "--target", target, "--out", `${out}/reports`],
      { permissions: SCENARIO_PERMISSIONS },
    );
    // Nothing was measured, so there is only what the call itself says, no empty folder either.
    assertEquals(await filesBelow(`${out}/reports`), ["index.html", "junit.xml", "summary.json"]);
    return finished;
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/** What stdout says of the one scenario that could not run. */
function reason(stdout: string): string {
  const [line, closing, where, ...rest] = stdout.trimEnd().split("\n");
  assertMatch(closing!, /^0 passed, 0 failed, 1 could not run/);
  assertMatch(where!, /^reports: .*\/index\.html$/);
  assertEquals(rest, []);
  return line!.replace(/^! healthy-stream +/, "");
}

Deno.test("a port where nothing listens is told in one line, with exit code 3", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const target = `ws://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const { code, stdout, stderr } = await aim(target);
  assertEquals([code, stderr], [3, ""]);
  assertEquals(
    reason(stdout),
    `cannot reach ${target}: connection refused; is the server running, and is the port right?`,
  );
});

Deno.test("a load test of a server that is not there says so in the same words", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const target = `ws://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const { code, stderr } = await runHeadway(["load", "--target", target], {
    permissions: SCENARIO_PERMISSIONS,
  });
  assertEquals(code, 3);
  assertEquals(
    stderr,
    `headway: cannot reach ${target}: connection refused; is the server running, and is the port right?\n`,
  );
});

Deno.test("a port that the HTTP client shuns is tried all the same", async () => {
  const { code, stdout } = await aim("ws://127.0.0.1:1");
  assertEquals(code, 3);
  assertMatch(reason(stdout), /ECONNREFUSED 127\.0\.0\.1:1/);
});

Deno.test("a host that does not exist is told in one line", async () => {
  const { code, stdout } = await aim("ws://no-such-host.invalid:1318");
  assertEquals(code, 3);
  assertMatch(reason(stdout), /^cannot reach ws:\/\/no-such-host\.invalid:1318: no such host; /);
});

Deno.test("a server that takes connections and never answers is given up on", async () => {
  using mute = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const target = `ws://127.0.0.1:${mute.addr.port}`;
  const { code, stdout } = await aim(target);
  assertEquals(code, 3);
  assertEquals(
    reason(stdout),
    `cannot reach ${target}: no answer within 4 s; is the server running, and is the port right?`,
  );
});
