import { asObject, parseJson } from "../../model/values/json.ts";
import type { ProcessMark } from "./process-life.ts";

/** The holder of a lease, since when, and until when if it is not renewed (by the holder's clock). */
export type LeaseRecord = ProcessMark & {
  readonly token: string;
  readonly organization: string;
  readonly since: string;
  readonly until: string;
  /** Counts up: the same token with the same number was not renewed. */
  readonly renewal: number;
  /** It was given back, where the branch could not go back to what was below it. */
  readonly over?: true;
};

/** Characters of a lease in its commit. */
export const LARGEST_LEASE = 4096;
const LONGEST = 255;

/** The message of a commit, to which more lines can be added. */
export function renderLease(lease: LeaseRecord): string {
  return `An apply is under way\n\nLease: ${JSON.stringify(lease)}\n`;
}

/** The lease in a commit, as `git cat-file commit` gives it, and its parent. Undefined: it is a commit of another kind. */
export function parseLeaseCommit(commit: string): {
  readonly lease: LeaseRecord | undefined;
  readonly parent: string | undefined;
} {
  const end = `${commit}\n\n`.indexOf("\n\n");
  const [head, message] = [commit.slice(0, end), commit.slice(end)];
  const parents = head.match(/(?<=^parent )[0-9a-f]{40,64}$/gm) ?? [];
  const text = /^Lease: (.*)/m.exec(message)?.[1];
  const isOne = parents.length < 2 && text !== undefined && text.length <= LARGEST_LEASE;
  return { lease: isOne ? parseLease(text) : undefined, parent: parents[0] };
}

function parseLease(text: string): LeaseRecord | undefined {
  const value = parseJson(text);
  return isLease(value) ? value : undefined;
}

function isLease(value: unknown): value is LeaseRecord {
  const { pid, renewal, since, until, over, ...rest } = asObject(value) ?? {};
  const isText = (part: unknown) => typeof part === "string" && part.length <= LONGEST;
  const isTime = (part: unknown) => isText(part) && !Number.isNaN(Date.parse(String(part)));
  return (
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    Number.isSafeInteger(renewal) &&
    [undefined, true].some((part) => part === over) &&
    [since, until].every(isTime) &&
    [rest.token, rest.organization, rest.host].every(isText) &&
    [rest.boot, rest.space, rest.start].every((part) => part === undefined || isText(part))
  );
}
