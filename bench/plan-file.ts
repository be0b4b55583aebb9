/** What bench/plan-file.mjs needs, for one bundle. */
export { canonicalJson } from "../src/model/canonical-json.ts";
export { renderMarkdown } from "../src/review/markdown.ts";
export { renderText } from "../src/review/text.ts";
export { largePlan } from "../test/support/large-plans.ts";
