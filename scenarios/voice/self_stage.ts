/**
 * Our own voice server in another process, with the scenario's engine, loudspeaker and devices.
 *
 * @module
 */
import { type Rng, TargetError } from "../../runtime/mod.ts";
import type { SpeechProfile } from "../../server/voice/speech/modelled_engine.ts";
import { HarnessProcess } from "../harness_process.ts";
import { liveVoiceStage } from "./live_stage.ts";
import type { VoiceStage } from "./stage.ts";
import type { DevicesSpec, VoiceScenario } from "./types.ts";
import type { SpeakerEvent, VoiceBackdoor } from "./voice_api.ts";

/** Starts our voice server with the scenario's settings and opens it as a live target. */
export async function selfVoiceStage(
  scenario: VoiceScenario,
  { rng }: { readonly rng: Rng },
): Promise<VoiceStage> {
  let stage: VoiceStage | null = null;
  const server = new VoiceProcess(scenario, (event) => stage?.onSpeaker?.(event));
  try {
    const { voiceUrl } = await server.process.listening;
    if (voiceUrl === null) throw new TargetError("our server opened no voice listener");
    return stage = await liveVoiceStage(scenario, {
      ...{ target: "self", url: voiceUrl, rng, backdoor: server },
    });
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** The server process, as far as voices are concerned. */
class VoiceProcess implements VoiceBackdoor<SpeechProfile> {
  readonly process: HarnessProcess;

  constructor({ server, engine }: VoiceScenario, onSpeaker: (event: SpeakerEvent) => void) {
    this.process = new HarnessProcess({ do: "startVoice", server, engine }, (event) => {
      if (event.ev === "speaker") onSpeaker(event.event);
    });
  }

  setDevices(devices: DevicesSpec): void {
    this.process.send({ do: "devices", devices });
  }

  setEngine(profile: SpeechProfile): void {
    this.process.send({ do: "speech", profile });
  }

  close(): Promise<void> {
    return this.process.close();
  }
}
