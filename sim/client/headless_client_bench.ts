/**
 * What a simulated second costs on the client's side of the road: 16 slices with their
 * `params_update`, 30 ticks, and the network between. The server is a sink that says what it must.
 *
 * @module
 */
import { Rng } from "../../runtime/rng.ts";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import type { Connection, Packet } from "../../wire/connection.ts";
import { binaryPacket, cellCodec, sampleCodec } from "../../wire/codec.ts";
import { WINDOW_FRAMES } from "../../wire/constants.ts";
import type { ReadyMessage } from "../../wire/server_types.ts";
import { SliceEncoder } from "../../wire/slice_encoder.ts";
import { SimNetwork } from "../network/sim_network.ts";
import { HeadlessClient } from "./headless_client.ts";

const FRAMES = 60 * 48000;
const SLICES_PER_S = 16;
const PARAMS = { denoise: 0.5, seed: 1, num_gens: 7 };

const READY: ReadyMessage = {
  type: "ready",
  duration: 60,
  sample_rate: 48000,
  channels: 2,
  bpm: null,
  key: null,
  time_signature: null,
  session_id: "bench",
  lora_dir: "",
  lora_catalog: [],
  lora_pending_enable: [],
  checkpoint: "",
  checkpoint_scale: null,
  pipeline_depth: 4,
  max_pipeline_depth: 4,
};

/** A running client, and a function that lives one second of its session. */
function session(fidelity: "timing" | "full", makeSlice: (startSample: number) => Packet) {
  const clock = new VirtualClock();
  const network = new SimNetwork({ clock, rng: new Rng(1) });
  let server!: Connection;
  network.listen((connection) => {
    server = connection;
    connection.attach({ onPacket() {}, onClose() {} });
  });
  const client = new HeadlessClient({
    dial: network.dial,
    clock,
    rng: new Rng(2),
    config: {},
    source: { kind: "fixture", name: "bench" },
    fidelity,
  });
  client.open();
  clock.runUntil(1);
  const codec = fidelity === "timing" ? cellCodec : sampleCodec;
  const samples = fidelity === "timing" ? 0 : FRAMES * 2;
  server.send(codec.message(READY));
  server.send(codec.buffer({ audio: new Float32Array(samples), channels: 2, frames: FRAMES }));
  let count = 0;
  return () => {
    for (let i = 0; i < SLICES_PER_S; i++) {
      const timeS = 1 + count++ / SLICES_PER_S;
      clock.runUntil(timeS);
      const latent = Math.floor((timeS - 0.7) * 25) % 1490;
      server.send(makeSlice(latent * 1920));
      server.send(codec.message({ type: "params_update", params: PARAMS }));
    }
  };
}

let sliceNumber = 0;
const timing = session("timing", (startSample) => ({
  kind: "slice",
  slice: {
    startSample,
    numSamples: WINDOW_FRAMES,
    channels: 2,
    tickMs: 40,
    decMs: 9,
    numGens: 1,
    epoch: 0,
    sliceNumber: ++sliceNumber,
  },
  bytes: 60_000,
}));
Deno.bench("a second of session at timing fidelity", timing);

// Noise: the most that compression leaves to do. It is added again and again, which costs the same.
const rng = new Rng(3);
const noise = Float32Array.from({ length: WINDOW_FRAMES * 2 }, () => rng.between(-1e-3, 1e-3));
const frame = new SliceEncoder(new Float32Array(noise.length), { channels: 2 }).encode({
  audio: noise,
  startSample: 0,
  channels: 2,
  tickMs: 40,
  decMs: 9,
  numGens: 1,
})!;
const full = session("full", (startSample) => {
  const data = frame.slice();
  new DataView(data.buffer).setUint32(1, startSample, true);
  return binaryPacket(data);
});
Deno.bench("a second of session at full fidelity, decoding included", full);
