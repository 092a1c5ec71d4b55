import { assert, assertEquals } from "@std/assert";
import { protocolTables } from "./protocol_tables.ts";

Deno.test("the protocol's tables are plain JSON", () => {
  const tables = protocolTables();
  assertEquals<unknown>(JSON.parse(JSON.stringify(tables)), tables);
});

Deno.test("every failure that a command names is an event, and every event a field table", () => {
  const { version, commands, events } = protocolTables();
  assertEquals(version, 1);
  for (const { failure } of Object.values(commands)) assert(failure === null || failure in events);
  assertEquals(Object.keys(events).length, 26);
  assertEquals(events["swap_ready"]?.followed_by, "buffer");
  assertEquals(commands["swap_source"]?.requires, "swap");
});
