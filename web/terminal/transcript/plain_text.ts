/**
 * The output of a terminal as plain text: without colours and moves, lines as they looked in the end.
 *
 * @module
 */

/** Longer lines are cut into several: nobody overwrites what is so far behind. */
const MOST_LINE_CHARS = 16_384;

type State = "text" | "escape" | "between" | "csi" | "string" | "string-escape";

/** A stream of it. */
export class PlainText {
  #state: State = "text";
  /** The line that is being written, a character each. */
  #line: string[] = [];
  #column = 0;
  #parameters = "";
  #done = "";

  /** Takes output. @returns The lines that are complete now, with their ends. */
  push(text: string): string {
    this.#done = "";
    for (const character of text) this.#take(character);
    return this.#done;
  }

  /** The last line, which has no end. */
  end(): string {
    const rest = this.#line.join("").trimEnd();
    this.#line = [];
    this.#column = 0;
    return rest;
  }

  #take(character: string): void {
    switch (this.#state) {
      case "text":
        return this.#print(character);
      case "escape":
        this.#state = character === "["
          ? "csi"
          : "]P^_X".includes(character)
          ? "string"
          : character >= " " && character <= "/"
          ? "between"
          : "text";
        this.#parameters = "";
        return;
      case "between":
        if (character < " " || character > "/") this.#state = "text";
        return;
      case "csi":
        if (character >= "@" && character <= "~") {
          this.#state = "text";
          this.#move(character);
        } else if (character === "\x1b") this.#state = "escape";
        else if (this.#parameters.length < 64) this.#parameters += character;
        return;
      case "string":
        if (character === "\x07") this.#state = "text";
        else if (character === "\x1b") this.#state = "string-escape";
        return;
      case "string-escape":
        this.#state = character === "\\"
          ? "text"
          : character === "\x1b"
          ? "string-escape"
          : "string";
        return;
    }
  }

  #print(character: string): void {
    switch (character) {
      case "\x1b":
        this.#state = "escape";
        return;
      case "\n":
        return this.#break();
      case "\r":
        this.#column = 0;
        return;
      case "\b":
        this.#column = Math.max(0, this.#column - 1);
        return;
      default:
        if (character < " " && character !== "\t" || character === "\x7f") return;
        if (this.#column >= MOST_LINE_CHARS) this.#break();
        while (this.#line.length < this.#column) this.#line.push(" ");
        this.#line[this.#column++] = character;
    }
  }

  /** What moves within the line, or erases in it. Moves to other lines begin a new one. */
  #move(final: string): void {
    const first = Number(/^\d{1,4}/.exec(this.#parameters)?.[0] ?? 0);
    const steps = Math.max(1, first);
    if (final === "K") {
      if (first === 0) this.#line.length = Math.min(this.#line.length, this.#column);
      else if (first === 2) this.#line = [];
    } else if (final === "C") this.#column = Math.min(MOST_LINE_CHARS, this.#column + steps);
    else if (final === "D") this.#column = Math.max(0, this.#column - steps);
    else if (final === "G") this.#column = Math.min(MOST_LINE_CHARS, steps - 1);
    else if ("HfEFJd".includes(final) && this.#line.some((it) => it !== " ")) this.#break();
  }

  #break(): void {
    this.#done += `${this.#line.join("").trimEnd()}\n`;
    this.#line = [];
    this.#column = 0;
  }
}
