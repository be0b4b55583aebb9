import { diffWordsWithSpace } from "diff";

/** From here on two texts are compared word by word; shorter ones are read faster whole. */
const LONG = 40;
const LONGEST = 2_000;
/** The comparison grows with the square of this. */
const MOST_EDITS = 200;

/** A run of shared words longer than this is shown by its two ends. */
const SHARED = 48;

/**
 * Two long texts as one: `Department of [-Cardiology-]{+Neurology+}`, shared runs shortened, so that a difference far
 * into a text is seen. undefined where that would not help: short texts, hardly anything shared, or a text that holds
 * these signs itself.
 */
export function diffLongText(before: string, after: string): string | undefined {
  const [shorter, longer] = before.length < after.length ? [before, after] : [after, before];
  if (shorter.length < LONG || longer.length > LONGEST) return undefined;
  if (/\[-|-\]|\{\+|\+\}/.test(`${before}\n${after}`)) return undefined;
  const parts = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS });
  if (parts === undefined) return undefined;
  const shared = parts.reduce((sum, part) => sum + (part.added || part.removed ? 0 : part.value.length), 0);
  if (shared * 2 < shorter.length) return undefined;
  return parts
    .map(({ value, added, removed }) => (added ? `{+${value}+}` : removed ? `[-${value}-]` : shorten(value)))
    .join("");
}

function shorten(text: string): string {
  const points = [...text];
  if (points.length <= SHARED) return text;
  return `${points.slice(0, SHARED / 2).join("")} … ${points.slice(-SHARED / 2).join("")}`;
}
