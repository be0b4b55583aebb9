import type { RecordField } from "../../model/account/account.ts";
import type { TextField } from "../../model/account/fields.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { GuardLimit, GuardName } from "../../model/plan/default-guards.ts";
import type { Condition, DivisionRule, RateLimit, SyncPolicy } from "../../model/plan/policy.ts";
import type { StandingType } from "../../model/plan/standing.ts";
import type { MailTls } from "../../model/run/channel.ts";
import type { RunEvent } from "../../model/run/memory.ts";
import type { AttributeEncoding, SearchScope } from "../../model/source-config/directory.ts";
import type { UserType } from "../../model/source-config/entra.ts";
import type { MailboxType } from "../../model/source-config/exchange.ts";
import type { SecretRef } from "../../model/values/secret.ts";

// The types of what users write, by the three schemas. A value has one of them once its schema has passed it.

export type WrittenOrganization = {
  readonly target: {
    readonly url?: string;
    readonly apiKey: SecretRef;
    readonly apiKeyEncoding?: "as-copied" | "base64";
    readonly rateLimit?: RateLimit;
    readonly settle?: string;
  };
  readonly loginMethod?: "sso" | "password";
  readonly defaultPhoneRegion?: string;
  readonly claimedDomains: readonly string[];
  readonly protected?: readonly string[] | "none";
  readonly guards?: Readonly<Partial<Record<GuardName, GuardLimit>>>;
  readonly approval?: {
    readonly required?: number;
    readonly forRemovals?: number;
    readonly selfApproval?: boolean;
    readonly expires?: string;
    readonly standing?: WrittenStanding;
    readonly github?: { readonly environment: string };
  };
  readonly state?: WrittenState;
  readonly accountKeys?: { readonly unknown?: "keep" | "send" };
  readonly sealKey?: SecretRef;
  readonly notify?: readonly WrittenChannel[];
  readonly heldBack?: { readonly alertAfter?: string };
  readonly suspendedAccounts?: { readonly deletedAfter: string };
};

export type WrittenStanding = { readonly window: string; readonly profiles?: readonly string[] } & {
  readonly [T in StandingType]?: number;
};

type WrittenSubscribed = { readonly on?: readonly RunEvent[]; readonly details?: "counts" | "names" };

export type WrittenMail = WrittenSubscribed & {
  readonly type: "mail";
  readonly smtp: {
    readonly host: string;
    readonly port?: number;
    readonly tls?: MailTls;
    readonly user?: string;
    readonly password?: SecretRef;
    readonly caFile?: string;
  };
  readonly from: string;
  readonly to: readonly string[];
};

export type WrittenChannel =
  | WrittenMail
  | (WrittenSubscribed & { readonly type: "teams" | "slack"; readonly url: SecretRef })
  | (WrittenSubscribed & {
      readonly type: "webhook";
      readonly url: SecretRef;
      readonly secret?: SecretRef;
      readonly caFile?: string;
    })
  | { readonly type: "heartbeat"; readonly url: SecretRef; readonly caFile?: string };

export type WrittenState =
  | { readonly store: "git"; readonly branch?: string; readonly remote?: string }
  | { readonly store: "file"; readonly path: string };

export type ColumnMap = Readonly<Partial<Record<RecordField, string>>>;

/** One condition on records, as written: `field` with `values`, or `memberOf`. */
export type WrittenCondition = {
  readonly field?: string;
  readonly values?: string | readonly string[];
  readonly memberOf?: string | readonly string[];
  readonly exclude?: boolean;
};

/** Text is a filter as in RFC 4515, for directories only. */
export type WrittenFilter = string | readonly (string | WrittenCondition)[];

export type WrittenTable = {
  readonly file?: string;
  readonly sheet?: string;
  readonly headerRow?: number;
  readonly map?: ColumnMap;
  readonly filter?: WrittenFilter;
};

export type WrittenSpreadsheet = {
  readonly name: string;
  readonly type: "spreadsheet";
  readonly file?: string;
  readonly personal?: WrittenTable | true;
  readonly functional?: WrittenTable | true;
  readonly headerRow?: number;
  readonly map?: ColumnMap;
  readonly filter?: WrittenFilter;
};

/** Of `file` and `program` there is one. */
export type WrittenRecords = {
  readonly name: string;
  readonly type: "records";
  readonly file?: string;
  readonly program?: readonly string[];
  readonly timeout?: string;
  readonly secrets?: Readonly<Record<string, SecretRef>>;
  readonly filter?: WrittenFilter;
  readonly personal?: { readonly filter?: WrittenFilter };
  readonly functional?: { readonly filter?: WrittenFilter };
};

export type WrittenDeclared = {
  readonly name: string;
  readonly type: "declared";
  readonly files: string | readonly string[];
  readonly filter?: WrittenFilter;
  readonly personal?: { readonly filter?: WrittenFilter };
  readonly functional?: { readonly filter?: WrittenFilter };
};

/** An attribute by its name, or with how its bytes become text. */
export type WrittenAttribute = string | { readonly attribute: string; readonly encoding?: AttributeEncoding };

export type WrittenAttributeMap = Readonly<Partial<Record<RecordField, WrittenAttribute>>>;

export type WrittenBind = {
  readonly user?: string;
  readonly password?: SecretRef;
  readonly certificate?: string;
  readonly key?: SecretRef;
  readonly passphrase?: SecretRef;
};

/** The settings of a whole directory, and of one kind of account in it. */
export type WrittenSearch = {
  readonly baseDns?: string | readonly string[];
  readonly scope?: SearchScope;
  readonly filter?: WrittenFilter;
  readonly memberOf?: string | readonly string[];
  readonly map?: WrittenAttributeMap;
};

export type WrittenDisabledUsers = { readonly filter?: WrittenFilter; readonly map?: WrittenAttributeMap };

/** The way a directory is reached. */
export type WrittenConnection = {
  readonly urls: string | readonly string[];
  readonly startTls?: boolean;
  readonly bind?: WrittenBind;
  readonly caFile?: string;
  readonly pageSize?: number;
  readonly timeouts?: { readonly connect?: string; readonly answer?: string };
};

/** The settings of the accounts of a directory, for both kinds and for each. */
export type WrittenTables = WrittenSearch & Readonly<Partial<Record<Kind, WrittenSearch | boolean>>>;

export type WrittenDirectory = WrittenConnection &
  WrittenTables & {
    readonly name: string;
    readonly type: "active-directory" | "ldap";
    readonly primary?: "mail" | "proxyAddresses";
    readonly functional?:
      | (WrittenSearch & { readonly disabledUsers?: WrittenDisabledUsers | boolean })
      | boolean;
  };

export type WrittenExchangeOnPremises = WrittenConnection &
  WrittenTables & {
    readonly name: string;
    readonly type: "exchange-on-premises";
    readonly mailboxTypes?: Readonly<Partial<Record<Kind, readonly MailboxType[]>>>;
    readonly fullAccess?: "descriptor" | "automapping";
  };
/** One way of proving which application zivsync is; `true` stands for the usual audience or the machine's own identity. */
export type WrittenEntraAuth = {
  readonly clientId?: string;
  readonly certificate?: string;
  readonly passphrase?: SecretRef;
  readonly secret?: SecretRef;
  readonly github?: true | string;
  readonly tokenFile?: string;
  readonly managedIdentity?: true | string;
};

export type WrittenExchangeOnline = {
  readonly name: string;
  readonly type: "exchange-online";
  readonly tenant: string;
  readonly auth: WrittenEntraAuth;
  readonly baseUrl?: string;
  readonly apiPath?: string;
  readonly authority?: string;
  readonly caFile?: string;
  readonly mailboxTypes?: Readonly<Partial<Record<Kind, readonly string[]>>>;
  readonly concurrency?: number;
  readonly timeout?: string;
  readonly map?: ColumnMap;
  readonly filter?: WrittenFilter;
};

/** A property by its name, or with how its value is written as an account key. */
export type WrittenProperty = string | { readonly attribute: string; readonly encoding?: "base64" | "guid" };

/** Of one kind, a filter of its own; `false`: the kind is not read here. */
type WrittenEntraKind = { readonly filter?: WrittenFilter } | boolean;

export type WrittenEntraId = {
  readonly name: string;
  readonly type: "entra-id";
  readonly tenant: string;
  readonly auth: WrittenEntraAuth;
  readonly cloud?: Cloud;
  readonly baseUrl?: string;
  readonly authority?: string;
  readonly caFile?: string;
  readonly memberOf?: string | readonly string[];
  readonly assignedTo?: { readonly appId: string };
  readonly userType?: UserType | readonly UserType[];
  readonly licensed?: "exchange";
  readonly concurrency?: number;
  readonly timeout?: string;
  readonly map?: Readonly<Partial<Record<RecordField, WrittenProperty>>>;
  readonly filter?: WrittenFilter;
  readonly personal?: WrittenEntraKind;
  readonly functional?: WrittenEntraKind;
};

export type Cloud = "global" | "us-gov" | "us-dod" | "china";

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
    readonly former?: "keep" | "drop";
  };
  readonly division?: DivisionRule;
  readonly sources: readonly (
    | WrittenSpreadsheet
    | WrittenDeclared
    | WrittenDirectory
    | WrittenExchangeOnPremises
    | WrittenExchangeOnline
    | WrittenRecords
    | WrittenEntraId
  )[];
  readonly sync?: Readonly<Partial<Record<Kind, Partial<SyncPolicy>>>>;
};

export type WrittenAccount = { readonly [F in TextField]?: string } & {
  readonly email: string;
  readonly aliases?: readonly string[];
  readonly delegates?: readonly string[];
  readonly active?: boolean;
  readonly id?: string;
  readonly accountKey?: SecretRef;
};

export type WrittenAccounts = Readonly<Partial<Record<Kind, readonly WrittenAccount[]>>>;

export type Written = {
  readonly Organization: WrittenOrganization;
  readonly Profile: WrittenProfile;
  readonly Accounts: WrittenAccounts;
};
