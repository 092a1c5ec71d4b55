import { assertEquals } from "@std/assert";
import { parseQuietHours, QuietClock } from "./quiet_hours.ts";

Deno.test("quiet hours are read as a time to a time, and anything else is none", () => {
  assertEquals(parseQuietHours("22:00-07:30"), { fromMinute: 1320, toMinute: 450 });
  assertEquals(parseQuietHours("1:05-2:00"), { fromMinute: 65, toMinute: 120 });
  for (const text of ["", "22-7", "24:00-07:00", "22:60-07:00", "22:00-22:00", "22:00-07:00 "]) {
    assertEquals(parseQuietHours(text), null, text);
  }
});

Deno.test("quiet hours last until their end, over midnight, in their zone", () => {
  const left = (hours: string, at: string, zone = "UTC") =>
    new QuietClock(parseQuietHours(hours)!, zone).leftS(Date.parse(`2026-10-01T${at}Z`));
  assertEquals(left("22:00-07:00", "21:59:59"), 0);
  assertEquals(left("22:00-07:00", "22:00:00"), 9 * 3600);
  assertEquals(left("22:00-07:00", "06:59:58"), 2);
  assertEquals(left("22:00-07:00", "07:00:00"), 0);
  assertEquals(left("12:00-13:00", "12:30:00"), 1800);
  assertEquals(left("12:00-13:00", "11:00:00"), 0);
  // 18:15 in UTC is midnight there.
  assertEquals(left("22:00-07:00", "18:15:00", "Asia/Kathmandu"), 7 * 3600);
  assertEquals(left("22:00-07:00", "10:00:00", "Asia/Kathmandu"), 0);
});
