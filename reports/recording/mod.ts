/**
 * Recordings for people: as text, as Markdown, as a page.
 *
 * @module
 */
export * from "./diff_text.ts";
export { RECORDING_POLICY, recordingPage } from "./page.ts";
export { recordingText } from "./text.ts";
