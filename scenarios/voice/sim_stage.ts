/**
 * The simulated target: a voice server, its listeners and the network between them in one process
 * under one virtual clock. Requests go to the server's own routes, without a socket.
 *
 * @module
 */
import { HeadwayError, type Rng, VirtualClock } from "../../runtime/mod.ts";
import { silentLog } from "../../server/log.ts";
import { voiceRoutes } from "../../server/voice/http/routes.ts";
import { voiceSocketOf, VoiceSockets } from "../../server/voice/sockets.ts";
import { VoiceServer } from "../../server/voice/voice_server.ts";
import { SimNetwork } from "../../sim/mod.ts";
import { CLOSE } from "../../wire/mod.ts";
import type { Fidelity } from "../result.ts";
import { OwnVoice } from "./own_server.ts";
import type { VoiceStage } from "./stage.ts";
import type { VoiceScenario } from "./types.ts";

/** Sets the simulated target up for one scenario. */
export function simVoiceStage(
  scenario: VoiceScenario,
  { rng, fidelity }: { readonly rng: Rng; readonly fidelity: Fidelity },
): VoiceStage {
  const clock = new VirtualClock();
  const own = new OwnVoice({
    ...{ clock, rng, server: scenario.server, engine: scenario.engine },
    hasSound: fidelity === "full",
    onSpeaker: (event, wav) => {
      if (event.kind === "begin") stage.onSpeakerSound?.(event.jobId, wav);
      stage.onSpeaker?.(event);
    },
  });
  const { policy, workers, expiryS, faults } = scenario.server;
  const voice = new VoiceServer({
    ...{ clock, rng: rng.split("voice"), log: silentLog, engines: [own.engine] },
    ...{ player: own.player, devices: own.devices, workers, policy, expiryS, faults },
  });
  own.server = voice;
  const { routes } = voiceRoutes({
    ...{ voice, recognizer: null, version: "simulated", onShutdown: () => {} },
  });
  const sockets = new VoiceSockets(voice, () => NO_CHAT, faults);
  const network = new SimNetwork({ clock, rng: rng.split("network"), profile: scenario.network });
  network.listen((connection, path) => {
    const socket = voiceSocketOf(path);
    if ("status" in socket) connection.close(CLOSE.normal, socket.text);
    else sockets.take(socket, connection);
  });
  const stage: VoiceStage = {
    target: "sim",
    clock,
    isSimulated: true,
    prefix: "",
    backdoor: own,
    onSpeaker: null,
    onSpeakerSound: null,
    faults: network,
    ask: async (method, path, body) =>
      await routes.request(`http://voice${path}`, {
        method,
        ...(body !== null && {
          body: JSON.stringify(body),
          headers: { "content-type": "application/json" },
        }),
      }),
    dial: (path) => network.dialPath(path),
    async drive(play, pending) {
      while (!play.isDone) {
        // Time stands still while a request is answered: no answer of these waits for any.
        const answered = pending();
        if (answered !== null) await answered;
        else if (!clock.step()) {
          throw new HeadwayError(
            `the simulated world came to rest at ${clock.now()} s before the run was over`,
          );
        }
      }
    },
    close: async () => {
      sockets.close();
      await voice.close();
    },
  };
  return stage;
}

const NO_CHAT = { onPacket: () => {}, onClose: () => {} };
