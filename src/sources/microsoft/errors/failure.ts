import type { ErrorCode } from "../../../model/values/errors.ts";

export type Words = { readonly code: ErrorCode; readonly message: string; readonly remedy: string };

/**
 * What a failure ends: one `request`, of which nobody knows more than before; or the whole `reading`, because no other
 * request would fare better. `missing`: the service says that what was asked for is not there.
 */
export type FailureKind = "request" | "missing" | "reading";

/** Why a request brought no answer that can be used. Its texts hold no secret and no token. */
export class ExchangeFailure extends Error {
  override readonly name = "ExchangeFailure";
  readonly words: Words;
  readonly kind: FailureKind;
  constructor(words: Words, kind: FailureKind) {
    super(words.message);
    this.words = words;
    this.kind = kind;
  }
}
