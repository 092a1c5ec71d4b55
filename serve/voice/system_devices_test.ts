/** Which outputs this machine has: what listing programs write, and how their failures are told. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { resolveDevice } from "../../server/voice/devices.ts";
import { tick, voiceRig } from "../../tests/support/voice_rig.ts";
import { VoiceWorld } from "../../tests/support/voice_world.ts";
import { parseAlsa, parseCoreAudio, parsePipewire, parsePulse } from "./device_programs.ts";
import { type RunLister, SystemDevices } from "./system_devices.ts";

const PULSE_INFO = "Server Name: pulseaudio\nDefault Sink: speakers\nDefault Source: x\n";
const PULSE_SINKS = `Sink #1
	State: IDLE
	Name: headphones
	Description: USB Headset
	Sample Specification: s16le 2ch 44100Hz
	Properties:
		device.description = "USB Headset"
Sink #2
	State: IDLE
	Name: speakers
	Description: Desk Speakers
	Sample Specification: s16le 1ch 44100Hz
`;
const PIPEWIRE = `PipeWire 'pipewire-0' [0.3.65, me@here, cookie:1]
 └─ Clients:
        31. WirePlumber                         [0.3.65, me@here, pid:1]

Audio
 ├─ Devices:
 │      30. A sound card                        [alsa]
 ├─ Sinks:
 │      36. My Headphones                       [vol: 1.00]
 │  *   41. Desk Speakers                       [vol: 0.40 MUTED]
 │
 ├─ Sources:
 │  *   50. Microphone                          [vol: 1.00]
 │
 └─ Streams:

Video
 ├─ Sinks:
 │      60. A screen
`;
const ALSA = `**** List of PLAYBACK Hardware Devices ****
card 0: PCH [HDA Intel PCH], device 0: ALC295 Analog [ALC295 Analog]
  Subdevices: 1/1
  Subdevice #0: subdevice #0
card 1: NVidia [HDA NVidia], device 3: HDMI 0 [DELL U2720Q]
  Subdevices: 1/1
`;
const CORE_AUDIO = JSON.stringify({
  SPAudioDataType: [{
    _items: [
      { _name: "Microphone", coreaudio_device_input: 1 },
      {
        ...{ _name: "Speakers", coreaudio_device_output: 2 },
        coreaudio_default_audio_output_device: "spaudio_yes",
      },
    ],
  }],
});

Deno.test("outputs are read from what each system's program writes", () => {
  const seen = ({ devices, defaultIndex }: ReturnType<typeof parsePulse>) => [
    devices.map(({ name, outputChannels, address }) =>
      `${name}/${outputChannels}/${address?.id ?? "-"}`
    ),
    defaultIndex,
  ];
  assertEquals(seen(parsePulse(PULSE_INFO, PULSE_SINKS)), [
    ["USB Headset/2/headphones", "Desk Speakers/1/speakers"],
    1,
  ]);
  assertEquals(seen(parsePipewire(PIPEWIRE)), [
    ["My Headphones/2/36", "Desk Speakers/2/41"],
    1,
  ]);
  assertEquals(seen(parseAlsa(ALSA)), [
    ["HDA Intel PCH, ALC295 Analog/2/plughw:0,0", "HDA NVidia, DELL U2720Q/2/plughw:1,3"],
    null,
  ]);
  assertEquals(seen(parseCoreAudio(CORE_AUDIO)), [["Microphone/0/-", "Speakers/2/-"], 1]);
  for (const parse of [(text: string) => parsePulse(text, text), parsePipewire, parseAlsa]) {
    for (const text of ["", "Connection refused\n", "Sink #\n", "card x: ["]) {
      assertEquals(seen(parse(text)), [[], null]);
    }
  }
});

const clock = new VirtualClock();

/** A machine on which these commands write these texts, and others are not there. */
function machine(outputs: Readonly<Record<string, string>>, platform = "linux") {
  const asked: string[] = [];
  const run: RunLister = (command) => {
    const name = command.join(" ");
    asked.push(name);
    const output = outputs[name];
    return output === undefined
      ? Promise.reject(new Error(`${command[0]} is not there`))
      : Promise.resolve(output);
  };
  return { asked, outputs, devices: new SystemDevices({ clock, run, platform }) };
}

Deno.test("programs are tried in order, and with none the reason names each", async () => {
  const { devices, asked } = machine({ "wpctl status": PIPEWIRE });
  await devices.look();
  assertEquals(asked, ["pactl info", "wpctl status"]);
  assertEquals(resolveDevice("desk", devices), {
    ...{ preferred: "desk", index: 1, name: "Desk Speakers", fallback: false },
    reason: "name match",
  });
  const none = machine({ "aplay -l": "" }).devices;
  await none.look();
  const { name, fallback, reason } = resolveDevice("desk", none);
  assertEquals([name, fallback], ["(unresolved)", true]);
  assertEquals(
    reason,
    "query_devices failed: this machine lists no audio output: " +
      "pactl is not there; wpctl is not there; aplay lists none",
  );
  const other = machine({}, "plan9").devices;
  await other.look();
  assertStringIncludes(resolveDevice(null, other).reason, "no program is known");
});

Deno.test("who asks during a look waits for the same one, and each look sees what is there then", async () => {
  const outputs: Record<string, string> = {
    "pactl info": PULSE_INFO,
    "pactl list sinks": PULSE_SINKS,
  };
  const { devices, asked } = machine(outputs);
  await Promise.all([devices.look(), devices.look(), devices.look()]);
  assertEquals(asked.length, 2);
  assertEquals(resolveDevice(null, devices).name, "Desk Speakers");
  outputs["pactl info"] = PULSE_INFO.replace("speakers", "headphones");
  await devices.look();
  assertEquals(resolveDevice(null, devices).name, "USB Headset");
});

Deno.test("every playback looks anew, and goes to the address of its session's device", async () => {
  const outputs: Record<string, string> = {
    "pactl info": PULSE_INFO,
    "pactl list sinks": PULSE_SINKS,
  };
  const { devices, asked } = machine(outputs);
  const { clock, player, voice, speak } = voiceRig({ devices });
  voice.registry.register({ sessionId: "a", participantId: "a", preferredOutputDevice: "usb" });
  const played = async () => {
    const before = player.played.length;
    speak("a", "Hello.");
    while (player.played.length === before) {
      clock.runUntil(clock.now() + 0.1);
      await tick();
    }
    clock.runUntil(clock.now() + 5);
    const { device, address } = player.played.at(-1)!;
    return [device, address?.id ?? null];
  };
  assertEquals(await played(), ["USB Headset", "headphones"]);
  // It was pulled out.
  outputs["pactl list sinks"] = PULSE_SINKS.slice(PULSE_SINKS.indexOf("Sink #2"));
  assertEquals(await played(), ["Desk Speakers", null]);
  assertEquals(asked.length, 4);
});

Deno.test("a job that is stopped while the devices are looked at is not played", async () => {
  const looked = Promise.withResolvers<void>();
  const devices = { list: () => [], defaultIndex: () => null, look: () => looked.promise };
  const { clock, player, voice, speak } = voiceRig({ devices });
  const [first, second] = [speak(null, "First."), speak(null, "Second.")];
  clock.runUntil(clock.now() + 5);
  assertEquals([first.state.kind, player.played.length], ["waiting", 0]);
  assertEquals(voice.stop({ jobId: first.id })!.cancelled, 1);
  looked.resolve();
  await tick();
  clock.runUntil(clock.now() + 5);
  assertEquals([player.played.length, second.route], [1, "played"]);
});

Deno.test("sessions show the output that is there when they are asked for", async () => {
  const outputs: Record<string, string> = {
    "pactl info": PULSE_INFO,
    "pactl list sinks": PULSE_SINKS,
  };
  await using world = await VoiceWorld.start({ devices: machine(outputs).devices });
  const joined = await world.join("s1");
  assertEquals(joined.output_device, {
    ...{ preferred: "system-default", index: 1, name: "Desk Speakers", fallback: false },
    reason: "OS default",
  });
  const shown = async (path: string) => {
    const { body } = await world.ask("GET", path);
    return (body.sessions?.[0] ?? body).output_device.name;
  };
  outputs["pactl info"] = PULSE_INFO.replace("speakers", "headphones");
  assertEquals(await shown("/v1/sessions/s1"), "USB Headset");
  outputs["pactl info"] = PULSE_INFO;
  assertEquals(await shown("/v1/sessions"), "Desk Speakers");
  delete outputs["pactl info"];
  const { reason } = (await world.ask("GET", "/v1/sessions/s1")).body.output_device;
  assert(reason.startsWith("query_devices failed: "), reason);
});
