import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { ChangeWatch } from "./change_watch.ts";

/** A watcher of the system that tells what a test says. */
class FakeWatcher {
  readonly #events: Deno.FsEvent[] = [];
  #wake: (() => void) | null = null;
  #isClosed = false;

  tell(paths: readonly string[], flag?: "rescan"): void {
    this.#events.push({ kind: "modify", paths: [...paths], ...(flag !== undefined && { flag }) });
    this.#wake?.();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Deno.FsEvent> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) yield event;
      else if (this.#isClosed) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

/** A watch over folders of which the system says what a test says. */
function world(failures: Readonly<Record<string, Error>> = {}) {
  const watchers = new Map<string, FakeWatcher>();
  const before = Deno.watchFs;
  Deno.watchFs = ((folder: string) => {
    if (failures[folder] !== undefined) throw failures[folder];
    const watcher = new FakeWatcher();
    watchers.set(folder, watcher);
    return watcher;
  }) as unknown as typeof Deno.watchFs;
  const clock = new VirtualClock();
  const told: string[] = [];
  const watch = new ChangeWatch(clock, {
    onPaths: (paths) => void told.push(paths.length > 9 ? String(paths.length) : paths.join()),
    onMissed: () => void told.push("missed"),
  });
  return {
    ...{ clock, told, watch, watchers },
    [Symbol.dispose]() {
      watch.close();
      Deno.watchFs = before;
    },
  };
}

Deno.test("T15: changes that come close together are told once, and of each file", async () => {
  using it = world();
  const { clock, told, watch, watchers } = it;
  assertEquals(watch.watch(["/a", "/b"]), true);
  for (let no = 0; no < 1000; no++) watchers.get("/a")!.tell(["/a/one"]);
  watchers.get("/b")!.tell(["/b/two", "/a/one"]);
  await clock.settle(0.04);
  assertEquals(told, []);
  await clock.settle(0.06);
  assertEquals(told, ["/a/one,/b/two"]);
  watchers.get("/a")!.tell(["/a/three"]);
  await clock.settle(1);
  assertEquals(told, ["/a/one,/b/two", "/a/three"]);
});

Deno.test("T15: where the system does not watch, lost its place, or stops, everything is looked at", async () => {
  const absent = new Deno.errors.NotFound("none");
  using it = world({ "/broken": new Error("too many watches"), "/absent": absent });
  const { clock, told, watch, watchers } = it;
  assertEquals(watch.watch(["/a", "/absent"]), true, "what is not there yet is looked for again");
  assertEquals(watch.watch(["/a", "/broken"]), false);
  const first = watchers.get("/a")!;
  first.tell(["/a/one"], "rescan");
  await clock.settle(1);
  assertEquals(told, ["missed"]);
  first.tell(Array.from({ length: 4097 }, (_, no) => `/a/${no}`));
  first.tell(["/a/last"]);
  await clock.settle(2);
  assertEquals(told.slice(1), ["missed", "/a/last"]);
  // It ends by itself: whoever watches again gets another one.
  first.close();
  await clock.settle(3);
  assertEquals(told.slice(3), ["missed"]);
  watch.watch(["/a"]);
  watchers.get("/a")!.tell(["/a/one"]);
  await clock.settle(4);
  assertEquals([told.at(-1), watchers.get("/a") === first], ["/a/one", false]);
});
