/**
 * What makes the board's pages an app that can be put on a phone's home screen: a manifest and icons.
 * They hold nothing of anybody's, and are there without a login.
 *
 * @module
 */
import { html } from "hono/html";
import type { Markup } from "../../server/page.ts";
import { type IconOptions, iconPng, THEME_COLOR } from "./icon.ts";

/** Icons by their paths. */
export const APP_ICONS: Readonly<Record<string, IconOptions>> = {
  "/icon-192.png": { size: 192, isMaskable: false },
  "/icon-512.png": { size: 512, isMaskable: false },
  "/icon-maskable-512.png": { size: 512, isMaskable: true },
  "/apple-touch-icon.png": { size: 180, isMaskable: true },
};

/** The manifest. */
export const APP_MANIFEST = {
  id: "/board",
  name: "Headway board",
  short_name: "Headway",
  description: "What coding agents on my machine are doing, and which of them need me",
  start_url: "/board",
  scope: "/",
  display: "standalone",
  background_color: "#171614",
  theme_color: THEME_COLOR,
  icons: [
    { src: "/icon-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
    { src: "/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
    { src: "/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
  ],
} as const;

/** The files, as the server mounts them. */
export const APP_FILES = {
  manifest: APP_MANIFEST,
  iconPaths: Object.keys(APP_ICONS),
  icon: (path: string) => iconPng(APP_ICONS[path]!),
} as const;

/** What a page says in its head to be a part of the app. */
export function appHead(): Markup {
  return html`<link rel="manifest" href="/manifest.webmanifest">
<link rel="apple-touch-icon" href="/apple-touch-icon.png">
<meta name="theme-color" content="${THEME_COLOR}">
<meta name="mobile-web-app-capable" content="yes">`;
}
