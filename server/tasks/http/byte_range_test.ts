import { assertEquals } from "@std/assert";
import { fileTag, type RangeAnswer, rangeAnswer } from "./byte_range.ts";

const TAG = fileTag(100, 5);
const asked = (range?: string, ifRange?: string, ifNoneMatch?: string) =>
  rangeAnswer({ range, ifRange, ifNoneMatch }, TAG, 100);
const part = (from: number, to: number): RangeAnswer => ({ status: 206, from, to });
const WHOLE: RangeAnswer = { status: 200, from: 0, to: 100 };

Deno.test("rangeAnswer gives the bytes that were asked for, and no more than there are", () => {
  assertEquals(asked("bytes=0-0"), part(0, 1));
  assertEquals(asked("bytes=10-19"), part(10, 20));
  assertEquals(asked("Bytes = 10-19"), WHOLE);
  assertEquals(asked("bytes=90-"), part(90, 100));
  assertEquals(asked("bytes=90-999999"), part(90, 100));
  assertEquals(asked("bytes=-30"), part(70, 100));
  assertEquals(asked("bytes=-300"), part(0, 100));
});

Deno.test("rangeAnswer refuses what lies beyond the end, and gives all for what is no single range", () => {
  for (const range of ["bytes=100-", "bytes=100-200", "bytes=-0"]) {
    assertEquals(asked(range), { status: 416 }, range);
  }
  for (
    const range of [undefined, "lines=1-2", "bytes=1-2,5-6", "bytes=-", "bytes=9-3", "bytes=a-b"]
  ) {
    assertEquals(asked(range), WHOLE, range);
  }
  assertEquals(
    rangeAnswer({ range: "bytes=-5", ifRange: undefined, ifNoneMatch: undefined }, TAG, 0),
    {
      status: 416,
    },
  );
});

Deno.test("rangeAnswer heeds tags: unchanged is 304, a part of another state is the whole", () => {
  assertEquals(asked(undefined, undefined, TAG), { status: 304 });
  assertEquals(asked("bytes=1-2", undefined, `"other", W/${TAG}`), { status: 304 });
  assertEquals(asked(undefined, undefined, '"other"'), WHOLE);
  assertEquals(asked("bytes=1-2", TAG), part(1, 3));
  assertEquals(asked("bytes=1-2", '"other"'), WHOLE);
  assertEquals(fileTag(100, 5) === fileTag(100, 6), false);
  assertEquals(fileTag(100, 5, "-v2") === TAG, false);
});
