/// <reference lib="dom" />
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { CheckError } from "../../cli/conformance/check.ts";
import { dashboardCheck } from "../../cli/conformance/dashboard_check.ts";
import { WallClock } from "../../runtime/mod.ts";
import { needChromium } from "../../tools/chromium.ts";
import { writeForeignPage } from "../support/foreign_page.ts";
import { VoiceWorld } from "../support/voice_world.ts";

const echo = {
  name: "echo",
  respond: ({ text }: { readonly text: string }) => Promise.resolve({ text }),
};

/** Runs ten times as fast from some moment on, for whoever waits on it. */
class HastyClock extends WallClock {
  isHasty = false;
  #aheadS = 0;

  override now(): number {
    return super.now() + this.#aheadS;
  }

  override sleep(seconds: number): Promise<void> {
    if (this.isHasty) this.#aheadS += 9 * seconds;
    return super.sleep(seconds);
  }
}

/** Serves a stand-in for a foreign page, changed if need be, and checks it as the command does. */
async function check(
  { hasChannel, change = (text: string) => text, isHasty = false }: {
    readonly hasChannel: boolean;
    readonly change?: (text: string) => string;
    /** Whether nothing is waited for at length once the page stands. */
    readonly isHasty?: boolean;
  },
): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    await writeForeignPage(folder);
    // A port that is free now; the page's own may be anybody's on this machine.
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    listener.close();
    for (const name of ["index.html", "transport.js", "playback.js"]) {
      const path = join(folder, name);
      const text = (await Deno.readTextFile(path)).replace("localhost:6931", `localhost:${port}`);
      await Deno.writeTextFile(path, change(text));
    }
    await using world = await VoiceWorld.start({
      voiceDashboard: folder,
      channelPort: hasChannel ? port : "off",
      responder: echo,
    });
    const seen: string[] = [];
    const clock = new HastyClock();
    await dashboardCheck({
      ...{ clock, chromium: needChromium(), hasChannel },
      voiceUrl: world.url.replace("127.0.0.1", "localhost"),
      say: (line) => {
        clock.isHasty = isHasty;
        seen.push(line.replace(/cs-\w+|dashboard-\w+-\d+/, "ID"));
      },
    });
    assertEquals(world.player.played.length, 0);
    return seen;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const SEEN = [
  "it shows its own row",
  "what is spoken for it is played in it",
  "what is typed into it is echoed, answered and completed",
  "it is deregistered when the page is closed",
];

Deno.test("a foreign page works as it is, registered by the channel forwarder", async () => {
  assertEquals(await check({ hasChannel: true }), [
    "registered as ID, by the channel forwarder",
    ...SEEN,
  ]);
});

Deno.test("a foreign page works as it is without a channel forwarder", async () => {
  assertEquals(await check({ hasChannel: false }), [
    "registered as ID, by the voice server",
    ...SEEN,
  ]);
});

Deno.test("a foreign page that plays nothing fails the check", async () => {
  const change = (text: string) => text.replace("source.start();", "return;");
  const error = await assertRejects(
    () => check({ hasChannel: false, change, isHasty: true }),
    CheckError,
  );
  assertEquals(/the console line "\[AudioWS\] Playing job=[0-9a-f]{8}"/.test(error.message), true);
});
