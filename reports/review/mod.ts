/**
 * `review.html`: a comparison on a page that stands alone.
 *
 * @module
 */
export { fittingReview, MAX_REVIEW_BYTES, type ReviewInput } from "./fit.ts";
export { caseLoader } from "./loader.ts";
export { REVIEW_POLICY } from "./page.ts";
export { loadSide, type ReviewCase, type ReviewSide } from "./side.ts";
