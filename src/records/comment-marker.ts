import { createHmac, timingSafeEqual } from "node:crypto";
import { canonicalJson } from "../model/canonical-json.ts";
import type { SealKeys } from "./seal.ts";

/** What the comment of a pull request says about the plan in it: of which organisation and head commit, made in which run. */
export type Marker = {
  /** The fingerprint of the organisation: 32 hexadecimal digits. */
  readonly organization: string;
  readonly digest: string;
  readonly head: string;
  readonly run: number;
};

const LINE = /^<!-- zivsync (\{[^<>]{1,600}\}) -->[ \t]*(?:\r?\n|$)/;

/**
 * The first line of a comment, without a line break: an HTML comment that nobody sees. Its seal covers the number of the
 * pull request too, so a marker that is copied to another one, or typed by somebody without the key, counts as none.
 */
export function renderMarker(marker: Marker, pullRequest: number, keys: SealKeys): string {
  const { organization, digest, head, run } = marker;
  const seal = sealOf(marker, pullRequest, keys);
  return `<!-- zivsync ${JSON.stringify({ v: 1, organization, digest, head, run, seal })} -->`;
}

/** The marker of a comment; undefined where there is none, or where it was not sealed with these keys for this pull request. */
export function readMarker(body: string, pullRequest: number, keys: SealKeys): Marker | undefined {
  const written = parsed(body);
  if (written === undefined || written.marker.organization !== keys.organization) return undefined;
  const expected = Buffer.from(sealOf(written.marker, pullRequest, keys));
  const found = Buffer.from(written.seal);
  return expected.length === found.length && timingSafeEqual(expected, found) ? written.marker : undefined;
}

/** The organisation that the marker of a comment names. Anybody can write that: good for finding a comment, not for trust. */
export function markedOrganization(body: string): string | undefined {
  return parsed(body)?.marker.organization;
}

function sealOf({ organization, digest, head, run }: Marker, pullRequest: number, keys: SealKeys): string {
  const sealed = { purpose: "comment marker", v: 1, organization, digest, head, run, pullRequest };
  return `hmac-sha256:${createHmac("sha256", keys.seal).update(canonicalJson(sealed)).digest("hex")}`;
}

function parsed(body: string): { readonly marker: Marker; readonly seal: string } | undefined {
  const text = LINE.exec(body)?.[1];
  if (text === undefined) return undefined;
  try {
    const { v, organization, digest, head, run, seal } = JSON.parse(text);
    const isWhole =
      v === 1 &&
      matches(organization, /^[0-9a-f]{32}$/) &&
      matches(digest, /^sha256:[0-9a-f]{64}$/) &&
      matches(head, /^[0-9a-f]{40,64}$/) &&
      Number.isSafeInteger(run) &&
      matches(seal, /^hmac-sha256:[0-9a-f]{64}$/);
    return isWhole ? { marker: { organization, digest, head, run }, seal } : undefined;
  } catch {
    return undefined; // Somebody else's text that only begins like ours.
  }
}

function matches(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && form.test(value);
}
