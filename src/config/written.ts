import type { Kind } from "../model/account.ts";
import type {
  Condition,
  DivisionRule,
  GuardLimit,
  GuardName,
  RateLimit,
  SyncPolicy,
} from "../model/policy.ts";
import type { SecretRef } from "../model/secret.ts";
import type { RecordField } from "../model/source-config.ts";

// What a user may write: the types of the three schemas. A value has one of them once its schema has passed it.

export type WrittenOrganization = {
  readonly target: {
    readonly url?: string;
    readonly apiKey: SecretRef;
    readonly apiKeyEncoding?: "as-copied" | "base64";
    readonly rateLimit?: RateLimit;
  };
  readonly loginMethod?: "sso" | "password";
  readonly claimedDomains: readonly string[];
  readonly protected?: readonly string[];
  readonly guards?: Readonly<Partial<Record<GuardName, GuardLimit>>>;
  readonly approval?: {
    readonly required?: number;
    readonly forRemovals?: number;
    readonly selfApproval?: boolean;
    readonly expires?: string;
  };
  readonly sealKey?: SecretRef;
};

export type ColumnMap = Readonly<Partial<Record<RecordField, string>>>;

export type WrittenTable = { readonly file?: string; readonly sheet?: string; readonly map?: ColumnMap };

export type WrittenSpreadsheet = {
  readonly name: string;
  readonly type: "spreadsheet";
  readonly file?: string;
  readonly personal?: WrittenTable | true;
  readonly functional?: WrittenTable | true;
  readonly map?: ColumnMap;
};

export type WrittenDeclared = {
  readonly name: string;
  readonly type: "declared";
  readonly files: string | readonly string[];
};

export type WrittenProfile = {
  readonly name: string;
  readonly description?: string;
  readonly manages: {
    readonly kinds: readonly Kind[];
    readonly include?: readonly Condition[];
    readonly exclude?: readonly Condition[];
  };
  readonly aliases?: {
    readonly excludeDomains?: string | readonly string[];
    readonly unclaimed?: "skip" | "error";
  };
  readonly division?: DivisionRule;
  readonly sources: readonly (WrittenSpreadsheet | WrittenDeclared)[];
  readonly sync?: Readonly<Partial<Record<Kind, Partial<SyncPolicy>>>>;
};

export type WrittenAccount = {
  readonly email: string;
  readonly fullName?: string;
  readonly aliases?: readonly string[];
  readonly delegates?: readonly string[];
  readonly active?: boolean;
  readonly division?: string;
  readonly id?: string;
  readonly phone?: string;
  readonly accountKey?: SecretRef;
};

export type WrittenAccounts = Readonly<Partial<Record<Kind, readonly WrittenAccount[]>>>;

export type Written = {
  readonly Organization: WrittenOrganization;
  readonly Profile: WrittenProfile;
  readonly Accounts: WrittenAccounts;
};
