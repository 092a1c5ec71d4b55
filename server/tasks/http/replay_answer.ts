/**
 * What a viewer gets that comes when the terminal is gone: the end of its transcript, or all of it.
 * Written piece by piece, as a long text in one piece would hold everybody up.
 *
 * @module
 */
import { OutputDecoder } from "./output_text.ts";
import { type OpenFile, piecesOf } from "./files.ts";

/** The answer with `output` as its last field, whose text is that of the file from a place on. */
export function replayAnswer(fields: object, file: OpenFile | null, from: number): Response {
  const body = ReadableStream.from(jsonPieces(fields, file, from));
  return new Response(body, { headers: { "Content-Type": "application/json; charset=utf-8" } });
}

async function* jsonPieces(
  fields: object,
  file: OpenFile | null,
  from: number,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(`${JSON.stringify(fields).slice(0, -1)},"output":["`);
  if (file !== null) {
    const decoder = new OutputDecoder(from);
    for await (const bytes of piecesOf(file, from, file.sizeBytes)) {
      const text = decoder.push(bytes)?.text;
      if (text !== undefined) yield encoder.encode(JSON.stringify(text).slice(1, -1));
    }
    const rest = decoder.flush()?.text;
    if (rest !== undefined) yield encoder.encode(JSON.stringify(rest).slice(1, -1));
  }
  yield encoder.encode('"]}');
}
