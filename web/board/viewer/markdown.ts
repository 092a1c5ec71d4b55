/**
 * Markdown as a tree of a few kinds of elements. Only what stands here can come out of a text: no
 * markup of the text's own, nothing that loads or runs, links to the web and to mail only.
 *
 * @module
 */
import MarkdownIt, { type Token } from "markdown-it/browser";
import { tame } from "../words.ts";

/** Elements that a text can become. */
export type MarkTag =
  | ("p" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "ul" | "ol" | "li" | "hr" | "br")
  | (
    | "table"
    | "thead"
    | "tbody"
    | "tr"
    | "th"
    | "td"
    | "pre"
    | "code"
    | "em"
    | "strong"
    | "s"
    | "a"
  );

/** An element, or text. */
export type Mark = string | {
  readonly tag: MarkTag;
  readonly children: readonly Mark[];
  /** Of a link. */
  readonly href?: string;
  /** The number that a list begins with. */
  readonly start?: number;
};

/** Longer texts are shown as they are: nobody reads so long a text for its form. */
const MAX_CHARS = 65_536;

const parser = new MarkdownIt({ html: false, linkify: true, breaks: true });
// What may not be followed stays as it was written.
parser.validateLink = (address) => webAddress(address) !== null;
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

/** Reads a text. */
export function markdown(text: string): readonly Mark[] {
  const shown = tame(text);
  if (shown.length > MAX_CHARS) return [{ tag: "pre", children: [shown] }];
  return treeOf(parser.parse(shown, {}));
}

interface Open {
  readonly tag: MarkTag | null;
  readonly more: { readonly href?: string; readonly start?: number };
  readonly children: Mark[];
}

/** Tokens come in a row, with a word where something begins and where it ends. */
function treeOf(tokens: readonly Token[]): readonly Mark[] {
  const root: Open = { tag: null, more: {}, children: [] };
  const stack = [root];
  for (const token of tokens) {
    const top = stack.at(-1)!;
    if (token.nesting === 1) stack.push(opened(token));
    else if (token.nesting === -1) {
      const { tag, more, children } = stack.pop()!;
      const above = stack.at(-1)!;
      // What has no element of its own leaves what is in it.
      if (tag === null) above.children.push(...children);
      else above.children.push({ tag, ...more, children });
    } else top.children.push(...leaf(token));
  }
  return root.children;
}

const TAGS: Readonly<Record<string, MarkTag>> = {
  paragraph: "p",
  blockquote: "blockquote",
  bullet_list: "ul",
  ordered_list: "ol",
  list_item: "li",
  table: "table",
  thead: "thead",
  tbody: "tbody",
  tr: "tr",
  th: "th",
  td: "td",
  em: "em",
  strong: "strong",
  s: "s",
};
/** The page has larger headings of its own. */
const HEADINGS: readonly MarkTag[] = ["h3", "h4", "h5", "h6", "h6", "h6"];

function opened(token: Token): Open {
  const name = token.type.replace(/_open$/, "");
  if (name === "heading") {
    return { tag: HEADINGS[Number(token.tag[1]) - 1] ?? "h6", more: {}, children: [] };
  }
  if (name === "link") {
    const href = webAddress(String(token.attrGet("href") ?? ""));
    return { tag: href === null ? null : "a", more: href === null ? {} : { href }, children: [] };
  }
  // Items of a tight list have paragraphs that nobody is to see.
  if (token.hidden) return { tag: null, more: {}, children: [] };
  const start = Number(token.attrGet("start") ?? NaN);
  return {
    tag: TAGS[name] ?? null,
    more: Number.isSafeInteger(start) ? { start } : {},
    children: [],
  };
}

function leaf(token: Token): readonly Mark[] {
  switch (token.type) {
    case "inline":
      return treeOf(token.children ?? []);
    case "text":
    case "text_special":
      return [token.content];
    case "code_inline":
      return [{ tag: "code", children: [token.content] }];
    case "fence":
    case "code_block":
      return [{ tag: "pre", children: [token.content.replace(/\n$/, "")] }];
    case "softbreak":
    case "hardbreak":
      return [{ tag: "br", children: [] }];
    case "hr":
      return [{ tag: "hr", children: [] }];
    case "image": {
      // A picture is not loaded; whoever wants to see it may follow the link.
      const href = webAddress(String(token.attrGet("src") ?? ""));
      const name = token.content || "picture";
      return [href === null ? name : { tag: "a", href, children: [name] }];
    }
    default:
      return [token.content];
  }
}

/** An address that may be followed; null for any other. */
export function webAddress(text: string): string | null {
  if (!/^(?:https?:\/\/|mailto:)/i.test(text)) return null;
  return URL.canParse(text) ? new URL(text).href : null;
}
