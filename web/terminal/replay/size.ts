/** A size of a terminal as recordings write it, `120x40`; null for another text. */
export function sizeOf(text: string): { readonly cols: number; readonly rows: number } | null {
  const match = /^(\d{1,4})x(\d{1,4})$/i.exec(text);
  if (match === null) return null;
  const [cols, rows] = [Number(match[1]), Number(match[2])];
  return cols >= 1 && rows >= 1 && cols <= 1000 && rows <= 500 ? { cols, rows } : null;
}
