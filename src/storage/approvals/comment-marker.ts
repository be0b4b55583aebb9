import { createHash, createHmac } from "node:crypto";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import { isSeal, type SealKeys } from "../plan/seal.ts";

/** The way a comment shows its plan. Hashes are 64 hexadecimal digits. */
export type ShownForm = {
  /** Since when, by GitHub's clock; undefined: since the comment was last updated. */
  readonly since: string | undefined;
  /** The hash of all that people see of the comment (`visibleHash`). */
  readonly body: string;
  /** The hash of the same without what differs from run to run: links and times. */
  readonly form: string;
  /** Logins of the actors of the runs that planned this pull request. */
  readonly by: readonly string[];
};

/** The marker of the plan in a comment or an issue: of which organisation and head commit, made in which run. */
export type Marker = {
  /** The fingerprint of the organisation: 32 hexadecimal digits. */
  readonly organization: string;
  readonly digest: string;
  readonly head: string;
  readonly run: number;
  /** Of the comment of a pull request. */
  readonly shown?: ShownForm;
};

/** Characters of a marker between its braces. */
export const LONGEST_MARKER = 20_000;

const LINE = new RegExp(`^<!-- zivsync (\\{[^<>]{1,${LONGEST_MARKER}}\\}) -->[ \\t]*(?:\\r?\\n|$)`);

/**
 * The first line of a comment, without a line break: an HTML comment that nobody sees. Its seal covers the number of the
 * pull request too, so a marker that is copied to another one, or typed by somebody without the key, counts as none.
 */
export function renderMarker(marker: Marker, pullRequest: number, keys: SealKeys): string {
  const seal = sealOf(marker, pullRequest, keys);
  return `<!-- zivsync ${JSON.stringify({ v: 2, ...written(marker), seal })} -->`;
}

/** The marker of a comment; undefined where there is none, or where it was not sealed with these keys for this pull request. */
export function readMarker(body: string, pullRequest: number, keys: SealKeys): Marker | undefined {
  const { marker, seal } = parsed(body) ?? {};
  if (marker === undefined || seal === undefined || marker.organization !== keys.organization)
    return undefined;
  return isSeal(seal, sealOf(marker, pullRequest, keys)) ? marker : undefined;
}

/** The organisation that the marker of a comment names. Anybody can write that: good for finding a comment, not for trust. */
export function markedOrganization(body: string): string | undefined {
  const organization = fieldsOf(body)?.organization;
  return matches(organization, /^[0-9a-f]{32}$/) ? organization : undefined;
}

/** The hash of the visible part of a comment. GitHub may change line ends and white space at the ends of lines: both are ignored. */
export function visibleHash(body: string): string {
  const visible = body
    .replace(LINE, "")
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t]+$/gm, "")
    .trim();
  return createHash("sha256").update(visible).digest("hex");
}

function sealOf(marker: Marker, pullRequest: number, keys: SealKeys): string {
  return markerSeal({ purpose: "comment marker", v: 2, ...written(marker), pullRequest }, keys);
}

/** The seal of what a marker says. */
export function markerSeal(sealed: object, keys: SealKeys): string {
  return `hmac-sha256:${createHmac("sha256", keys.seal).update(canonicalJson(sealed)).digest("hex")}`;
}

function written({ organization, digest, head, run, shown }: Marker) {
  if (shown === undefined) return { organization, digest, head, run };
  const { since, body, form, by } = shown;
  return { organization, digest, head, run, shown: { since: since ?? null, body, form, by } };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(body: string): Fields | undefined {
  const text = LINE.exec(body)?.[1];
  if (text === undefined) return undefined;
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined; // Somebody else's text that only begins like ours.
  }
}

function parsed(body: string): { readonly marker: Marker; readonly seal: string } | undefined {
  const { v, organization, digest, head, run, seal, shown } = fieldsOf(body) ?? {};
  const form = shown === undefined ? undefined : shownOf(shown);
  if (
    v !== 2 ||
    !matches(organization, /^[0-9a-f]{32}$/) ||
    !matches(digest, /^sha256:[0-9a-f]{64}$/) ||
    !matches(head, /^[0-9a-f]{40,64}$/) ||
    typeof run !== "number" ||
    !Number.isSafeInteger(run) ||
    !matches(seal, /^hmac-sha256:[0-9a-f]{64}$/) ||
    (shown !== undefined && form === undefined)
  )
    return undefined;
  const stamp = { organization, digest, head, run };
  return { marker: form === undefined ? stamp : { ...stamp, shown: form }, seal };
}

function shownOf(value: unknown): ShownForm | undefined {
  const { since, body, form, by } = objectOf(value) ?? {};
  if (!matches(body, HASH) || !matches(form, HASH) || !Array.isArray(by)) return undefined;
  if (!by.every((login) => matches(login, /^[\w.[\]-]{1,100}$/))) return undefined;
  if (since === null) return { since: undefined, body, form, by };
  return matches(since, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) ? { since, body, form, by } : undefined;
}

const HASH = /^[0-9a-f]{64}$/;

function objectOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function matches(value: unknown, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}

/** The marker of an apply's result, in a comment of its own below the plan. */
export type ResultMarker = {
  /** The fingerprint of the organisation: 32 hexadecimal digits. */
  readonly organization: string;
  /** The commit whose plan was last carried out in full by a run for this pull request. */
  readonly applied: string | undefined;
  /** The digest of the last plan with changes that was: what people said of it is used. */
  readonly used?: string | undefined;
};

const RESULT_LINE =
  /^<!-- zivsync-result \{"v":1,"organization":"([0-9a-f]{32})","applied":(?:null|"([0-9a-f]{40,64})")(?:,"used":"(sha256:[0-9a-f]{64})")?,"seal":"(hmac-sha256:[0-9a-f]{64})"\} -->[ \t]*(?:\r?\n|$)/;

/** The first line of the comment, without a line break; sealed for this pull request. */
export function renderResultMarker(marker: ResultMarker, pullRequest: number, keys: SealKeys): string {
  const seal = resultSealOf(marker, pullRequest, keys);
  return `<!-- zivsync-result ${JSON.stringify({ v: 1, ...writtenResult(marker), seal })} -->`;
}

/** The organisation that a comment says it is about, whoever wrote it. */
export function resultOrganization(body: string): string | undefined {
  return RESULT_LINE.exec(body)?.[1];
}

/** Undefined where the comment is not a result, or was not sealed with these keys for this pull request. */
export function readResultMarker(
  body: string,
  pullRequest: number,
  keys: SealKeys,
): ResultMarker | undefined {
  const [, organization, applied, used, seal = ""] = RESULT_LINE.exec(body) ?? [];
  if (organization === undefined || organization !== keys.organization) return undefined;
  const marker = { organization, applied, ...(used === undefined ? {} : { used }) };
  return isSeal(seal, resultSealOf(marker, pullRequest, keys)) ? marker : undefined;
}

function writtenResult({ organization, applied, used }: ResultMarker) {
  return { organization, applied: applied ?? null, ...(used === undefined ? {} : { used }) };
}

function resultSealOf(marker: ResultMarker, pullRequest: number, keys: SealKeys): string {
  return markerSeal({ purpose: "result marker", v: 1, ...writtenResult(marker), pullRequest }, keys);
}
