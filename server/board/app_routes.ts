/**
 * The manifest and the icons of the app. They are made when they are first asked for.
 *
 * @module
 */
import { Hono } from "hono";
import type { App, AppEnv } from "../app.ts";
import type { PathRules } from "../path_rules.ts";

/** The files. */
export interface AppFiles {
  readonly manifest: object;
  readonly iconPaths: readonly string[];
  icon(path: string): Uint8Array<ArrayBuffer>;
}

/** Browsers ask for them without credentials, and they hold nothing of anybody's. */
export const APP_PATHS: PathRules = {
  open: [
    "/manifest.webmanifest",
    "/icon-192.png",
    "/icon-512.png",
    "/icon-maskable-512.png",
    "/apple-touch-icon.png",
  ],
};

/** The routes. */
export function appRoutes({ manifest, iconPaths, icon }: AppFiles): App {
  const routes: App = new Hono<AppEnv>();
  const made = new Map<string, Uint8Array<ArrayBuffer>>();
  routes.get("/manifest.webmanifest", () => {
    const bytes = new TextEncoder().encode(JSON.stringify(manifest));
    return fileOf(bytes, "application/manifest+json", "no-cache");
  });
  for (const path of iconPaths) {
    routes.get(path, () => {
      const bytes = made.get(path) ?? icon(path);
      made.set(path, bytes);
      return fileOf(bytes, "image/png", "public, max-age=86400");
    });
  }
  return routes;
}

function fileOf(bytes: Uint8Array<ArrayBuffer>, type: string, cache: string): Response {
  return new Response(bytes, {
    headers: {
      "Content-Type": type,
      "Content-Length": String(bytes.length),
      "Cache-Control": cache,
    },
  });
}
