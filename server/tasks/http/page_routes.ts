/**
 * The pages of tasks and terminals. They are the same for every task: what they show, their scripts ask
 * for.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { App, AppEnv } from "../../app.ts";
import { loginPage } from "../../login_page.ts";
import type { Markup } from "../../page.ts";
import type { TaskPages } from "./mod.ts";

/**
 * What these pages may do: as all pages of ours, and the terminal sets its styles from script. They may
 * not stand in frames.
 */
const POLICY = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "connect-src 'self'; worker-src 'self'; img-src 'self' data:; media-src 'self' blob:; " +
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The routes. */
export function pageRoutes(pages: TaskPages): App {
  const routes: App = new Hono<AppEnv>();
  const show = async (c: Context<AppEnv>, draw: () => Markup) => {
    if (c.var.standing === null) {
      const text = "this page shows terminals of this machine, and needs a login";
      return c.html(await loginPage(text), 401);
    }
    c.header("Content-Security-Policy", POLICY);
    return c.html(await draw());
  };
  routes.get("/", async (c, next) => {
    if (c.req.query("session") === undefined) return await next();
    return await show(c, pages.terminal);
  });
  routes.get("/tasks", (c) => show(c, pages.inbox));
  routes.get("/tasks/:id", (c) => show(c, pages.terminal));
  for (const [path, { type, text }] of Object.entries(pages.files)) {
    routes.get(
      path,
      () => new Response(text, { headers: { "Content-Type": `${type}; charset=utf-8` } }),
    );
  }
  return routes;
}
