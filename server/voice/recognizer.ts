/**
 * Speech to text, as the voice server sees it.
 *
 * @module
 */

/** What was understood, or why nothing was. */
export type Recognized = { readonly text: string } | { readonly error: string };

/** Turns speech into text. */
export interface Recognizer {
  /** Its name in answers. */
  readonly name: string;
  /** Reads a WAV file of 16 kHz, one channel. Never rejects. */
  recognize(
    wav: Uint8Array<ArrayBuffer>,
    options: { readonly signal: AbortSignal },
  ): Promise<Recognized>;
}
