/** The tables of the protocol are what the server really does: commands, fields, events, handshake. */
import { assert, assertEquals } from "@std/assert";
import { sessionRig } from "../../tests/support/session_rig.ts";
import { levelClip, rampClip, streamingWorld, track } from "../../tests/support/streaming_world.ts";
import {
  type ClientMessage,
  coerceClientMessage,
  COMMANDS,
  encodePcm,
  EVENTS,
  type EventSpec,
  type FieldSpec,
  protocolTables,
} from "../../wire/mod.ts";
import { applyCommand } from "./commands.ts";

const SONG = track("song.wav", () => rampClip(1));

/** A value that a field takes. */
function sampleOf(name: string, { type, options }: FieldSpec): unknown {
  switch (type) {
    case "object":
      return { denoise: 0.5 };
    case "enum":
      return options![0];
    case "bool":
      return true;
    case "string":
      return { id: "warm", name: "song.wav", fixture_name: "song.wav" }[name] ?? "x";
    default:
      return name === "source_epoch" || name === "at_s" ? 0 : 1;
  }
}

/** A message with every field that its command declares. */
function fullMessage(type: keyof typeof COMMANDS): ClientMessage {
  const fields = Object.entries<FieldSpec>(COMMANDS[type].fields)
    .map(([name, spec]) => [name, sampleOf(name, spec)]);
  const parsed = coerceClientMessage({ type, ...Object.fromEntries(fields) });
  assert(parsed.ok && parsed.warnings.length === 0, type);
  return parsed.message;
}

Deno.test("every command has a handler, and every handler a command", async () => {
  const source = await Deno.readTextFile(new URL("commands.ts", import.meta.url));
  const start = source.indexOf("export function applyCommand");
  const body = source.slice(start, source.indexOf("\n}\n", start));
  const handled = [...body.matchAll(/^ {4}case "(\w+)":/gm)].map(([, type]) => type);
  assertEquals(handled.toSorted(), Object.keys(COMMANDS).toSorted());
});

Deno.test("every field that a handler reads is declared", () => {
  for (const type of Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]) {
    for (const origin of ["PRIMARY", "EXTERNAL"] as const) {
      for (const isServerSource of [true, false]) {
        const rig = sessionRig({
          source: rampClip(2),
          config: { lora: true },
          tracks: [SONG],
          loras: ["warm"],
        });
        Object.assign(rig.session.capabilities, { steering: true });
        const read = new Set<string>();
        const whole = fullMessage(type);
        const message = new Proxy(
          "use_server_source" in whole ? { ...whole, use_server_source: isServerSource } : whole,
          {
            get: (target, name, receiver) => {
              read.add(String(name));
              return Reflect.get(target, name, receiver);
            },
          },
        );
        applyCommand(rig.session, origin, message, { kind: "clip", clip: rampClip(1) });
        rig.run(0.1);
        read.delete("type");
        const declared = new Set(Object.keys(COMMANDS[type].fields));
        assertEquals([...read.difference(declared)], [], `${type} from ${origin}`);
        assertEquals(rig.session.hasEnded, false, type);
      }
    }
  }
});

/** Everything that a server can be brought to say, as its clients got it. */
function everythingSaid(): Readonly<Record<string, unknown>>[] {
  let canSplit = true;
  const world = streamingWorld({
    tracks: [SONG],
    loras: ["warm"],
    splitStems: (clip) => {
      if (!canSplit) throw new Error("no memory");
      return { vocals: clip, instruments: clip };
    },
  });
  const client = world.start({
    lora: true,
    telemetry_version: 1,
    client_id: "me",
    stem_source_mode: "full",
  });
  const { session } = world.world.registry.get(world.sessions[0]!.id)!;
  for (const type of Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]) {
    const { binary } = COMMANDS[type];
    const message: Record<string, unknown> = { ...fullMessage(type) };
    delete message["source_epoch"];
    for (const isGood of [true, false]) {
      const audio = isGood ? rampClip(1) : levelClip(0.1, 0.5);
      const sent = binary === "unless-server-source"
        ? { ...message, use_server_source: false }
        : isGood || type !== "set_timbre_fixture"
        ? message
        : { ...message, name: "nobody" };
      client.send(isGood ? sent : { ...sent, ...(type === "write_audio" ? { at_s: 99 } : {}) });
      if (binary !== "never") client.sendAudio(audio);
      world.run(0.3);
    }
    world.world.registry.inject(session.id, { ...message }, encodePcm(rampClip(1).audio, 2));
    world.run(0.3);
  }
  canSplit = false;
  client.send({ type: "swap_source", fixture_name: "new.wav" });
  client.sendAudio(levelClip(1, 0.25));
  world.run(1);
  const others = [rampClip(1), levelClip(0.1, 0)].map((clip) => {
    const upload = world.dial();
    upload.send({ type: "upload_track", name: "mine" });
    upload.sendAudio(clip);
    return upload;
  });
  const refused = world.dial();
  refused.sendText("[]");
  world.run(1);
  return [client, refused, ...others].flatMap(({ arrivals }) =>
    arrivals.map(({ message }) => message).filter(({ type }) => type !== undefined)
  );
}

Deno.test("every field of every event that is sent is declared, and none that is needed is missing", () => {
  const events: Readonly<Record<string, EventSpec>> = EVENTS;
  const said = everythingSaid();
  for (const message of said) {
    const { type, ...fields } = message;
    const declared = events[String(type)]?.fields ?? {};
    for (const name of Object.keys(fields)) assert(name in declared, `${type}.${name}`);
    for (const [name, { required }] of Object.entries<FieldSpec>(declared)) {
      assert(!required || name in fields, `${type} lacks ${name}`);
    }
  }
  const unheard = new Set(Object.keys(events)).difference(new Set(said.map(({ type }) => type)));
  // There is no steering, and no engine in trouble: that one is told in `session_test.ts`.
  assertEquals([...unheard.difference(new Set(["manual_slot_count", "engine_trouble"]))], []);
});

Deno.test("the handshake goes as its table says", () => {
  const { handshake } = protocolTables();
  const world = streamingWorld();
  const client = world.start({ telemetry_version: 1, stem_source_mode: "full" });
  assertEquals(client.kinds.slice(0, 4), ["init_ack", "ready", "buffer", "stem_assets"]);
  assertEquals(handshake.server, [
    "init_ack if asked for",
    "ready",
    "initial buffer",
    "stem_assets or stem_failed",
  ]);
  assertEquals(handshake.close_codes["preempted"], 4001);
});
