/**
 * The frame of every page that is written as a file: it stands alone, loads nothing from elsewhere,
 * and runs nothing but its own script, which its policy names by its hash.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Markup, markup, raw } from "./markup.ts";

/** What is in the frame. */
export interface PageParts {
  readonly title: string;
  /** The only stylesheet. */
  readonly style: string;
  /** Header and main part. */
  readonly body: Markup;
  /** The only script, and the data that it reads, as JSON that cannot leave its element. */
  readonly script?: { readonly source: string; readonly json: string };
}

/** `sha256-…` of an inline style or script, as a policy names it. */
export function inlineHash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/**
 * Nothing from elsewhere, and no style or script but these. Who has a script may play the sound that
 * the page itself carries.
 */
export function pagePolicy(style: string, script: string | null = null): string {
  return [
    "default-src 'none'",
    `style-src '${inlineHash(style)}'`,
    ...(script === null ? [] : [`script-src '${inlineHash(script)}'`, "media-src data:"]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** The page, as the file holds it. */
export function standalonePage({ title, style, body, script }: PageParts): string {
  return String(markup`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${
    raw(pagePolicy(style, script?.source))
  }">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>${title}</title>
        <style>${raw(style)}</style>
      </head>
      <body>
    ${body}
    ${
    script === undefined ? null : markup`
    <script type="application/json" id="data">${raw(script.json)}</script>
    <script>${raw(script.source)}</script>`
  }
      </body>
    </html>
  `);
}
