import { assertEquals, assertStringIncludes } from "@std/assert";
import { knobManifest, protocolTables } from "../wire/mod.ts";
import { protocolMarkdown } from "./protocol_page.ts";

Deno.test("the page of protocol tables has a row for every message, field, key and knob", () => {
  const tables = protocolTables();
  const manifest = knobManifest({ sde: false });
  const rows = protocolMarkdown(tables, manifest).split("\n").filter((line) => /^\| `/.test(line));
  const messages = [...Object.values(tables.commands), ...Object.values(tables.events)];
  const fields = messages.reduce((sum, { fields }) => sum + Object.keys(fields).length, 0);
  const others = Object.keys(tables.config).length + Object.keys(manifest.knobs).length;
  assertEquals(rows.length, messages.length + fields + others);
});

Deno.test("the page of protocol tables says what a field takes, and what its absence means", () => {
  const tables = protocolTables();
  const page = protocolMarkdown({
    ...tables,
    commands: {
      jump: {
        binary: "unless-server-source",
        requires: "leaps",
        failure: "fell",
        fields: {
          to: { type: "float", required: true, min: 0, max: 9, unit: "s" },
          way: { type: "enum", options: ["up", "a|b"], default: "up" },
          note: { type: "string", nullable: true, maxLength: 7 },
        },
      },
    },
  }, { version: 1, knobs: {} }).replaceAll(/ +/g, " ");
  assertStringIncludes(page, "| `jump` | yes, unless `use_server_source` | `leaps` | `fell` |");
  assertStringIncludes(page, "| `jump` | `to` | float, s | refused | 0 to 9 |");
  assertStringIncludes(page, '| `jump` | `way` | `up`, `a\\|b` | `"up"` | – |');
  assertStringIncludes(page, "| `jump` | `note` | string, or null | – | at most 7 long |");
});
