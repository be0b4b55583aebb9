import type { ApprovalPolicy, OrganizationPolicy, ProfilePolicy } from "../../model/plan/policy.ts";
import type { StandingPolicy } from "../../model/plan/standing.ts";
import type { Channel } from "../../model/run/channel.ts";
import type { SourceConfig } from "../../model/source-config/source-config.ts";
import type { SecretRef } from "../../model/values/secret.ts";

/** A profile as the program uses it. `file` is relative to the configuration folder. */
export type ProfileConfiguration = {
  readonly file: string;
  readonly description?: string;
  readonly policy: ProfilePolicy;
  readonly sources: readonly SourceConfig[];
};

/** The place of the state between runs: a file, or a branch of the Git repository that holds the configuration. */
export type StateConfig =
  | { readonly store: "file"; readonly path: string }
  /** `remote` left out: `origin` where there is one. Empty: none. */
  | { readonly store: "git"; readonly branch: string; readonly remote?: string };

/** All that the YAML files of one folder say, checked, with paths absolute and domains and addresses canonical. */
export type Configuration = {
  readonly directory: string;
  readonly target: {
    readonly url: string;
    readonly apiKey: SecretRef;
    /** `file:line:column` of the reference, for errors about the key itself. */
    readonly apiKeyWhere: string;
    readonly apiKeyEncoding: "as-copied" | "base64";
    /** How long Zivver's lists may take to show a write, in milliseconds. Absent: DEFAULT_SETTLE_MS. */
    readonly settleMs?: number;
  };
  readonly sealKey?: SecretRef;
  /** Absent: nothing is remembered. */
  readonly state?: StateConfig;
  readonly expiresMs: number;
  /** Absent: the prompt, or `--approve`, is enough. */
  readonly approval?: ApprovalPolicy;
  /** The standing approval. Absent: nothing is approved in advance. */
  readonly standing?: StandingPolicy;
  /** ISO 3166-1 alpha-2, upper case. Absent: phone numbers are taken as they are written. */
  readonly defaultPhoneRegion?: string;
  readonly policy: OrganizationPolicy;
  /** The channels that hear of runs; empty: nobody does. */
  readonly notify: readonly Channel[];
  /** How long a removal is held back before that is a notification of its own. */
  readonly alertAfterMs: number;
  /** Days after its suspension when Zivver deletes a personal account. Absent: nobody said. */
  readonly deletedAfterDays?: number;
  /** Sorted by name. */
  readonly profiles: readonly ProfileConfiguration[];
  /** `sha256:…` over what the files say; comments and layout do not count. */
  readonly digest: string;
};
