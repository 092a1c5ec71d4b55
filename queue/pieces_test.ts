import { createHash } from "node:crypto";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../runtime/mod.ts";
import { Gathering, type Piece, piecesOf, type Result } from "./pieces.ts";

const files = fc.dictionary(
  fc.constantFrom("report.json", "played.wav", "trace.ndjson"),
  fc.uint8Array({ maxLength: 300 }),
)
  .map((it) => new Map(Object.entries(it)));
const result = files.map((files): Result => ({
  outcome: { ok: false, message: "it could not run", code: 2 },
  files,
}));

function gathered(pieces: readonly Piece[]): Result[] {
  const gathering = new Gathering();
  return pieces.map((piece) => gathering.add(piece)).filter((it) => it !== null);
}

Deno.test("a result comes out as it went in, whatever the order of its pieces, and once", () => {
  const shuffled = result.chain((it) => {
    const pieces = piecesOf(it, 64);
    return fc.tuple(
      fc.constant(it),
      fc.shuffledSubarray([...pieces, ...pieces], { minLength: 2 * pieces.length }),
    );
  });
  fc.assert(fc.property(shuffled, ([it, pieces]) => {
    const [only, ...more] = gathered(pieces);
    assertEquals(more, []);
    assertEquals(only!.outcome, it.outcome);
    assertEquals([...only!.files], [...it.files]);
  }));
});

Deno.test("no piece is longer than NATS takes, and none is empty", () => {
  const big = new Map([["played.wav", new Uint8Array(2_500_000)]]);
  const pieces = piecesOf({ outcome: { ok: false, message: "", code: 2 }, files: big });
  assertEquals(pieces.length, 3);
  assert(pieces.every(({ bytes }) => bytes.length > 0 && bytes.length <= 1_000_000));
});

Deno.test("a piece that is missing, changed or of another result gives no result", () => {
  const files = new Map([["report.json", new Uint8Array(500)]]);
  const pieces = piecesOf({ outcome: { ok: false, message: "", code: 2 }, files }, 64);
  assertEquals(gathered(pieces.slice(1)), []);
  const changed = pieces.map((it, i) =>
    i === 3 ? { ...it, bytes: it.bytes.map((b) => b ^ 1) } : it
  );
  assertThrows(() => gathered(changed), UsageError, "do not match its hash");
  assertThrows(() => gathered([pieces[0]!, { ...pieces[1]!, of: 3 }]), UsageError, "does not fit");
  assertThrows(() => gathered([{ ...pieces[0]!, of: NaN }]), UsageError);
  assertThrows(() => gathered([{ ...pieces[0]!, of: 1e9 }]), UsageError, "is none");
});

Deno.test("bytes that are no result are refused, whatever they are", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
    const hash = createHash("sha256").update(bytes).digest("hex");
    assertThrows(() => gathered([{ index: 0, of: 1, hash, bytes }]), UsageError);
  }));
});
