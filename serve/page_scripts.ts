/**
 * The scripts of pages: made of their sources when they are first asked for, kept in memory.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { Hono } from "hono";
import { errorMessage } from "../runtime/mod.ts";
import { type App, type AppEnv, textResponse } from "../server/app.ts";
import type { Log } from "../server/log.ts";
import { PLAYER_LOADER, VOICE_LOADER } from "../web/page/loader.ts";
import { PLAYER_STYLESHEET } from "../web/page/style.ts";

/** The bundler, and the settings that it is run with. */
const BUNDLER = fileURLToPath(new URL("../web/build/main.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../deno.json", import.meta.url));

/** The scripts by name. */
type Scripts = Readonly<Record<string, string>>;

/** Makes the scripts. */
export type BundleScripts = (signal: AbortSignal) => Promise<Scripts>;

/** The routes `/assets/<name>.js` and `.css`, and what stands beside them. */
export class PageScripts {
  /** The routes. */
  readonly routes: App = new Hono<AppEnv>();
  readonly #log: Log;
  readonly #bundle: BundleScripts;
  readonly #stop = new AbortController();
  #scripts: Promise<Scripts> | null = null;

  /** Nothing is made yet. */
  constructor(log: Log, bundle: BundleScripts = bundleInProcess) {
    this.#log = log;
    this.#bundle = bundle;
    const { routes } = this;
    routes.get("/player.css", () => textOf("text/css", PLAYER_STYLESHEET));
    routes.get("/player.js", () => textOf("text/javascript", PLAYER_LOADER));
    routes.get("/voice.js", () => textOf("text/javascript", VOICE_LOADER));
    routes.get("/assets/:name{[a-z]+\\.(?:js|css)}", async (c) => {
      let scripts: Scripts;
      try {
        scripts = await this.#made();
      } catch (error) {
        return textResponse(errorMessage(error), 503);
      }
      const asked = c.req.param("name");
      const isStyle = asked.endsWith(".css");
      const name = isStyle ? asked : asked.slice(0, -".js".length);
      const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
      if (script === undefined) return textResponse("not found", 404);
      return textOf(isStyle ? "text/css" : "text/javascript", script);
    });
  }

  /** Ends the bundler, if it still runs. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#scripts?.catch(() => {});
  }

  /** The scripts; they are made, unless they are there or on their way. */
  #made(): Promise<Scripts> {
    if (this.#scripts !== null) return this.#scripts;
    const scripts = this.#bundle(this.#stop.signal);
    this.#scripts = scripts;
    scripts.catch((error) => {
      // What cannot be made now may be made at the next request.
      this.#scripts = null;
      if (this.#stop.signal.aborted) return;
      this.#log.error("page scripts could not be made", { reason: errorMessage(error) });
    });
    return scripts;
  }
}

function textOf(type: "text/css" | "text/javascript", text: string): Response {
  return new Response(text, { headers: { "Content-Type": `${type}; charset=utf-8` } });
}

/** Runs the bundler as a process of its own, which takes half a second that nobody waits for. */
async function bundleInProcess(signal: AbortSignal): Promise<Scripts> {
  const { success, stdout, stderr } = await spawnBundler(signal);
  if (!success) {
    const why = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
    throw new Error(
      `the page's scripts could not be bundled (${why}); esbuild comes from npm for this machine: ` +
        "look whether deno cache web/build/main.ts succeeds",
    );
  }
  return JSON.parse(new TextDecoder().decode(stdout)) as Scripts;
}

async function spawnBundler(signal: AbortSignal): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command("deno", {
      args: [
        "run",
        "--no-prompt",
        `--config=${CONFIG}`,
        "--allow-read",
        "--allow-env",
        "--allow-run",
        BUNDLER,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal,
    }).output();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw new Error(
        "the page's scripts cannot be bundled without the right to run deno; start the server with " +
          "deno task serve, or with --allow-run=deno",
      );
    }
    if (error instanceof Deno.errors.NotFound) {
      throw new Error(
        "the page's scripts cannot be bundled: there is no deno on PATH; add the folder that holds it",
      );
    }
    throw error;
  }
}
