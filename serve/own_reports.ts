/**
 * Reports that the tools for agents have written, on the main listener.
 *
 * @module
 */
import { join } from "node:path";
import type { App } from "../server/app.ts";
import { reportRoutes } from "../server/report_routes.ts";
import { filesOf } from "./report_server.ts";

/** Where they are below the folder of the tools. */
export const REPORTS_FOLDER = "out/reports";

/** The routes below `/reports`. The folder comes with the first report. */
export function ownReportRoutes(folder: string): App {
  return reportRoutes(
    async (parts) => {
      try {
        return await (await filesOf(join(folder, REPORTS_FOLDER)))(parts);
      } catch (error) {
        const isNone = error instanceof Deno.errors.NotFound ||
          error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.NotCapable;
        if (isNone) return null;
        throw error;
      }
    },
    "index.html",
    "/reports",
  );
}
