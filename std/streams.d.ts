/** Typings for the parts of `@std/streams` that Headway uses. */

/** Splits text into lines, without their ends. */
export class TextLineStream extends TransformStream<string, string> {
  constructor(options?: { readonly allowCR?: boolean });
}
