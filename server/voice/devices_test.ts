import { assertEquals, assertStringIncludes } from "@std/assert";
import { type DeviceLister, NO_DEVICE_LISTER, resolveDevice } from "./devices.ts";
import { SOME_DEVICES } from "../../tests/support/voice_rig.ts";

const resolve = (preferred: string | null, lister: DeviceLister = SOME_DEVICES) =>
  resolveDevice(preferred, lister);
const fails = () => {
  throw new Error("no sound card");
};

Deno.test("no preference, or the system's, is the system's default", () => {
  for (const preferred of [null, "", "  ", "system-default", "Default"]) {
    assertEquals(resolve(preferred), {
      ...{ preferred, index: 2, name: "USB Headset", fallback: false, reason: "OS default" },
    });
  }
});

Deno.test("the default is looked up at every playback", () => {
  let index = 0;
  const lister = { ...SOME_DEVICES, defaultIndex: () => index };
  assertEquals(resolve(null, lister).name, "Built-in Output");
  index = 2;
  assertEquals(resolve(null, lister).name, "USB Headset");
});

Deno.test("a number is an index where that has an output, a text a part of a name", () => {
  assertEquals([resolve("0").index, resolve("0").reason], [0, "index match"]);
  assertEquals([resolve("usb head").index, resolve("usb head").reason], [2, "name match"]);
  assertEquals(resolve("1").fallback, true);
});

Deno.test("a device that is not there falls back, and says so", () => {
  const { index, fallback, reason } = resolve("Studio Monitor");
  assertEquals([index, fallback], [2, true]);
  assertStringIncludes(reason, "fell back");
  assertStringIncludes(reason, "Studio Monitor");
});

Deno.test("what cannot be looked up never throws", () => {
  const unknown = resolve(null, { ...SOME_DEVICES, defaultIndex: () => 9 });
  assertEquals([unknown.index, unknown.name, unknown.fallback], [null, "(system default)", false]);
  assertStringIncludes(unknown.reason, "unknown");
  const unlisted = resolve("x", { ...SOME_DEVICES, list: fails });
  assertEquals([unlisted.name, unlisted.fallback], ["(unresolved)", true]);
  assertEquals(unlisted.reason, "query_devices failed: no sound card");
  const undefaulted = resolve(null, { ...SOME_DEVICES, defaultIndex: fails });
  assertEquals(undefaulted.name, "(system default, unresolved)");
  assertEquals(undefaulted.reason, "default_output_index failed: no sound card");
  assertEquals(resolve(null, NO_DEVICE_LISTER).name, "(unresolved)");
});
