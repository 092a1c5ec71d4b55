/**
 * Plays one session as the first thing that a process does.
 *
 * @module
 */
import { answerAll } from "../child.ts";
import { HealthyStream } from "../healthy_stream.ts";
import type { Fidelity } from "../../scenarios/mod.ts";

await answerAll(async (question) => {
  const { fidelity } = question as { fidelity: Fidelity };
  return { speedup: await new HealthyStream().speedup({ fidelity, durationS: 20 }) };
});
