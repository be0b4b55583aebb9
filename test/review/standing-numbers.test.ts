import { expect, it } from "vitest";
import { standingPart } from "../../src/review/standing/numbers.ts";

const DAY = 86_400_000;
const policy = { windowMs: 7 * DAY, numbers: { create: 25, suspend: 10 } };
const HEAD = "| approved in advance | before | after |\n|---|---|---|\n";
const CHANGES =
  "> [!IMPORTANT]\n> **This pull request changes what is approved in advance** (`approval.standing`).";

it.each([
  {
    what: "numbers that are raised and lowered",
    after: { ...policy, numbers: { create: 40, suspend: 5 } },
    text: `${CHANGES} More may be applied without people.\n\n${HEAD}| \`create\` | 25 | 40 |\n| \`suspend\` | 10 | 5 |\n\n`,
  },
  {
    what: "a window that is shorter, so that the numbers come round sooner, and other profiles",
    after: { ...policy, windowMs: DAY / 2, profiles: ["staff"] },
    text: `${CHANGES} More may be applied without people.\n\n${HEAD}| \`window\` | 7 days | 12 hours |\n| \`profiles\` | all | \`staff\` |\n\n`,
  },
  {
    what: "standing approval that goes",
    after: undefined,
    text: `${CHANGES}\n\n${HEAD}| \`create\` | 25 | 0 |\n| \`suspend\` | 10 | 0 |\n| \`window\` | 7 days | none |\n| \`profiles\` | all | none |\n\n`,
  },
  { what: "nothing", after: { ...policy }, text: "" },
])("shows $what", ({ after, text }) => {
  expect(standingPart({ before: policy, after })).toBe(text);
});

it("says where the numbers before are not known", () => {
  expect(standingPart({ before: null, after: policy })).toContain(
    `${CHANGES} The numbers before are not known.\n\n${HEAD}| \`create\` | not known | 25 |\n`,
  );
  expect(standingPart({ before: null, after: undefined })).toBe("");
});
