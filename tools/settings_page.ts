/**
 * The page of settings, drawn from their one table.
 *
 * @module
 */
import { acceptedForm, defaultText, type Flag, type Flags, flagUsage } from "../cli/flags.ts";
import { cell, paragraph, table } from "../cli/markdown.ts";

/** Draws the page. */
export function settingsMarkdown(settings: Flags): string {
  const rows = Object.entries(settings).map(([name, flag]) => [
    `\`${cell(flagUsage(name, flag))}\``,
    code(flag.env),
    code(flag.config),
    cell(defaultText(flag)) || "–",
    cell(`${flag.help}${bounds(flag)}`),
  ]);
  const names = Object.values(settings).map((flag) => [
    code(flag.env),
    (flag.aliases ?? []).map((alias) => `\`${alias}\``).join(", "),
  ]);
  return [
    "# Settings",
    "Drawn from the table of settings by `deno task docs`; do not edit by hand.",
    paragraph(
      "A flag beats its variable, that beats its key of `config.json`, and that beats the default. A value of the wrong form stops the start with one line: its name, the value, and what is accepted.",
    ),
    paragraph(
      '`config.json` is an object in the home folder, such as `{"port": 1400, "allowOrigin": ["http://localhost:6660"]}`. A key that is none of these is an error. A variable holds several values between commas.',
    ),
    table(["flag", "variable", "key", "default", "what it does"], rows).join("\n"),
    "## The home folder",
    paragraph(
      "`HEADWAY_HOME` names it; without it, it is `.headway` in the user's own folder. It is made when something has to be kept in it, and is open to its owner only: `config.json`, `auth_token`, `logs`, `run`.",
    ),
    "## Other names",
    paragraph(
      "Names that other programs have for the same variable. They are read, in this order, only when ours is not set; the server's log and `headway doctor` tell which are.",
    ),
    table(["variable", "also read"], names).join("\n"),
  ].join("\n\n") + "\n";
}

function code(text: string | undefined): string {
  return text === undefined ? "–" : `\`${text}\``;
}

function bounds(flag: Flag): string {
  const isBounded = flag.type === "number" && (flag.min ?? flag.max) !== undefined;
  return isBounded ? ` (${acceptedForm(flag)})` : "";
}
