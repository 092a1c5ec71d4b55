import { rangeAnswer, type RangeRequest } from "./byte_range.ts";

/** Bytes that can be had in part. */
export interface Content {
  readonly sizeBytes: number;
  /** Its `ETag`. */
  readonly tag: string;
  /** The media type. */
  readonly type: string;
  /** The name under which a browser saves it. */
  readonly fileName: string;
  /** Bytes `[from, to)` in pieces. Whoever asks reads them, or calls {@link Content.close}. */
  pieces(from: number, to: number): AsyncIterable<Uint8Array>;
  /** Nothing of it is wanted. */
  close(): void;
}

/** Answers with bytes, or a range of them. They are to be saved, never shown as part of this site. */
export function contentAnswer(content: Content, asked: RangeRequest, isHead: boolean): Response {
  const { sizeBytes, tag, type, fileName } = content;
  const answer = rangeAnswer(asked, tag, sizeBytes);
  const headers = new Headers({ "Accept-Ranges": "bytes", ETag: tag });
  if (answer.status === 304 || answer.status === 416) {
    content.close();
    if (answer.status === 416) headers.set("Content-Range", `bytes */${sizeBytes}`);
    return new Response(null, { status: answer.status, headers });
  }
  const { status, from, to } = answer;
  headers.set("Content-Type", type);
  headers.set("Content-Length", String(to - from));
  headers.set("Content-Disposition", `attachment; filename="${fileName}"`);
  if (status === 206) headers.set("Content-Range", `bytes ${from}-${to - 1}/${sizeBytes}`);
  if (isHead) {
    content.close();
    return new Response(null, { status, headers });
  }
  return new Response(ReadableStream.from(content.pieces(from, to)), { status, headers });
}
