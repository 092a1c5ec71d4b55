import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../runtime/mod.ts";
import { checkCommand, type ProgramFiles, splitWords } from "./engine_command.ts";

Deno.test("splitWords cuts at blanks, and keeps together what is quoted", () => {
  const cases: Record<string, readonly string[]> = {
    "": [],
    "   ": [],
    "python3 my_engine.py --flag": ["python3", "my_engine.py", "--flag"],
    "  a\t b\n": ["a", "b"],
    [`run "my engine.py" 'it is "so"'`]: ["run", "my engine.py", 'it is "so"'],
    [`--name="two words"x`]: ["--name=two wordsx"],
    [`a "" b`]: ["a", "", "b"],
    [`"a \\" b" "c:\\\\d" "e\\f"`]: ['a " b', "c:\\d", "e\\f"],
    [`C:\\engines\\one.exe 'a\\'`]: ["C:\\engines\\one.exe", "a\\"],
    "$HOME ~ | ;": ["$HOME", "~", "|", ";"],
  };
  for (const [line, words] of Object.entries(cases)) assertEquals(splitWords(line), words, line);
});

Deno.test("splitWords gives back any words that were quoted", () => {
  const quote = (word: string) => `"${word.replace(/["\\]/g, (char) => `\\${char}`)}"`;
  fc.assert(fc.property(fc.array(fc.string()), (words) => {
    assertEquals(splitWords(words.map(quote).join(" ")), words);
  }));
});

Deno.test("splitWords refuses a quote that is not closed, and says where it is", () => {
  assertThrows(
    () => splitWords(`python3 "my engine.py`),
    UsageError,
    'the engine command has a " at character 9 that is not closed: python3 "my engine.py',
  );
});

const FILES: ProgramFiles = {
  path: "/usr/bin:/opt/bin",
  canLook: true,
  stat: (path) => {
    const modes: Record<string, number | null> = {
      "/opt/bin/python3": 0o755,
      "/usr/bin/plain": 0o644,
      "./engine.py": 0o644,
      "/w/engine": null,
    };
    if (path === "/usr/bin/folder") return { isFile: false, mode: 0o755 };
    return path in modes ? { isFile: true, mode: modes[path]! } : null;
  },
};

Deno.test("checkCommand takes programs of PATH and paths that may be executed", () => {
  /** Where it looked, for a command that it takes. */
  const looked = (command: readonly string[], more: Partial<ProgramFiles> = {}) => {
    const places: string[] = [];
    const stat = (path: string) => {
      places.push(path);
      return FILES.stat(path);
    };
    checkCommand(command, { ...FILES, stat, ...more });
    return places;
  };
  assertEquals(looked(["python3", "x"]), ["/usr/bin/python3", "/opt/bin/python3"]);
  assertEquals(looked(["/w/engine"]), ["/w/engine"]);
  assertEquals(looked(["what-ever"], { canLook: false }), []);
});

Deno.test("checkCommand says what is wrong with a command, and how to mend it", () => {
  const cases: [readonly string[], string][] = [
    [
      [],
      'the engine command is empty; name a program and its arguments: --engine-command "python3 my_engine.py"',
    ],
    [
      ["", "x"],
      'the engine command is empty; name a program and its arguments: --engine-command "python3 my_engine.py"',
    ],
    [["pyhton3"], `the engine's program "pyhton3" was not found in any folder of PATH`],
    [["folder"], `the engine's program "folder" was not found in any folder of PATH`],
    [["./none"], `the engine's program "./none" was not found`],
    [
      ["./engine.py"],
      `the engine's program "./engine.py" may not be executed; run chmod +x, or put its interpreter in front`,
    ],
    [
      ["plain"],
      `the engine's program "plain" may not be executed; run chmod +x, or put its interpreter in front`,
    ],
  ];
  for (const [command, message] of cases) {
    const error = assertThrows(() => checkCommand(command, FILES), UsageError);
    assertEquals(error.message, message);
  }
});
