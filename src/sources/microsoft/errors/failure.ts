import type { ErrorCode, Problem } from "../../../model/values/errors.ts";

/** The prefix of an error's codes: `exchange-credentials`, `entra-credentials`. */
export type Family = "exchange" | "entra";

/** The failures on the way to a service, alike for all of them. */
type Trouble =
  | "answer"
  | "credentials"
  | "forbidden"
  | "throttled"
  | "timeout"
  | "tls"
  | "unavailable"
  | "unreachable";

export type Words = {
  readonly code: Trouble | "file-not-found" | "file-unreadable";
  readonly message: string;
  readonly remedy: string;
};

/** The source that has the problem: its place in the configuration, and the family of its codes. */
export type Owner = { readonly where: string; readonly family: Family };

/** Written out, so that whoever looks for a code finds it. */
const CODES: Readonly<Record<Family, Readonly<Record<Trouble, ErrorCode>>>> = {
  exchange: {
    answer: "exchange-answer",
    credentials: "exchange-credentials",
    forbidden: "exchange-forbidden",
    throttled: "exchange-throttled",
    timeout: "exchange-timeout",
    tls: "exchange-tls",
    unavailable: "exchange-unavailable",
    unreachable: "exchange-unreachable",
  },
  entra: {
    answer: "entra-answer",
    credentials: "entra-credentials",
    forbidden: "entra-forbidden",
    throttled: "entra-throttled",
    timeout: "entra-timeout",
    tls: "entra-tls",
    unavailable: "entra-unavailable",
    unreachable: "entra-unreachable",
  },
};

/** The words as a problem of a source, with a code of its family. */
export function problemOf({ code, message, remedy }: Words, { where, family }: Owner): Problem {
  const full = code === "file-not-found" || code === "file-unreadable" ? code : CODES[family][code];
  return { code: full, where, message, remedy };
}

/**
 * The extent of a failure: one `request`, of which nobody knows more than before; or the whole `reading`, because no other
 * request would fare better. `missing`: the service says that what was asked for is not there.
 */
export type FailureKind = "request" | "missing" | "reading";

/** The reason why a request brought no answer that can be used. Its texts hold no secret and no token. */
export class ServiceFailure extends Error {
  override readonly name = "ServiceFailure";
  readonly words: Words;
  readonly kind: FailureKind;
  /** The service's answer, where there was one. */
  readonly status: number | undefined;
  constructor(words: Words, kind: FailureKind, status?: number) {
    super(words.message);
    this.words = words;
    this.kind = kind;
    this.status = status;
  }
}
