import { createHmac, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import type { SealKeys } from "../plan/seal.ts";

/** The marker of an apply's result, in a comment of its own below the plan. */
export type ResultMarker = {
  /** The fingerprint of the organisation: 32 hexadecimal digits. */
  readonly organization: string;
  /** The commit whose plan was last carried out in full by a run for this pull request. */
  readonly applied: string | undefined;
  /** The digest of the last plan with changes that was: what people said of it is used. */
  readonly used?: string | undefined;
};

const LINE =
  /^<!-- zivsync-result \{"v":1,"organization":"([0-9a-f]{32})","applied":(?:null|"([0-9a-f]{40,64})")(?:,"used":"(sha256:[0-9a-f]{64})")?,"seal":"(hmac-sha256:[0-9a-f]{64})"\} -->[ \t]*(?:\r?\n|$)/;

/** The first line of the comment, without a line break; sealed for this pull request. */
export function renderResultMarker(marker: ResultMarker, pullRequest: number, keys: SealKeys): string {
  const seal = sealOf(marker, pullRequest, keys);
  return `<!-- zivsync-result ${JSON.stringify({ v: 1, ...written(marker), seal })} -->`;
}

/** The organisation that a comment says it is about, whoever wrote it. */
export function resultOrganization(body: string): string | undefined {
  return LINE.exec(body)?.[1];
}

/** Undefined where the comment is not a result, or was not sealed with these keys for this pull request. */
export function readResultMarker(
  body: string,
  pullRequest: number,
  keys: SealKeys,
): ResultMarker | undefined {
  const [, organization, applied, used, seal = ""] = LINE.exec(body) ?? [];
  if (organization === undefined || organization !== keys.organization) return undefined;
  const marker = { organization, applied, ...(used === undefined ? {} : { used }) };
  const expected = Buffer.from(sealOf(marker, pullRequest, keys));
  const found = Buffer.from(seal);
  return expected.length === found.length && timingSafeEqual(expected, found) ? marker : undefined;
}

function written({ organization, applied, used }: ResultMarker) {
  return { organization, applied: applied ?? null, ...(used === undefined ? {} : { used }) };
}

function sealOf(marker: ResultMarker, pullRequest: number, keys: SealKeys): string {
  const sealed = { purpose: "result marker", v: 1, ...written(marker), pullRequest };
  return `hmac-sha256:${createHmac("sha256", keys.seal).update(canonicalJson(sealed)).digest("hex")}`;
}
