/**
 * The report model, and everything that is drawn from it.
 *
 * @module
 */
export * from "./compare/mod.ts";
export * from "./files.ts";
export { plainLine } from "./escape.ts";
export * from "./from_result.ts";
export { INDEX_STYLE_HASH, indexPage } from "./index_page.ts";
export * from "./history.ts";
export { historyPage } from "./history_page.ts";
export * from "./json.ts";
export * from "./json_schema.ts";
export * from "./junit.ts";
export { summaryMarkdown } from "./markdown.ts";
export type { Margin } from "./margin.ts";
export * from "./merge.ts";
export * from "./model.ts";
export { PAGE_POLICY, reportPage } from "./page/mod.ts";
export { heardStretches } from "./page/heard.ts";
export { troublesOf } from "./page/story.ts";
export * from "./report_schema.ts";
export * from "./review/mod.ts";
export type { RunPlot } from "./run_plot.ts";
export * from "./summary.ts";
export * from "./summary_schema.ts";
export * from "./terminal.ts";
export * from "./write.ts";
export { Markup, markup } from "./page/markup.ts";
export { standalonePage } from "./page/shell.ts";
export * as scale from "./page/scale.ts";
export { STYLE as PAGE_STYLE } from "./page/style.ts";
export { voiceMoment } from "./voice/measures.ts";
export { voiceTroubles } from "./voice/story.ts";
export type { VoicePlot } from "./voice/glance.ts";
