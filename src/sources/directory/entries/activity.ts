import type { LdapEntry } from "../../ldap/protocol/types.ts";
import { Unclear } from "../../records/findings.ts";

/** Whether an account may be used, and which attribute says so. */
export type Activity = { readonly value: boolean; readonly attribute: string };
export type UnclearActivity = { readonly attribute: string; readonly unclear: Unclear };

/** Reads of an entry whether its account is enabled. */
export type ActivityRule = {
  readonly attributes: readonly string[];
  /** Without any of these the directory does not say who is enabled. */
  readonly decisive: readonly string[];
  /** Undefined where only an absent attribute would say it: an attribute that may not be read is absent, too. */
  readonly read: (entry: LdapEntry) => Activity | UnclearActivity | undefined;
  /** The activity by such entries, once it is known which attributes the directory shows at all; undefined: unknown. */
  readonly ofSilent: (isShown: (attribute: string) => boolean) => Activity | UnclearActivity | undefined;
};

/** ADS_UF_ACCOUNTDISABLE. */
const DISABLED = 2;
/** Both mean that an account does not expire. */
const NEVER = new Set(["0", "9223372036854775807"]);
/** 1970 in FILETIME: units of 100 ns since 1601. */
const EPOCH = 116_444_736_000_000_000n;
/** Locked by an administrator and not by wrong passwords (draft-behera-ldap-password-policy). */
const LOCKED_FOR_GOOD = "000001010000Z";

const USER_ACCOUNT_CONTROL = "userAccountControl";
const ACCOUNT_EXPIRES = "accountExpires";
const ENABLED: Activity = { value: true, attribute: USER_ACCOUNT_CONTROL };
const SWITCHED_OFF: Activity = { value: false, attribute: USER_ACCOUNT_CONTROL };
const EXPIRED: Activity = { value: false, attribute: ACCOUNT_EXPIRES };

/**
 * Active Directory: not disabled, and not expired at `now` (milliseconds since 1970). A domain controller writes
 * `accountExpires` for every user, also for one who never expires; a global catalogue does not hold it (MS-ADA1, 2.3).
 */
export function activeDirectoryRule(now: number): ActivityRule {
  const instant = BigInt(Math.trunc(now)) * 10_000n + EPOCH;
  return {
    attributes: [USER_ACCOUNT_CONTROL, ACCOUNT_EXPIRES],
    decisive: [USER_ACCOUNT_CONTROL],
    read: (entry) => {
      const [control, ...more] = entry.texts(USER_ACCOUNT_CONTROL);
      if (more.length > 0) return { attribute: USER_ACCOUNT_CONTROL, unclear: SEVERAL };
      if (control === undefined || !/^-?\d+$/.test(control)) {
        const unclear = new Unclear(
          "It is not there, or may not be read, so it is not known whether the account is enabled.",
        );
        return { attribute: USER_ACCOUNT_CONTROL, unclear };
      }
      if ((Number(control) & DISABLED) !== 0) return SWITCHED_OFF;
      const [expires, ...others] = entry.texts(ACCOUNT_EXPIRES);
      if (others.length > 0) return { attribute: ACCOUNT_EXPIRES, unclear: SEVERAL };
      if (expires === undefined) return undefined;
      if (NEVER.has(expires)) return ENABLED;
      if (!/^-?\d+$/.test(expires)) {
        return { attribute: ACCOUNT_EXPIRES, unclear: new Unclear("It holds no point in time.") };
      }
      return BigInt(expires) <= instant ? EXPIRED : ENABLED;
    },
    ofSilent: (isShown) => (isShown(ACCOUNT_EXPIRES) ? UNKNOWN_EXPIRY : undefined),
  };
}

/** Active Directory keeps one value; what joins directories can give one of each. */
const SEVERAL = new Unclear("It has several values, and nothing says which one is meant.");

const UNKNOWN_EXPIRY: UnclearActivity = {
  attribute: ACCOUNT_EXPIRES,
  unclear: new Unclear(
    "It is not there, or may not be read, so it is not known whether the account has expired.",
  ),
};

const LOCKS = ["nsAccountLock", "pwdAccountLockedTime"];
const NOT_LOCKED: Activity = { value: true, attribute: LOCKS.join(", ") };

/** Other directories: `nsAccountLock` (389, FreeIPA), or locked for good by the password policy (OpenLDAP). */
export const LDAP_RULE: ActivityRule = {
  attributes: LOCKS,
  decisive: LOCKS,
  read: (entry) => {
    const locked = entry.texts("nsAccountLock")[0];
    if (locked?.toLowerCase() === "true") return { value: false, attribute: "nsAccountLock" };
    const since = entry.texts("pwdAccountLockedTime")[0];
    if (since === LOCKED_FOR_GOOD) return { value: false, attribute: "pwdAccountLockedTime" };
    return locked === undefined && since === undefined ? undefined : NOT_LOCKED;
  },
  ofSilent: (isShown) => (LOCKS.some(isShown) ? NOT_LOCKED : undefined),
};

const YES = new Set(["true", "yes", "1"]);
const NO = new Set(["false", "no", "0"]);

/** The activity by a mapped attribute. */
export function readYesNo(text: string): boolean | Unclear {
  const word = text.trim().toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : new Unclear("It says neither yes nor no.");
}
