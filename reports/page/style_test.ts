import { assertGreaterOrEqual } from "@std/assert";
import { STYLE } from "./style.ts";

/** Relative luminance after WCAG 2. */
function luminance(hex: string): number {
  const digits = hex.length === 4 ? hex.replace(/[^#]/g, "$&$&") : hex;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

const THEMES = [...STYLE.matchAll(/:root \{ color-scheme[^}]*--paper[^}]*|:root \{ --paper[^}]*/g)]
  .map(([block]) =>
    new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]+)/g)].map(([, name, hex]) => [name!, hex!]))
  );

for (const [i, theme] of ["light", "dark"].entries()) {
  Deno.test(`every letter of the ${theme} page is told from its ground, at 4.5 : 1`, () => {
    const colour = (name: string) => THEMES[i]!.get(name)!;
    for (const ink of ["ink", "soft", "link", "good", "bad", "doubt"]) {
      for (const ground of ["paper", "card", "old-wash", "state"]) {
        const ratio = contrast(colour(ink), colour(ground));
        assertGreaterOrEqual(ratio, 4.5, `${ink} on ${ground}: ${ratio}`);
      }
    }
    assertGreaterOrEqual(contrast(colour("on-main"), colour("link")), 4.5);
    assertGreaterOrEqual(contrast(colour("paper"), colour("ink")), 4.5);
    // Lines and dots are no letters: 3 : 1 is enough.
    for (const mark of ["fresh", "old", "muted"]) {
      assertGreaterOrEqual(contrast(colour(mark), colour("card")), 3, mark);
    }
  });
}
