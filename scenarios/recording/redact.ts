/**
 * Takes secrets, and on request prompts, out of what is recorded. Pure but for its memory of prompts.
 *
 * @module
 */

/** What stands where a secret was. */
export const REDACTED = "[redacted]";

/** Keys whose values are secrets, whatever they are. */
const SECRET_KEY =
  /(^|[_-])(token|authorization|cookies?|set[_-]cookie|passwords?|secrets?|api[_-]?key|access[_-]?key|client[_-]?secret)$/i;
/** The same, written as one word, as in `apiKey` and `authToken`. */
const SECRET_WORD = /[a-z](Token|Authorization|Cookie|Password|Secret|ApiKey|AccessKey)$/;
/** Credentials inside longer texts. */
const BEARER = /\b(bearer|basic)\s+[A-Za-z0-9._~+/-]{6,}=*/gi;
/** Commands say `tags` and `prompt`, the server's updates of parameters `_prompt`. */
const PROMPT_KEY = /(^|_)(tags|prompt)(_b)?$/;
/** Prompts that get a number of their own. */
const MAX_PROMPTS = 10_000;

/** What a redactor is told. */
export interface RedactorOptions {
  /** Texts that are replaced wherever they stand, such as the server's token. */
  readonly secrets?: readonly string[];
  /** Replace prompts by numbers: the same prompt by the same number. */
  readonly redactPrompts?: boolean;
}

/** A value, and whether anything of it was replaced. */
export interface Redacted<T> {
  readonly value: T;
  readonly isChanged: boolean;
}

/** Takes secrets out of JSON, texts and request targets. */
export class Redactor {
  readonly #secrets: readonly string[];
  readonly #prompts: Map<string, string> | null;

  /** A redactor that has seen nothing. */
  constructor({ secrets = [], redactPrompts = false }: RedactorOptions = {}) {
    this.#secrets = secrets.filter((secret) => secret.length > 0);
    this.#prompts = redactPrompts ? new Map() : null;
  }

  /** Whether prompts are replaced. */
  get redactsPrompts(): boolean {
    return this.#prompts !== null;
  }

  /** JSON without secrets; the same object when there are none. */
  json(value: unknown, key = ""): Redacted<unknown> {
    if (isSecretKey(key)) {
      // A flag or a null tells nothing, and a program may want to know it.
      const isTelling = value !== null && typeof value !== "boolean";
      return isTelling ? { value: REDACTED, isChanged: true } : { value, isChanged: false };
    }
    if (typeof value === "string") {
      if (this.#prompts !== null && PROMPT_KEY.test(key)) return this.#prompt(value);
      return this.text(value);
    }
    return this.#inside(value);
  }

  /** A text without credentials. */
  text(value: string): Redacted<string> {
    let text = value.replace(BEARER, (_, scheme) => `${scheme} ${REDACTED}`);
    for (const secret of this.#secrets) text = text.replaceAll(secret, REDACTED);
    return { value: text, isChanged: text !== value };
  }

  /** A request target, `/path?query`, without the values of secret parameters. */
  target(target: string): string {
    const [path = "", query] = target.split(/\?(.*)/s, 2);
    if (query === undefined) return this.text(path).value;
    const parts = query.split("&").map((part) => {
      const [name = "", value] = part.split(/=(.*)/s, 2);
      return value !== undefined && isSecretKey(decoded(name)) ? `${name}=${REDACTED}` : part;
    });
    return this.text(`${path}?${parts.join("&")}`).value;
  }

  #inside(value: unknown): Redacted<unknown> {
    if (typeof value !== "object" || value === null) return { value, isChanged: false };
    let isChanged = false;
    const take = (item: unknown, key: string) => {
      const redacted = this.json(item, key);
      isChanged ||= redacted.isChanged;
      return redacted.value;
    };
    const copy = Array.isArray(value)
      ? value.map((item) => take(item, ""))
      : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, take(item, key)]));
    return isChanged ? { value: copy, isChanged } : { value, isChanged };
  }

  #prompt(value: string): Redacted<string> {
    const prompts = this.#prompts!;
    if (value === "") return { value, isChanged: false };
    let name = prompts.get(value);
    if (name === undefined) {
      name = `[prompt ${Math.min(prompts.size, MAX_PROMPTS) + 1}]`;
      if (prompts.size < MAX_PROMPTS) prompts.set(value, name);
    }
    return { value: name, isChanged: true };
  }
}

function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key) || SECRET_WORD.test(key);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
