/** Commands from outside and the client's own frames go one way: the same code gets the same input. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeControlBody, encodeControlBody } from "../../wire/mod.ts";
import { COMMANDS, type CommandType, encodePcm, type FieldSpec } from "../../wire/mod.ts";
import { rampClip, streamingWorld, track } from "../../tests/support/streaming_world.ts";

/** What the one place that applies commands was given. */
interface Applied {
  readonly origin: string;
  readonly message: unknown;
  readonly audio: unknown;
}

const PCM = encodePcm(rampClip(0.1).audio, 2);
const TYPES = Object.keys(COMMANDS) as CommandType[];

/** A world with a session whose commands are noted and not applied. */
function world() {
  const streaming = streamingWorld({ tracks: [track("song.wav", () => rampClip(1))] });
  const client = streaming.start();
  const [session] = streaming.sessions;
  const applied: Applied[] = [];
  session!.command = (origin, message, audio) => void applied.push({ origin, message, audio });
  const settle = () => {
    streaming.run(11);
    return applied.splice(0);
  };
  return {
    /** Sends the command as the client's frames. */
    frames(json: Record<string, unknown>, audio: Uint8Array | null): Applied[] {
      client.send(json);
      if (audio !== null) client.sendBinary(audio);
      return settle();
    },
    /** Sends it as a body of the control bus. */
    body(json: Record<string, unknown>, audio: Uint8Array | null): Applied[] {
      const whole = audio === null ? encodeControlBody(json) : encodeControlBody(json, audio);
      const decoded = decodeControlBody(whole);
      assertEquals(
        streaming.world.registry.inject(session!.id, decoded.json, decoded.audio),
        true,
      );
      return settle();
    },
    isOpen: () => client.closed === null,
  };
}

function told({ message, audio }: Applied): unknown {
  return { message, audio: audio instanceof Error ? audio.name : audio };
}

/** Any value that JSON can hold, right and wrong ones for a field alike. */
function valueOf({ type, options }: FieldSpec): fc.Arbitrary<unknown> {
  const right: Record<string, fc.Arbitrary<unknown>> = {
    object: fc.dictionary(fc.string({ maxLength: 9 }), fc.double({ noNaN: true })),
    enum: fc.constantFrom(...(options ?? [""])),
    bool: fc.boolean(),
    string: fc.string({ maxLength: 30 }),
  };
  return fc.oneof(
    { weight: 3, arbitrary: right[type] ?? fc.double({ noNaN: true, noDefaultInfinity: true }) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
}

Deno.test("every command is dispatched alike from the control bus and from the client's frames", () => {
  const { body, frames, isOpen } = world();
  for (const type of TYPES) {
    const fields = Object.fromEntries(
      Object.entries<FieldSpec>(COMMANDS[type].fields).map(([name, { type, options }]) => [
        name,
        type === "object"
          ? { seed: 1 }
          : type === "enum"
          ? options![0]
          : type === "bool"
          ? false
          : type === "string"
          ? "x"
          : 1,
      ]),
    );
    const json = { type, ...fields };
    const audio = COMMANDS[type].binary === "never" ? null : PCM;
    const [own] = frames(json, audio);
    const [outside] = body(json, audio);
    assert(own !== undefined && outside !== undefined, type);
    assertEquals([own.origin, outside.origin], ["PRIMARY", "EXTERNAL"]);
    assertEquals(told(outside), told(own), type);
  }
  assert(isOpen());
});

Deno.test("a binary that is missing or malformed is dispatched alike, too", () => {
  const { body, frames } = world();
  for (const type of TYPES.filter((type) => COMMANDS[type].binary !== "never")) {
    const json = { type, name: "x", tags: "x" };
    for (const audio of [null, new Uint8Array(3), PCM.slice(0, 40)]) {
      const [own, outside] = [frames(json, audio), body(json, audio)];
      assertEquals([own.length, outside.length], [1, 1], type);
      assertEquals(told(outside[0]!), told(own[0]!), `${type} ${audio?.length}`);
    }
  }
});

Deno.test("whatever a command's fields hold, both ways take it alike or drop it alike", () => {
  const { body, frames, isOpen } = world();
  const command = fc.constantFrom(...TYPES).chain((type) => {
    const fields = Object.entries<FieldSpec>(COMMANDS[type].fields)
      .map(([name, spec]) => [name, fc.option(valueOf(spec), { nil: undefined })] as const);
    return fc.record({ type: fc.constant(type), ...Object.fromEntries(fields) }, {
      requiredKeys: ["type"],
    });
  });
  fc.assert(
    fc.property(command, (json) => {
      // JSON leaves undefined out; what is left is what travels.
      const sent = JSON.parse(JSON.stringify(json));
      const isServerSource = sent.use_server_source === true;
      const { binary } = COMMANDS[sent.type as CommandType];
      const audio = binary === "always" || (binary !== "never" && !isServerSource) ? PCM : null;
      const [own, outside] = [frames(sent, audio), body(sent, audio)];
      assertEquals(outside.map(told), own.map(told));
      assert(isOpen());
    }),
    { numRuns: 60 },
  );
});

Deno.test("keys that mean something to JavaScript mean nothing in a command", () => {
  const { body, frames } = world();
  const hostile = JSON.parse(
    '{"type":"params","raw":{"__proto__":1,"constructor":2,"toString":3,"seed":4},' +
      '"__proto__":{"type":"prompt"},"hasOwnProperty":1}',
  );
  const [own, outside] = [frames(hostile, null), body(hostile, null)];
  assertEquals(outside.map(told), own.map(told));
  assertEquals(({} as Record<string, unknown>)["seed"], undefined);
  for (const type of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    assertEquals(frames({ type }, null), [], type);
    assertEquals(body({ type }, null), [], type);
  }
});
