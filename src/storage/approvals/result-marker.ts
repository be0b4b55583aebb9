import { isSeal, type SealKeys } from "../plan/seal.ts";
import { markerSeal } from "./comment-marker.ts";

/** The marker of an apply's result, in a comment of its own below the plan. */
export type ResultMarker = {
  /** The fingerprint of the organisation: 32 hexadecimal digits. */
  readonly organization: string;
  /** The commit whose plan was last carried out in full by a run for this pull request. */
  readonly applied: string | undefined;
};

const LINE =
  /^<!-- zivsync-result \{"v":1,"organization":"([0-9a-f]{32})","applied":(?:null|"([0-9a-f]{40,64})"),"seal":"(hmac-sha256:[0-9a-f]{64})"\} -->[ \t]*(?:\r?\n|$)/;

/** The first line of the comment, without a line break; sealed for this pull request. */
export function renderResultMarker(marker: ResultMarker, pullRequest: number, keys: SealKeys): string {
  const { organization, applied } = marker;
  const seal = sealOf(marker, pullRequest, keys);
  return `<!-- zivsync-result ${JSON.stringify({ v: 1, organization, applied: applied ?? null, seal })} -->`;
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
  const [, organization, applied, seal = ""] = LINE.exec(body) ?? [];
  if (organization === undefined || organization !== keys.organization) return undefined;
  const marker = { organization, applied };
  return isSeal(seal, sealOf(marker, pullRequest, keys)) ? marker : undefined;
}

function sealOf({ organization, applied }: ResultMarker, pullRequest: number, keys: SealKeys): string {
  return markerSeal(
    { purpose: "result marker", v: 1, organization, applied: applied ?? null, pullRequest },
    keys,
  );
}
