import { assertEquals } from "@std/assert";
import { corsHeaders, NO_READERS } from "./cors.ts";

const LISTED = ["http://localhost:6660"];
const mcp = { readers: "listed", methods: "POST", headers: "content-type" } as const;
const from = (origin: string | undefined, isPreflight = false) => ({ origin, isPreflight });

Deno.test("corsHeaders lets no foreign page read what no rule speaks of", () => {
  assertEquals(corsHeaders(NO_READERS, from("http://localhost:6660"), LISTED), {});
  assertEquals(corsHeaders(NO_READERS, from("http://localhost:6660", true), LISTED), {});
});

Deno.test("corsHeaders lets any page read what is for all, but preflights nothing", () => {
  const rule = { readers: "any" } as const;
  assertEquals(corsHeaders(rule, from("http://evil.example"), []), {
    "Access-Control-Allow-Origin": "*",
  });
  assertEquals(corsHeaders(rule, from("http://evil.example", true), []), {});
});

Deno.test("corsHeaders names a listed origin, and no other", () => {
  assertEquals(corsHeaders(mcp, from("http://LOCALHOST:6660"), LISTED), {
    Vary: "Origin",
    "Access-Control-Allow-Origin": "http://localhost:6660",
  });
  assertEquals(corsHeaders(mcp, from("http://localhost:6660", true), LISTED), {
    Vary: "Origin",
    "Access-Control-Allow-Origin": "http://localhost:6660",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "content-type",
  });
  for (const origin of ["http://evil.example", "null", "http://localhost:6661", undefined]) {
    assertEquals(corsHeaders(mcp, from(origin), LISTED), { Vary: "Origin" }, origin);
  }
});
