/**
 * Our server as a scenario runner starts it: settings come in on stdin, what the runner compares goes
 * out on stdout. Not for people: `headway serve` is.
 *
 * @module
 */
import { TextLineStream } from "@std/streams";
import { Rng, WallClock } from "../runtime/mod.ts";
import {
  type HarnessCommand,
  harnessCommandSchema,
  type HarnessEvent,
} from "../scenarios/harness_protocol.ts";
import { MirrorWatch } from "../scenarios/mirror_watch.ts";
import { serverSettings } from "../scenarios/server_settings.ts";
import { OwnVoice } from "../scenarios/voice/own_server.ts";
import {
  type EngineProfile,
  ModelledEngine,
  MotionBank,
  MotionEngine,
} from "../server/streaming/engine/mod.ts";
import { silentLog } from "../server/log.ts";
import { serve } from "./serve.ts";
import type { HeadwayServer } from "./options.ts";

const clock = new WallClock();
const utf8 = new TextEncoder();

/** Writes one event; a runner that is gone cannot be told, and ends us by closing stdin. */
function tell(event: HarnessEvent): void {
  try {
    let bytes = utf8.encode(`${JSON.stringify(event)}\n`);
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** The harness's hold on a running server. */
class Harness {
  readonly #engines = new Set<ModelledEngine>();
  readonly #bank = new MotionBank();
  readonly #watch = new MirrorWatch({
    onMark: (mark) => tell({ ev: "mark", mark }),
    onDrop: (cause) => tell({ ev: "drop", cause }),
  });
  #profile: EngineProfile = { type: "constant", renderMs: 0 };
  #server: HeadwayServer | null = null;
  #voice: OwnVoice | null = null;

  async obey(command: HarnessCommand): Promise<void> {
    switch (command.do) {
      case "start":
        this.#profile = command.engine;
        this.#server = await serve({
          port: 0,
          controlPort: 0,
          log: silentLog,
          settings: serverSettings(command),
          createEngine: () => this.#makeEngine(),
          onSession: (session) => this.#watch.onSession(session),
        });
        tell({
          ev: "listening",
          url: `${this.#server.url}/`,
          controlUrl: this.#server.controlUrl,
          voiceUrl: null,
        });
        return;
      case "startVoice":
        return await this.#startVoice(command);
      case "devices":
        return this.#voice?.setDevices(command.devices);
      case "speech":
        return this.#voice?.setEngine(command.profile);
      case "engine":
        this.#profile = command.profile;
        for (const engine of this.#engines) engine.setProfile(command.profile);
        return;
      case "hold":
        this.#watch.hold();
        tell({ ev: "held", crc: this.#watch.wholeCrc() });
    }
  }

  async #startVoice(
    { server, engine }: Extract<HarnessCommand, { do: "startVoice" }>,
  ): Promise<void> {
    const own = this.#voice = new OwnVoice({
      ...{ clock, rng: new Rng("harness"), server, engine, hasSound: true },
      onSpeaker: (event) => tell({ ev: "speaker", event }),
    });
    const { policy, workers, expiryS, faults } = server;
    this.#server = await serve({
      ...{ port: 0, controlPort: "off", voicePort: 0, log: silentLog },
      ...{ voicePolicy: policy, voiceWorkers: workers, voiceExpiryS: expiryS, voiceFaults: faults },
      ...{ speechEngines: [own.engine], localPlayer: own.player, devices: own.devices },
      onVoice: (voice) => own.server = voice,
    });
    const { url, voiceUrl } = this.#server;
    tell({ ev: "listening", url: `${url}/`, controlUrl: null, voiceUrl });
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  #makeEngine(): ModelledEngine {
    const engine = new ModelledEngine({
      inner: new MotionEngine({ bank: this.#bank }),
      clock,
      rng: new Rng("harness").split(`engine ${this.#engines.size}`),
      profile: this.#profile,
    });
    this.#engines.add(engine);
    return engine;
  }
}

if (import.meta.main) {
  const harness = new Harness();
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) await harness.obey(harnessCommandSchema.parse(JSON.parse(line)));
  await harness.close();
  Deno.exit(0);
}
