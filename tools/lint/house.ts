/// <reference lib="deno.unstable" />

/**
 * The house rules that a linter can hold, as a plugin for `deno lint`: where time, randomness and
 * inexact mathematics may stand, and a few habits of form.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

type Context = Deno.lint.RuleContext;

const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replaceAll("\\", "/");

/** The file's path below the project's root, with forward slashes. */
function pathOf(context: Context): string {
  const path = context.filename.replaceAll("\\", "/");
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path.replace(/^\//, "");
}

function isIn(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

function isTest(path: string): boolean {
  return /_test\.tsx?$|_bench\.ts$/.test(path) || isIn(path, ["tests", "bench"]);
}

/** `Math.sin` for a call or read of that member; null for anything that is not `name.name`. */
function memberName(node: Deno.lint.MemberExpression): string | null {
  if (node.object.type !== "Identifier" || node.property.type !== "Identifier") return null;
  return node.computed ? null : `${node.object.name}.${node.property.name}`;
}

/** `x` of `any.x` and `any["x"]`; null for what is known at run time only. */
function propertyName({ computed, property }: Deno.lint.MemberExpression): string | null {
  if (property.type === "Identifier") return computed ? null : property.name;
  return property.type === "Literal" && typeof property.value === "string" ? property.value : null;
}

/** Folders whose logic takes time and randomness as arguments. */
const INJECTED = [
  "wire",
  "audio",
  "sim",
  "runtime",
  "server",
  "scenarios",
  "reports",
  "queue",
  "load",
];

const AMBIENT_MEMBERS: ReadonlySet<string> = new Set([
  "Date.now",
  "performance.now",
  "Math.random",
  "crypto.randomUUID",
  "crypto.getRandomValues",
]);
const AMBIENT_CALLS: ReadonlySet<string> = new Set(["setTimeout", "setInterval", "Date"]);

/** Time, timers and randomness come in as arguments, so that runs can be repeated. */
const noAmbientTime: Deno.lint.Rule = {
  create(context) {
    const path = pathOf(context);
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (!isIn(path, INJECTED) || isTest(path) || name.includes("clock")) return {};
    const refuse = (node: Deno.lint.Node, what: string) =>
      context.report({
        node,
        message: `${what} makes a run depend on the machine`,
        hint: "take a Clock or an Rng as an argument",
      });
    return {
      MemberExpression(node) {
        const member = memberName(node);
        if (member !== null && AMBIENT_MEMBERS.has(member)) refuse(node, member);
      },
      CallExpression(node) {
        if (node.callee.type === "Identifier" && AMBIENT_CALLS.has(node.callee.name)) {
          refuse(node, `${node.callee.name}()`);
        }
      },
      NewExpression(node) {
        const isNow = node.callee.type === "Identifier" && node.callee.name === "Date" &&
          node.arguments.length === 0;
        if (isNow) refuse(node, "new Date()");
      },
    };
  },
};

/** Folders whose numbers end up in audio or in traces. */
const EXACT = ["audio", "fixtures", "server/streaming/engine", "sim"];

/** Files there whose logarithms are for people only: measures that no audio or trace is made of. */
const INEXACT_ALLOWED: readonly string[] = ["audio/measure.ts"];

/** What ECMAScript lets every engine approximate in its own way. */
const INEXACT = new Set(
  ("acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 " +
    "pow sin sinh tan tanh").split(" ").map((name) => `Math.${name}`),
);

/** Audio and traces are equal bit for bit on every machine: no approximated functions. */
const noInexactMath: Deno.lint.Rule = {
  create(context) {
    const path = pathOf(context);
    if (!isIn(path, EXACT) || isTest(path) || INEXACT_ALLOWED.includes(path)) return {};
    const refuse = (node: Deno.lint.Node, what: string) =>
      context.report({
        node,
        message: `${what} may differ in its last bit between machines`,
        hint: "use + − × ÷, Math.sqrt or audio/trig.ts",
      });
    return {
      MemberExpression(node) {
        const member = memberName(node);
        if (member !== null && INEXACT.has(member)) refuse(node, member);
      },
      BinaryExpression(node) {
        if (node.operator === "**" && !isPowerOfTwo(node)) refuse(node, "**");
      },
      AssignmentExpression(node) {
        if (node.operator === "**=") refuse(node, "**=");
      },
    };
  },
};

/** `2 ** 31`: exact everywhere. */
function isPowerOfTwo({ left, right }: Deno.lint.BinaryExpression): boolean {
  return left.type === "Literal" && left.value === 2 && right.type === "Literal" &&
    Number.isInteger(right.value);
}

/** What makes markup of a text. */
const MARKUP = new Set([
  ...["innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc"],
  ...["setHTMLUnsafe", "parseFromString", "createContextualFragment", "writeln"],
]);

/** Files of pages that make markup of a text, all of which is escaped or made safe first. */
const MARKUP_ALLOWED: readonly string[] = ["web/player/knobs.ts"];

/** Texts of other people are shown as texts. */
const noMarkupFromText: Deno.lint.Rule = {
  create(context) {
    const path = pathOf(context);
    if (!isIn(path, ["web"]) || isTest(path) || MARKUP_ALLOWED.includes(path)) return {};
    return {
      MemberExpression(node) {
        const name = propertyName(node);
        if (name === null || !MARKUP.has(name) && memberName(node) !== "document.write") return;
        context.report({
          node,
          message: `${name} makes markup of a text`,
          hint: "set textContent, and append nodes",
        });
      },
    };
  },
};

/** Programs that other people copy, and measurements of the bare timer. */
const INTERVALS_ALLOWED = ["bench", "examples", "tests"];

/** An interval goes on when nobody needs it, and piles up when the machine is slow. */
const noInterval: Deno.lint.Rule = {
  create(context) {
    const path = pathOf(context);
    if (isIn(path, INTERVALS_ALLOWED) || isTest(path)) return {};
    return {
      CallExpression({ callee }) {
        const name = callee.type === "Identifier"
          ? isIn(path, INJECTED) ? null : callee.name
          : callee.type === "MemberExpression"
          ? propertyName(callee)
          : null;
        if (name !== "setInterval") return;
        context.report({
          node: callee,
          message: "an interval goes on when nobody needs it",
          hint: "call Clock.after again when the work is done",
        });
      },
    };
  },
};

/** Names say what a module gives; a default export has none. Scenario files are the exception. */
const noDefaultExport: Deno.lint.Rule = {
  create(context) {
    const path = pathOf(context);
    if (path.endsWith(".scenario.ts") || isIn(path, ["tools/lint"])) return {};
    return {
      ExportDefaultDeclaration(node) {
        context.report({
          node,
          message: "a default export has no name",
          hint: "export it by name",
        });
      },
    };
  },
};

/** Library code returns values and throws errors; only programs speak. */
const noConsole: Deno.lint.Rule = {
  create(context) {
    if (isIn(pathOf(context), ["cli", "tools", "bench", "tests"])) return {};
    return {
      MemberExpression(node) {
        if (node.object.type === "Identifier" && node.object.name === "console") {
          context.report({
            node,
            message: "library code does not print",
            hint: "return it, throw it, or take a log as an argument",
          });
        }
      },
    };
  },
};

/** Every test runs, always. */
const noSkippedTest: Deno.lint.Rule = {
  create(context) {
    return {
      MemberExpression(node) {
        const isTestMember = node.object.type === "MemberExpression" &&
          memberName(node.object) === "Deno.test";
        if (!isTestMember || node.property.type !== "Identifier") return;
        if (["only", "ignore", "skip"].includes(node.property.name)) {
          context.report({ node, message: `Deno.test.${node.property.name} leaves tests out` });
        }
      },
      CallExpression(node) {
        const { callee } = node;
        const isTestCall = callee.type === "MemberExpression" &&
          (memberName(callee) === "Deno.test" ||
            callee.property.type === "Identifier" && callee.property.name === "step");
        if (!isTestCall) return;
        for (const options of node.arguments) {
          if (options.type !== "ObjectExpression") continue;
          for (const property of options.properties) {
            if (property.type !== "Property" || property.key.type !== "Identifier") continue;
            if (property.key.name === "only" || property.key.name === "ignore") {
              context.report({
                node: property,
                message: `\`${property.key.name}\` leaves tests out`,
              });
            }
          }
        }
      },
    };
  },
};

/** What is to be done stands in an issue, not in a comment. */
const noTodo: Deno.lint.Rule = {
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const word = /\b(TODO|FIXME|XXX|HACK)\b/.exec(comment.value)?.[1];
          if (word !== undefined) {
            context.report({
              range: comment.range,
              message: `${word} in a comment`,
              hint: "do it",
            });
          }
        }
      },
    };
  },
};

/** File names are snake_case; scenario files carry their scenario's kebab-case name. */
const fileName: Deno.lint.Rule = {
  create(context) {
    const path = pathOf(context);
    const name = path.slice(path.lastIndexOf("/") + 1);
    const isFit = /^[a-z0-9]+(_[a-z0-9]+)*(\.d)?\.tsx?$/.test(name) ||
      /^[a-z0-9]+(-[a-z0-9]+)*\.scenario\.ts$/.test(name);
    if (isFit) return {};
    return {
      Program(node) {
        context.report({ node, message: `${name} is not in snake_case` });
      },
    };
  },
};

/** `#field` is private to everybody; `private field` only to the type checker. */
const hashPrivate: Deno.lint.Rule = {
  create(context) {
    const check = (
      node:
        | Deno.lint.PropertyDefinition
        | Deno.lint.MethodDefinition
        | Deno.lint.TSParameterProperty,
    ) => {
      // A constructor has no `#` form, and neither has what subclasses fill in.
      const isConstructor = node.type === "MethodDefinition" && node.kind === "constructor";
      if (node.accessibility === "private" && !isConstructor) {
        context.report({
          range: node.range,
          message: "`private` is not kept at run time",
          hint: "use a #private name",
        });
      }
    };
    return {
      PropertyDefinition: check,
      MethodDefinition: check,
      TSParameterProperty: check,
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "no-ambient-time": noAmbientTime,
    "no-inexact-math": noInexactMath,
    "no-markup-from-text": noMarkupFromText,
    "no-interval": noInterval,
    "no-default-export": noDefaultExport,
    "no-console": noConsole,
    "no-skipped-test": noSkippedTest,
    "no-todo": noTodo,
    "file-name": fileName,
    "hash-private": hashPrivate,
  },
};

export default plugin;
