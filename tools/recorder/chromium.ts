/**
 * A page in a real Chromium, driven by what it shows: elements are clicked, filled and given keys. It
 * speaks the browser's own protocol over a WebSocket, so that recording needs no more than the browser.
 *
 * @module
 */
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { TextLineStream } from "@std/streams";
import { HeadwayError, UsageError } from "../../runtime/mod.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--mute-audio",
  "--autoplay-policy=no-user-gesture-required",
  "--window-size=1280,900",
  "--remote-debugging-port=0",
];
const POLL_MS = 50;

/** A page that is open. */
export class ChromiumPage implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #profile: string;
  readonly #reading: Promise<void>;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (message: Answer) => void>();
  #session = "";
  #count = 0;

  private constructor(
    process: Deno.ChildProcess,
    profile: string,
    socket: WebSocket,
    reading: Promise<void>,
  ) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    this.#reading = reading;
    socket.on("message", (data) => {
      const message: Answer = JSON.parse(String(data));
      if (message.id !== undefined) this.#answers.get(message.id)?.(message);
    });
  }

  /** Starts a Chromium and opens a page in it. */
  static async open(url: string): Promise<ChromiumPage> {
    const profile = await Deno.makeTempDir({ prefix: "headway-chromium-" });
    const { process, lines } = start(profile);
    const address = Promise.withResolvers<string>();
    const reading = (async () => {
      for await (const line of lines) {
        const found = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
        if (found !== undefined) address.resolve(found);
      }
      address.reject(new HeadwayError("Chromium ended before it listened"));
    })();
    const socket = new WebSocket(await address.promise, { perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const page = new ChromiumPage(process, profile, socket, reading);
    const { targetId } = await page.#ask("Target.createTarget", { url }, "");
    const attach = { targetId, flatten: true };
    page.#session = String((await page.#ask("Target.attachToTarget", attach, ""))["sessionId"]);
    return page;
  }

  /** The value of an expression in the page, evaluated as if a person had just clicked. */
  async value(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#ask("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
      userGesture: true,
    });
    if (exceptionDetails === undefined) return (result as { value?: unknown }).value;
    throw new HeadwayError(`the page cannot evaluate ${expression}: ${JSON.stringify(result)}`);
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string, withinS = 60): Promise<void> {
    const endMs = performance.now() + withinS * 1000;
    while (await this.value(`Boolean(${expression})`) !== true) {
      if (performance.now() > endMs) {
        const said = await this.value("document.body.innerText.slice(0, 600)");
        throw new HeadwayError(`${expression} did not become true; the page says: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Clicks an element. */
  async click(selector: string): Promise<void> {
    await this.until(`document.querySelector(${JSON.stringify(selector)})`, 10);
    await this.value(`document.querySelector(${JSON.stringify(selector)}).click()`);
  }

  /** Presses the mouse on an element, at a share of its width and in the middle of its height. */
  async press(selector: string, share: number): Promise<void> {
    const [x, y] = await this.value(`(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      element.scrollIntoView({ block: "center" });
      const { left, top, width, height } = element.getBoundingClientRect();
      return [left + width * ${share}, top + height / 2];
    })()`) as [number, number];
    for (const type of ["mousePressed", "mouseReleased"]) {
      const at = { type, x, y, button: "left", buttons: 1, clickCount: 1 };
      await this.#ask("Input.dispatchMouseEvent", at);
    }
  }

  /** Sets an input's value as a person does. */
  async fill(selector: string, value: string): Promise<void> {
    await this.until(`document.querySelector(${JSON.stringify(selector)})`, 10);
    await this.value(`{
      const input = document.querySelector(${JSON.stringify(selector)});
      input.value = ${JSON.stringify(value)};
      for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
    }`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ask("Browser.close", {}, "").catch(() => {});
    this.#socket.terminate();
    await this.#process.status;
    await this.#reading.catch(() => {});
    await Deno.remove(this.#profile, { recursive: true });
  }

  async #ask(
    method: string,
    params: Readonly<Record<string, unknown>>,
    sessionId = this.#session,
  ): Promise<Record<string, unknown>> {
    const id = ++this.#count;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#answers.set(id, resolve);
    const session = sessionId !== "" && { sessionId };
    this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    const { error, result = {} } = await promise;
    this.#answers.delete(id);
    if (error === undefined) return result;
    throw new HeadwayError(`Chromium refused ${method}: ${error.message}`);
  }
}

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

function start(profile: string) {
  const named = Deno.env.get("HEADWAY_CHROMIUM");
  for (const name of named === undefined || named === "" ? NAMES : [named]) {
    try {
      const process = new Deno.Command(name, {
        args: [...FLAGS, `--user-data-dir=${profile}`, "about:blank"],
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      const lines = process.stderr.pipeThrough(new TextDecoderStream())
        .pipeThrough(new TextLineStream());
      return { process, lines };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new UsageError(
    "no Chromium is on PATH; install one, or name its program in HEADWAY_CHROMIUM",
  );
}
