/**
 * A voice server for hours of virtual time: sessions and listeners come and go, and speak meanwhile.
 *
 * @module
 */
import { Rng } from "../../runtime/mod.ts";
import { MemorySink } from "../../server/voice/subscribers.ts";
import { voiceRig } from "../support/voice_rig.ts";
import { type MemorySample, memorySample } from "./flatness.ts";
import type { Soaked } from "./sessions.ts";

/** Sessions at a time at most. */
const SESSIONS = 50;
/** Seconds between two things that happen. */
const EVERY_S = 2;
const SAMPLES = 30;

/** A session that is there. */
interface Guest {
  readonly id: string;
  /** Null for one whose speech the loudspeaker plays. */
  readonly sink: MemorySink | null;
}

/** Hours of a voice server in virtual time. */
export function soakVoice(sessionS: number): Soaked & { readonly jobs: number } {
  const rng = new Rng("voices");
  const { clock, player, voice, join, speak } = voiceRig({
    ...{ workers: 2, tone: { sPerChar: 0.004 } },
  });
  const problems: string[] = [];
  const guests: Guest[] = [];
  let [count, jobs, ended, heard] = [0, 0, 0, 0];
  const come = () => {
    const id = `guest-${++count}`;
    const sink = rng.float() < 0.8 ? new MemorySink() : null;
    join(id, rng.int(3));
    if (sink !== null) voice.subscribers.add(id, sink);
    guests.push({ id, sink });
  };
  const leave = () => {
    const [guest] = guests.splice(rng.int(guests.length), 1);
    const { id, sink } = guest!;
    if (sink !== null) voice.subscribers.remove(id, sink);
    // Some only close their page, and expire.
    if (sink === null || rng.float() < 0.7) voice.deregister(id);
  };
  const talk = ({ id, sink }: Guest) => {
    jobs++;
    speak(id, `This is sentence number ${jobs} of all. And one more.`, {}, {
      onEnd: () => {
        ended++;
        for (const audio of sink?.heard.splice(0) ?? []) {
          heard++;
          if (audio.sessionId !== id) problems.push(`${id} heard ${audio.sessionId}`);
        }
        player.played.length = 0;
      },
    });
  };
  const next = () => {
    const what = rng.float();
    if (guests.length === 0 || what < 0.2 && guests.length < SESSIONS) come();
    else if (what < 0.4 && guests.length > SESSIONS / 2) leave();
    else if (what < 0.45) voice.stop({ sessionId: guests[rng.int(guests.length)]!.id });
    else talk(guests[rng.int(guests.length)]!);
    clock.after(EVERY_S, next);
  };
  clock.after(0, next);
  const memory: MemorySample[] = [];
  const beganS = clock.now();
  for (let i = 1; i <= SAMPLES; i++) {
    clock.runUntil(beganS + sessionS * i / SAMPLES);
    memory.push(memorySample(i / SAMPLES));
  }
  for (const { id } of guests) voice.deregister(id);
  clock.runUntil(clock.now() + 400);
  if (ended < jobs - SESSIONS) problems.push(`only ${ended} of ${jobs} jobs have ended`);
  if (heard === 0) problems.push("nobody heard anything");
  const done = `${jobs} jobs of ${count} sessions, ${heard} heard`;
  return { sessionS, jobs, done, problems: problems.slice(0, 5), memory };
}
