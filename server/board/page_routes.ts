/**
 * The pages of the board. They are the same for everybody: what they show, their scripts ask for.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { App, AppEnv } from "../app.ts";
import type { Markup } from "../page.ts";

/** The pages, and the small files beside them. */
export interface BoardPages {
  board(): Markup;
  session(): Markup;
  insights(): Markup;
  journal(): Markup;
  backlinks(): Markup;
  running(): Markup;
  debug(): Markup;
  readonly files: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
}

/** The routes. */
export function boardPageRoutes(pages: BoardPages): App {
  const routes: App = new Hono<AppEnv>();
  const show = async (c: Context<AppEnv>, draw: () => Markup) => c.html(await draw());
  routes.get("/board", (c) => show(c, pages.board));
  routes.get("/running", (c) => show(c, pages.running));
  routes.get("/s/:id", (c) => show(c, pages.session));
  for (const name of ["insights", "journal", "backlinks", "debug"] as const) {
    routes.get(`/${name}`, (c) => show(c, pages[name]));
  }
  for (const [path, { type, text }] of Object.entries(pages.files)) {
    routes.get(
      path,
      () => new Response(text, { headers: { "Content-Type": `${type}; charset=utf-8` } }),
    );
  }
  return routes;
}
