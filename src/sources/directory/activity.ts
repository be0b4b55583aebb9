import type { LdapEntry } from "../ldap/ldap.ts";
import { Unclear } from "./encoding.ts";

/** Whether an account may be used, and which attribute says so. */
export type Activity = { readonly value: boolean; readonly attribute: string };

/** Tells of an entry whether it is enabled; undefined where the directory has no word for it. */
export type ActivityRule = {
  readonly attributes: readonly string[];
  readonly read: (entry: LdapEntry) => Activity | UnclearActivity;
};
export type UnclearActivity = { readonly attribute: string; readonly unclear: Unclear };

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

/** Active Directory: not disabled, and not expired at `now` (milliseconds since 1970). */
export function activeDirectoryRule(now: number): ActivityRule {
  const instant = BigInt(Math.trunc(now)) * 10_000n + EPOCH;
  return {
    attributes: [USER_ACCOUNT_CONTROL, ACCOUNT_EXPIRES],
    read: (entry) => {
      const control = entry.texts(USER_ACCOUNT_CONTROL)[0];
      if (control === undefined || !/^-?\d+$/.test(control)) {
        const unclear = new Unclear(
          "It is not there, or may not be read, so nobody can tell whether the account is enabled.",
        );
        return { attribute: USER_ACCOUNT_CONTROL, unclear };
      }
      if ((Number(control) & DISABLED) !== 0) return SWITCHED_OFF;
      const expires = entry.texts(ACCOUNT_EXPIRES)[0];
      if (expires === undefined || NEVER.has(expires)) return ENABLED;
      if (!/^-?\d+$/.test(expires)) {
        return { attribute: ACCOUNT_EXPIRES, unclear: new Unclear("It holds no point in time.") };
      }
      return BigInt(expires) <= instant ? EXPIRED : ENABLED;
    },
  };
}

/** Other directories: `nsAccountLock` (389, FreeIPA), or locked for good by the password policy (OpenLDAP). */
export const LDAP_RULE: ActivityRule = {
  attributes: ["nsAccountLock", "pwdAccountLockedTime"],
  read: (entry) => {
    const locked = entry.texts("nsAccountLock")[0];
    if (locked?.toLowerCase() === "true") return { value: false, attribute: "nsAccountLock" };
    const since = entry.texts("pwdAccountLockedTime")[0];
    if (since === LOCKED_FOR_GOOD) return { value: false, attribute: "pwdAccountLockedTime" };
    return { value: true, attribute: "nsAccountLock, pwdAccountLockedTime" };
  },
};

const YES = new Set(["true", "yes", "1"]);
const NO = new Set(["false", "no", "0"]);

/** What a mapped attribute says of being active. */
export function readYesNo(text: string): boolean | Unclear {
  const word = text.trim().toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : new Unclear("It says neither yes nor no.");
}
