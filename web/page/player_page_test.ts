import { assert, assertEquals } from "@std/assert";
import { knobManifest } from "../../wire/knobs.ts";
import { playerPage, type PlayerPageData } from "./player_page.ts";

const data: PlayerPageData = {
  hasBackend: true,
  fixtures: ["loop.wav"],
  uploads: ["my <song>.wav"],
  loras: [],
  knobs: knobManifest({ sde: false }),
  sessionCount: 1,
  maxSessions: 1,
  controlUrl: "http://127.0.0.1:1319",
  voicesUrl: "http://127.0.0.1:7860/dashboard",
};

const drawn = async (changes: Partial<PlayerPageData>, isIn = true) =>
  String(await playerPage({ ...data, ...changes }, isIn));

Deno.test("playerPage shows those outside the door, and nothing behind it", async () => {
  const outside = await drawn({}, false);
  assert(outside.includes('href="/login"'));
  for (const secret of ["running", "loop.wav", "song", "1319", "/player.js"]) {
    assert(!outside.includes(secret), secret);
  }
  const inside = await drawn({});
  assert(!inside.includes('href="/login"'));
  for (const seen of ["One session is running", "loop.wav", "1319", "/player.js"]) {
    assert(inside.includes(seen), seen);
  }
});

Deno.test("playerPage has an input with a label for every knob", async () => {
  const text = await drawn({});
  const names = Object.keys(data.knobs.knobs);
  assert(names.length > 30);
  for (const name of names) {
    assertEquals(text.split(`data-knob="${name}"`).length, 2, name);
    assert(text.includes(`<label for="knob-${name}">`), name);
  }
});

Deno.test("playerPage escapes names that strangers chose", async () => {
  const text = await drawn({});
  assert(!text.includes("<song>"));
  assert(text.includes("my &lt;song&gt;.wav"));
});

Deno.test("playerPage has no player where there is no backend, and says so", async () => {
  const text = await drawn({ hasBackend: false });
  assert(text.includes("without a generative backend"));
  assert(!text.includes("/player.js"));
  assert(text.includes("/api/server-info"));
});

Deno.test("playerPage does not say that it is ready: the player says that when it is", async () => {
  const text = await drawn({});
  assert(text.includes('<span id="state-text">Loading…</span>'));
  assert(!text.includes("Ready to play"));
});

Deno.test("playerPage says when there is no control bus", async () => {
  assert((await drawn({ controlUrl: null })).includes("not open"));
  assert((await drawn({})).includes('<a href="http://127.0.0.1:7860/dashboard">Voices</a>'));
  assert(!(await drawn({ voicesUrl: null })).includes("Voices</a>"));
});
