/**
 * What people start over HTTP beside tasks: a shell of their own, and files that they hand to agents.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { errorMessage, HeadwayError } from "../../../runtime/mod.ts";
import { type App, type AppEnv, errorResponse, jsonResponse } from "../../app.ts";
import { contentLength, readBody } from "../../limits.ts";
import { TerminalLimitError } from "../terminal/errors.ts";
import type { TerminalInfo } from "../terminal/terminals.ts";
import { MAX_UPLOAD_BYTES, UploadError } from "../uploads.ts";
import { FieldError, sizeFields, textField } from "./fields.ts";
import { withBody } from "./request_body.ts";

/** A request with a file: the file, and what stands around it. */
export const MAX_UPLOAD_REQUEST_BYTES = MAX_UPLOAD_BYTES + 65_536;
/** Requests with files that are read at a time: each is held in memory. */
const MAX_AT_ONCE = 2;
const MAX_LABEL_CHARS = 100;

/** What the routes work on. */
export interface ShellRouteParts {
  readonly openShell: (
    order: { readonly label: string; readonly cols?: number; readonly rows?: number },
  ) => Promise<TerminalInfo>;
  /** Keeps a file. @returns Where it lies. */
  readonly saveUpload: (name: string, bytes: Uint8Array) => Promise<string>;
}

/** The routes. */
export function shellRoutes({ openShell, saveUpload }: ShellRouteParts): App {
  const routes: App = new Hono<AppEnv>();
  routes.post("/api/terminals", (c) =>
    withBody(c, async (body) => {
      const label = labelOf(textField(body, "label", "shell"));
      const size = "cols" in body || "rows" in body ? sizeFields(body) : {};
      try {
        const { id } = await openShell({ label, ...size });
        return jsonResponse({ session_id: id });
      } catch (error) {
        if (error instanceof TerminalLimitError) {
          return errorResponse(429, "too_many", error.message);
        }
        if (!(error instanceof HeadwayError)) throw error;
        return errorResponse(503, "no_terminal", error.message);
      }
    }));

  let reading = 0;
  routes.post("/api/upload", async (c) => {
    if (reading >= MAX_AT_ONCE) {
      return errorResponse(503, "busy", `${MAX_AT_ONCE} files are coming already; try again later`);
    }
    reading++;
    try {
      const sent = await fileOf(c);
      if (sent instanceof Response) return sent;
      return jsonResponse({ path: await saveUpload(sent.name, await sent.bytes()) });
    } catch (error) {
      if (error instanceof UploadError) return errorResponse(507, "no_room", error.message);
      throw error;
    } finally {
      reading--;
    }
  });
  return routes;
}

function labelOf(text: string): string {
  // deno-lint-ignore no-control-regex -- that is what is looked for
  if (text.length > 0 && text.length <= MAX_LABEL_CHARS && !/[\x00-\x1f\x7f]/.test(text)) {
    return text;
  }
  throw new FieldError(`"label" must be one line of 1 to ${MAX_LABEL_CHARS} characters`, {
    field: "label",
  });
}

/** The file of a form; or why there is none. */
async function fileOf(c: Context<AppEnv>): Promise<File | Response> {
  const body = await readBody(
    c.env.body ?? c.req.raw.body,
    MAX_UPLOAD_REQUEST_BYTES,
    contentLength(c.req.header("Content-Length")),
  );
  const tooLarge = () =>
    errorResponse(413, "too_large", `a file may have ${MAX_UPLOAD_BYTES} bytes at most`);
  if (body.kind === "too-large") return tooLarge();
  if (body.kind === "failed") return errorResponse(400, "read_failed", body.reason);
  try {
    const type = c.req.header("Content-Type") ?? "";
    const form = await new Response(body.bytes, { headers: { "Content-Type": type } }).formData();
    const file = form.get("file");
    if (!(file instanceof File) || file.size === 0) {
      return errorResponse(400, "no_file", 'the form must have a "file" that is not empty');
    }
    return file.size > MAX_UPLOAD_BYTES ? tooLarge() : file;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const text = `the body must be multipart/form-data: ${errorMessage(error)}`;
    return errorResponse(400, "bad_form", text);
  }
}
