/**
 * `report.html`: the page of one run.
 *
 * @module
 */
export { fittingPage, MAX_PAGE_BYTES } from "./fit.ts";
export { PAGE_POLICY, reportPage } from "./page.ts";
