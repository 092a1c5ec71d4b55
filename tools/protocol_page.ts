/**
 * `docs/protocol-tables.md`: every message, field, config key and knob, from the tables that our own
 * server and client read messages by.
 *
 * @module
 */
import { cell, paragraph, table } from "../cli/markdown.ts";
import type { FieldSpec, FieldTable } from "../wire/fields.ts";
import type { KnobEntry, KnobManifest } from "../wire/shapes.ts";
import type { ProtocolTables } from "../wire/protocol_tables.ts";

/** The page, as `deno fmt` would write it. */
export function protocolMarkdown(
  { commands, events, config, handshake }: ProtocolTables,
  { knobs }: KnobManifest,
): string {
  return [
    "# Protocol tables",
    paragraph(
      "Drawn by `deno task docs` from the tables that our server and client read messages by; do " +
        "not edit by hand. A running server answers the same at `GET /api/protocol` and " +
        "`GET /api/knobs`. [The protocol](protocol.md) says what it all means.",
    ),
    "## Commands",
    paragraph(
      "Text from client to server. _Audio_ is a PCM message that follows at once. A command whose " +
        "capability is off is answered with `command_failed`.",
    ),
    table(
      ["command", "audio", "needs", "failure"],
      Object.entries(commands).map(([type, { binary, requires, failure }]) => [
        code(type),
        { never: "–", always: "yes" }[binary] ?? "yes, unless `use_server_source`",
        requires === null ? "–" : code(requires),
        failure === null ? "–" : code(failure),
      ]),
    ).join("\n"),
    "### Their fields",
    fieldsTable("command", mapFields(commands), "commands"),
    "## Events",
    paragraph("Text from server to client, and what follows it at once."),
    table(
      ["event", "followed by"],
      Object.entries(events).map(([type, { followed_by }]) => [code(type), followed_by ?? "–"]),
    ).join("\n"),
    "### Their fields",
    fieldsTable("event", mapFields(events), "events"),
    "## Config",
    paragraph("Keys of the first text of a session. All are optional."),
    fieldsTable(null, { "": config }, "config"),
    "## Knobs",
    paragraph(
      "Keys of `raw` in `params`. A _reported_ knob comes back in `params_update` and in a " +
        "snapshot's `knob_values`. `sde_amp` and `periodicity` take the place of `denoise` in " +
        "SDE mode; each enabled LoRA adds `lora_str_<id>`.",
    ),
    table(
      ["knob", "type", "default", "values", "reported", "what it does"],
      Object.entries(knobs).map(([name, knob]) => [
        code(name),
        knob.type,
        code(String(knob.default)),
        knobValues(knob),
        knob.bank ? "yes" : "–",
        cell(knob.description),
      ]),
    ).join("\n"),
    "## Close codes and sizes",
    table(
      ["name", "value"],
      [
        ...Object.entries(handshake.close_codes).map(([name, value]) => [name, String(value)]),
        ["largest message, bytes", String(handshake.max_message_bytes)],
        ["fragments of large messages, bytes", String(handshake.fragment_bytes)],
      ],
    ).join("\n"),
  ].join("\n\n") + "\n";
}

function mapFields(
  messages: Readonly<Record<string, { readonly fields: FieldTable }>>,
): Record<string, FieldTable> {
  return Object.fromEntries(Object.entries(messages).map(([type, { fields }]) => [type, fields]));
}

function fieldsTable(
  owner: string | null,
  fields: Readonly<Record<string, FieldTable>>,
  kind: "commands" | "events" | "config",
): string {
  const rows = Object.entries(fields).flatMap(([type, of]) =>
    Object.entries(of).map(([name, spec]) => [
      ...(owner === null ? [] : [code(type)]),
      code(name),
      typeOf(spec),
      absence(spec, kind),
      limits(spec),
    ])
  );
  const head = [...(owner === null ? [] : [owner]), "field", "type", "if absent", "limits"];
  return table(head, rows).join("\n");
}

function typeOf({ type, of, nullable, unit, options }: FieldSpec): string {
  const what = type === "enum" ? options!.map((option) => code(option)).join(", ") : type;
  const content = of === undefined ? "" : ` of ${of.replaceAll("_", " ")}`;
  return `${what}${content}${unit === undefined ? "" : `, ${unit}`}${nullable ? ", or null" : ""}`;
}

function absence({ required, default: value }: FieldSpec, kind: string): string {
  if (required) return kind === "commands" ? "refused" : "unusable";
  return value === undefined || value === null ? "–" : code(JSON.stringify(value));
}

function limits({ min, max, maxLength }: FieldSpec): string {
  const length = maxLength === undefined ? [] : [`at most ${maxLength} long`];
  return [...range(min, max), ...length].join("; ") || "–";
}

function knobValues(knob: KnobEntry): string {
  if (knob.type === "bool") return "true, false";
  if (knob.type === "enum") return knob.options.map(code).join(", ");
  return range(knob.min, knob.max).join("");
}

function range(min: number | undefined, max: number | undefined): string[] {
  if (min !== undefined && max !== undefined) return [`${min} to ${max}`];
  if (min !== undefined) return [`at least ${min}`];
  return max === undefined ? [] : [`at most ${max}`];
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}
