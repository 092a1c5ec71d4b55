/**
 * An agent in a terminal, as far as typing goes: takes its terminal raw, asks for pastes in brackets,
 * draws a composer or a dialog, and writes down every byte that it gets. What it shows is said by a
 * file, which it reads again with each input and when it is told by SIGUSR1.
 *
 * `pane_agent_main.ts <folder>`: `mode` says what to show, `bytes` gets what came in hex, `pid` its
 * number; `transcript` names a file that gets what was submitted as a record.
 *
 * @module
 */
const [folder = "."] = Deno.args;
const WIDTH = 60;
const RULE = "─".repeat(WIDTH);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

let composer = "";
let isPasting = false;
let left = "";

function read(name: string, otherwise: string): string {
  try {
    return Deno.readTextFileSync(`${folder}/${name}`).trim();
  } catch {
    return otherwise;
  }
}

const DIALOGS: Readonly<Record<string, readonly string[]>> = {
  permission: ["Bash command", "  rm -rf build", "Do you want to proceed?", "❯ 1. Yes", "  2. No"],
  question: ["Which colour?", "❯ 1. Red", "  2. Blue", "  3. Type something:"],
};

function draw(): void {
  const mode = read("mode", "composer");
  const dialog = DIALOGS[mode === "dialog-on-paste" && composer !== "" ? "permission" : mode];
  const text = mode === "stand-in" && composer !== "" ? "[Pasted text #1 +4 lines]" : composer;
  const ghost = mode === "ghost" && composer === "" ? "\x1b[2mwrite a test for it\x1b[22m" : "";
  const lines = mode === "limit" ? ["You've hit your usage limit · resets 3pm (UTC)"] : ["ready"];
  if (dialog !== undefined) lines.push(RULE, ...dialog, composer);
  else {lines.push(
      RULE,
      ...ghost === "" ? wrapped(text) : [`❯ ${ghost}`],
      RULE,
      "  ? for shortcuts",
    );}
  // Line by line over what was there: nobody sees a screen that is neither.
  const rows = lines.join("\x1b[K\r\n");
  Deno.stdout.writeSync(encoder.encode(`\x1b[?2004h\x1b[H${rows}\x1b[K\x1b[J`));
}

function wrapped(text: string): string[] {
  const rows = text.split("\n").flatMap((line) =>
    line.match(new RegExp(`.{1,${WIDTH - 4}}`, "gu")) ?? [""]
  );
  return rows.slice(-20).map((row, i) => (i === 0 ? "❯ " : "  ") + row);
}

function submit(): void {
  const path = read("transcript", "");
  if (path !== "" && composer !== "") {
    const record = {
      ...{ type: "user", uuid: crypto.randomUUID(), parentUuid: null, isSidechain: false },
      ...{ sessionId: read("session", "one"), cwd: "/home/dev/project", version: "2.1.200" },
      ...{ userType: "external", timestamp: new Date().toISOString() },
      message: { role: "user", content: composer },
    };
    Deno.writeTextFileSync(path, `${JSON.stringify(record)}\n`, { append: true });
  }
  composer = "";
}

function take(text: string): void {
  left += text;
  while (left !== "") {
    const mark = isPasting ? "\x1b[201~" : "\x1b[200~";
    if (left.startsWith(mark)) {
      isPasting = !isPasting;
      left = left.slice(mark.length);
    } else if (mark.startsWith(left) && left.startsWith("\x1b")) return;
    else {
      const [char] = left;
      left = left.slice(char!.length);
      if (char === "\r" && !isPasting) {
        if (read("mode", "composer") !== "deaf") submit();
      } else composer += char === "\r" ? "\n" : char;
    }
  }
}

Deno.stdin.setRaw(true);
Deno.writeTextFileSync(`${folder}/bytes`, "");
Deno.addSignalListener("SIGUSR1", draw);
draw();
Deno.writeTextFileSync(`${folder}/pid`, String(Deno.pid));
for await (const chunk of Deno.stdin.readable) {
  const hex = [...chunk].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  Deno.writeTextFileSync(`${folder}/bytes`, hex, { append: true });
  take(decoder.decode(chunk, { stream: true }));
  draw();
}
