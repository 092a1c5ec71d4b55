/**
 * What somebody outside turned stays turned.
 *
 * @module
 */
import type { Subscription } from "../../../server/streaming/mod.ts";
import { coerceKnob, knobManifest } from "../../../wire/mod.ts";
import { RECOVER_S } from "../calm.ts";
import { defineInvariant } from "../checker.ts";

/** Time after which the server has a value that the client holds, seconds. */
const TAKEN_S = 2;

/** The invariant. */
export const echoes = defineInvariant({
  name: "echoes-kept",
  promise:
    "A knob that was echoed to the client keeps its value, at the client and at the server, until somebody turns it again; no echoed key is lost.",
  reason:
    "Without it a turn from outside snaps back with the next tick, or with the next reconnect.",
  marks: [
    "echo adopted",
    "kept over a reconnect",
    "kept at the server",
    "merged on a full queue",
    "blend kept",
  ],
  create({ scene, cover, breach }) {
    const { knobs } = knobManifest({ sde: scene.scenario.client.config["sde"] === true });
    /** What the client has to hold. */
    const held = new Map<string, unknown>();
    const echoed = new Set<string>();
    /** Newest published values that no echo has brought yet; of the present session. */
    const underWay = new Map<string, unknown>();
    let changedS = 0;
    let checkedRaw: unknown = null;
    let blend: number | null = null;
    const turn = (values: Readonly<Record<string, unknown>>) => {
      for (const name in values) held.set(name, values[name]);
      changedS = scene.nowS;
      checkedRaw = null;
    };
    return {
      get isQuiet() {
        return !scene.isStreaming || underWay.size === 0;
      },
      onStep(step) {
        if (step.do === "knobs") turn(step.values);
      },
      onSession: () => underWay.clear(),
      onPublished(event, { bus }) {
        if (event.type !== "echo" || event.message.type !== "params_echo") return;
        const { raw } = event.message;
        for (const name in raw) underWay.set(name, raw[name]);
        for (const queue of bus.queues) {
          if (queue.stats.coalesced > 0) cover("merged on a full queue");
        }
      },
      onEvent(message) {
        if (message.type !== "params_echo") return;
        const { raw } = message as { readonly raw: Record<string, unknown> };
        for (const name in raw) {
          echoed.add(name);
          if (underWay.get(name) === raw[name]) underWay.delete(name);
        }
        turn(raw);
        cover("echo adopted");
      },
      onBuffer({ kind }) {
        if (kind === "reconnect" && echoed.size > 0) {
          cover("kept over a reconnect");
          checkedRaw = null;
        }
      },
      onSent(message) {
        if (message.type === "set_prompt_blend") blend = message.value;
      },
      onTick() {
        const { raw } = scene.client;
        if (raw === checkedRaw) return;
        checkedRaw = raw;
        for (const [name, value] of held) {
          if (raw[name] !== value) {
            const whose = echoed.has(name) ? "echoed" : "turned";
            return breach(`${name} was ${whose} to ${value}, but the client holds ${raw[name]}`);
          }
        }
      },
      onSettled() {
        const { session, nowS } = scene;
        if (session === null || !scene.isStreaming) return;
        if (scene.calmS < RECOVER_S || nowS - changedS < TAKEN_S) return;
        const [lost] = underWay.keys();
        if (lost !== undefined && evicted(session.bus.queues) === 0) {
          return breach(`an echo of ${lost} was published and never arrived`);
        }
        for (const [name, value] of held) {
          const entry = knobs[name];
          const coerced = entry === undefined ? { value } : coerceKnob(entry, value);
          if ("dropped" in coerced) continue;
          cover("kept at the server");
          if (session.bank.value(name) !== coerced.value) {
            return breach(
              `${name} is ${
                session.bank.value(name)
              } at the server, ${coerced.value} at the client`,
            );
          }
        }
        if (blend === null) return;
        cover("blend kept");
        if (session.bank.promptBlend !== Math.min(1, Math.max(0, blend))) {
          breach(
            `the prompt blend is ${session.bank.promptBlend} at the server, ${blend} was told`,
          );
        }
      },
    };
  },
});

/** What full queues gave up: an echo among control events only may go, as the protocol has it. */
function evicted(queues: Iterable<Pick<Subscription, "stats">>): number {
  let dropped = 0;
  for (const { stats } of queues) dropped += stats.droppedEchoes;
  return dropped;
}
