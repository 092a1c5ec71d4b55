/**
 * The pages of the voice listener: our own at `/dashboard`, or a foreign one in its place.
 *
 * @module
 */
import { Hono } from "hono";
import { html } from "hono/html";
import config from "../../deno.json" with { type: "json" };
import { type App, type AppEnv, textResponse } from "../../server/app.ts";
import type { PathRules } from "../../server/path_rules.ts";
import { STYLESHEET } from "../../server/page.ts";
import { DOCS_STYLESHEET, voiceDocsPage } from "../../web/page/voice_docs_page.ts";
import { voicePage, type VoicePageData } from "../../web/page/voice_page.ts";
import { VOICE_STYLESHEET } from "../../web/page/voice_style.ts";
import type { PageScripts } from "../page_scripts.ts";
import type { ForeignDashboard } from "./foreign_dashboard.ts";

/** Our page holds nothing of anybody's, so that a link may lead to it: its script asks as itself. */
export const DASHBOARD_PATHS: PathRules = {
  open: [
    ...["/", "/dashboard", "/dashboard/"],
    ...["/style.css", "/player.css", "/voice.css", "/voice.js"],
  ],
};

/** What the pages are made of. */
export interface DashboardOptions {
  /** Our page's scripts. */
  readonly scripts: PageScripts;
  /** The page that stands in place of ours; null for ours. */
  readonly foreign: ForeignDashboard | null;
  /** Where our page finds the channel forwarder. Asked at each request: listeners open later. */
  readonly channel: () => VoicePageData;
}

/** The routes. */
export function dashboardRoutes({ scripts, foreign, channel }: DashboardOptions): App {
  const routes: App = new Hono<AppEnv>();
  routes.get("/", (c) => c.redirect("/dashboard", 302));
  routes.get("/style.css", () => css(STYLESHEET));
  routes.get("/docs", async (c) => {
    // What it describes is loaded when somebody asks for it.
    const { openApiDocument } = await import("../../server/voice/http/openapi.ts");
    return c.html(await html`${voiceDocsPage(openApiDocument(config.version))}`);
  });
  routes.get("/docs.css", () => css(DOCS_STYLESHEET));
  if (foreign !== null) {
    const answer = (name: string, { signal }: Request) => {
      const { channelPort } = channel();
      return foreign.answer(name, { channelPort, signal });
    };
    routes.get("/dashboard", (c) => answer("index.html", c.req.raw));
    routes.get("/dashboard/*", (c) => {
      const name = nameOf(c.req.path.slice("/dashboard/".length));
      if (name === null) return textResponse("not found", 404);
      return answer(name === "" ? "index.html" : name, c.req.raw);
    });
    // Workers of such pages ask for these at the root.
    routes.get(
      "/:name{[\\w.-]+\\.(?:wasm|onnx|mjs)}",
      (c) => answer(`vad/${c.req.param("name")}`, c.req.raw),
    );
    return routes;
  }
  for (const path of ["/dashboard", "/dashboard/"]) {
    routes.get(path, async (c) => {
      const data = channel();
      c.header("Content-Security-Policy", ownPolicy(data));
      return c.html(await html`${voicePage(data)}`);
    });
  }
  routes.get("/voice.css", () => css(VOICE_STYLESHEET));
  routes.route("/", scripts.routes);
  return routes;
}

/** A path below `/dashboard/` with its escapes read; null for what cannot be read. */
function nameOf(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

/** Our page loads nothing from elsewhere, and speaks to this server and its channel forwarder. */
function ownPolicy({ channelPort, channelUrl }: VoicePageData): string {
  const forwarders = [
    ...(channelPort === null
      ? []
      : ["127.0.0.1", "localhost"].map((host) => `http://${host}:${channelPort}`)),
    ...(channelUrl === null ? [] : [new URL(channelUrl).origin]),
  ];
  return [
    "default-src 'self'",
    "script-src 'self'",
    `connect-src ${["'self'", ...forwarders].join(" ")}`,
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function css(text: string): Response {
  return new Response(text, { headers: { "Content-Type": "text/css; charset=utf-8" } });
}
