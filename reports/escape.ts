/**
 * Foreign text in our formats: names and reasons come from scenario files and from servers, and
 * may hold anything.
 *
 * @module
 */

/** What XML 1.0 cannot hold in any form: most control characters, lone surrogates, U+FFFE/FFFF. */
const NOT_XML =
  // deno-lint-ignore no-control-regex -- they are what is looked for
  /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Changes of writing direction: foreign text must not turn round what stands beside it. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Text for HTML and XML, in content and in quoted attributes. What XML cannot hold and what changes
 * the writing direction becomes U+FFFD.
 */
export function escapeXml(text: string): string {
  return text.replace(NOT_XML, "\ufffd").replace(DIRECTIONS, "\ufffd").replace(
    /[&<>"']/g,
    (it) => ENTITIES[it]!,
  )
    .replace(/[\t\n\r]/g, (it) => `&#${it.charCodeAt(0)};`);
}

/** Text for a line or a table cell of Markdown: nothing in it is markup. */
export function escapeMarkdown(text: string): string {
  return plainLine(text).replace(/[\\`*_{}[\]<>#|~!&@]/g, "\\$&");
}

/** A code span for a line of Markdown (not for a table: there a `|` would end it), whatever the text holds. */
export function codeSpan(text: string): string {
  const line = plainLine(text);
  if (line === "") return "";
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = /^[` ]|[` ]$/.test(line) ? " " : "";
  return fence + pad + line + pad + fence;
}

/** One line without control characters or changes of writing direction: for terminals too. */
export function plainLine(text: string): string {
  return text.replace(/\s+/g, " ")
    // deno-lint-ignore no-control-regex -- they are what is looked for
    .replace(/[\x00-\x1f\x7f-\x9f]/g, "\ufffd").replace(DIRECTIONS, "\ufffd");
}
