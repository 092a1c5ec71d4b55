/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { encodeControlBody } from "../../wire/control_body.ts";
import { playerServer, TestBrowser } from "../support/browser.ts";

Deno.test("every knob of the registry can be turned, and the server has its value", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.play();
  const { knobs } = await (await fetch(`${server.httpUrl}/api/knobs`)).json();
  const { page } = tab;
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  const sent: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries<Record<string, unknown>>(knobs)) {
    const field = `[data-knob="${name}"]`;
    if (entry["type"] === "bool") {
      await page.setChecked(field, entry["default"] !== true);
      sent[name] = entry["default"] !== true;
    } else if (entry["type"] === "enum") {
      const [other] = (entry["options"] as string[]).filter((it) => it !== entry["default"]);
      await page.selectOption(field, other!);
      sent[name] = other;
    } else {
      await tab.slide(field, entry["max"] as number);
      sent[name] = entry["max"];
    }
  }
  assert(Object.keys(sent).length > 30);
  const { knob_values: values } = await tab.untilSession(
    server,
    (it) => it["knob_values"].ch56 === knobs.ch56.max,
  );
  for (const name of Object.keys(sent).filter((it) => knobs[it].bank)) {
    assertEquals(values[name], sent[name], name);
  }
  // What is outside the range is not left standing as if the server had it.
  await page.fill("#knob-seed", "-3");
  await page.press("#knob-seed", "Tab");
  assertEquals(await page.inputValue("#knob-seed"), String(knobs.seed.min));
  await page.fill("#knob-seed", "");
  await page.press("#knob-seed", "Tab");
  assertEquals(await page.inputValue("#knob-seed"), String(knobs.seed.min));
  await page.click("#reset");
  await tab.untilSession(server, (it) => it["knob_values"].denoise === knobs.denoise.default);
  tab.check(server);
});

Deno.test("a knob that somebody else turns moves on the page, and the page makes it so", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.play();
  const id = await tab.page.evaluate(() => headway.sessionId);
  for (
    const command of [
      { type: "params", raw: { feedback: 0.4, rcfg_mode: "self" }, playback_pos: 0 },
      { type: "set_prompt_blend", value: 0.75 },
    ]
  ) {
    const response = await fetch(`${server.controlUrl}/sessions/${id}/cmd`, {
      method: "POST",
      body: encodeControlBody(command),
    });
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
  await tab.untilSession(
    server,
    (it) => it["knob_values"].feedback === 0.4 && it["prompt_blend"] === 0.75,
  );
  await tab.until(() =>
    document.querySelector<HTMLInputElement>("#knob-feedback")!.value === "0.4" &&
    document.querySelector<HTMLSelectElement>("#knob-rcfg_mode")!.value === "self" &&
    document.querySelector<HTMLInputElement>("#blend")!.value === "0.75"
  );
  tab.check(server);
});

Deno.test("prompts, colours and references reach the server, also those set before the start", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  const { page } = tab;
  await page.fill("#prompt-a", "slow strings");
  await page.setChecked("#lora-crystal", true);
  await tab.slide("#blend", 0.25);
  await page.selectOption("#structure", "prog_rock_loop_60s_enm.wav");
  await tab.play();
  const enabled = (it: { readonly lora_catalog?: { id: string; state: string }[] }, id: string) =>
    it.lora_catalog!.find((entry) => entry.id === id)!.state === "enabled";
  const begun = await tab.untilSession(
    server,
    (it) => it["structure_name"] !== null && it["prompt_blend"] === 0.25,
  );
  assertEquals(begun["prompt"], "slow strings");
  assertEquals(begun["structure_name"], "prog_rock_loop_60s_enm.wav");
  await tab.untilSession(server, (it) => enabled(it, "crystal"));

  await page.fill("#prompt-a", "fast drums");
  await page.fill("#prompt-b", "a choir");
  await page.click("#prompts button");
  await page.setChecked("#lora-crystal", false);
  await page.setChecked("#lora-haze", true);
  await tab.slide("#lora-str-haze", 1.5);
  await page.selectOption("#timbre", "thrash_metal_loop_60s_enm.wav");
  await tab.slide("#timbre-strength", 0.5);
  await page.selectOption("#structure", "");
  const after = await tab.untilSession(
    server,
    (it) =>
      it["prompt_b"] === "a choir" && it["timbre_strength"] === 0.5 &&
      it["timbre_name"] !== null && it["structure_name"] === null &&
      it["knob_values"].lora_str_haze === 1.5 && enabled(it, "haze") && !enabled(it, "crystal"),
  );
  assertEquals(after["prompt"], "fast drums");
  await tab.until(() => document.querySelector("#prompt-says")!.textContent === "In use");
  tab.check(server);
});

Deno.test("what a session cannot do is not offered", async () => {
  const missing = { timbre: false, structure: false, depth: false, loop_band: false };
  await using server = await playerServer({
    onSession: ({ capabilities }) => void Object.assign(capabilities, missing),
  });
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  await tab.play();
  for (const id of ["timbre", "structure", "depth", "band-start"]) {
    assert(await tab.page.isHidden(`#${id}`), id);
  }
  assert(await tab.page.isVisible("#lora-crystal"));
  tab.check(server);
});
