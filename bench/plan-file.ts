/** What bench/plan-file.mjs needs, for one bundle. */
export { canonicalJson } from "../src/model/values/canonical-json.ts";
export { renderMarkdown } from "../src/review/markdown/plan.ts";
export { renderText } from "../src/review/text/plan.ts";
export { largePlan } from "../test/support/large-plans.ts";
