/** Lists of plain values up to this many characters stand on one line, however long they are. */
const INDENT = "  ";

/**
 * JSON for people and for diffs: keys in the order of the model, numbers with at most six decimals
 * (seconds to the microsecond), lists of plain values on one line each.
 */
export function toJson(value: unknown): string {
  return `${render(value, "")}\n`;
}

/** At most six decimals; what is no finite number becomes null. */
export function round(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  const rounded = Number(value.toFixed(6));
  return rounded === 0 ? 0 : rounded;
}

function render(value: unknown, indent: string): string {
  if (typeof value === "number") return JSON.stringify(round(value));
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const inner = indent + INDENT;
  if (Array.isArray(value)) {
    const items = value.map((item) => render(item, inner));
    const isPlain = value.every((item) => item === null || typeof item !== "object");
    if (isPlain) return `[${items.join(", ")}]`;
    return `[\n${items.map((item) => inner + item).join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return "{}";
  const lines = entries.map(([key, item]) =>
    `${inner}${JSON.stringify(key)}: ${render(item, inner)}`
  );
  return `{\n${lines.join(",\n")}\n${indent}}`;
}
