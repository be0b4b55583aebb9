import { isInDoubt, type SourceRecord } from "../../../model/account/account.ts";
import type { DirectoryConfig } from "../../../model/source-config/directory.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import { Unclear } from "../../records/findings.ts";
import type { Standing } from "../groups/member-graph.ts";
import { type ActivityRule, readYesNo } from "./activity.ts";
import { addressReader } from "./addresses.ts";
import { readValue } from "./values/encoding.ts";

/** A person as a member of a group. */
export type Person = { readonly standing: Standing; readonly address?: string };

/** Reads of an entry only what a member must have: the address of the personal account, and whether it is enabled. */
export type PersonReader = {
  readonly attributes: readonly string[];
  readonly read: (entry: LdapEntry) => Person;
};

const NOBODY: Person = { standing: "nobody" };
const UNCLEAR: Person = { standing: "unclear" };

/** A member is known by the address that the personal accounts of this source are known by. */
export function personReader(config: DirectoryConfig, rule: ActivityRule): PersonReader {
  const map = config.personal?.map ?? {};
  const addresses = addressReader(config, map);
  const { active } = map;
  const isActive = (entry: LdapEntry): boolean | undefined => {
    if (active === undefined) {
      const activity = rule.read(entry);
      if (activity === undefined) return true;
      return "value" in activity ? activity.value : undefined;
    }
    const text = readValue(entry, active);
    if (text instanceof Unclear) return undefined;
    const says = text === undefined ? true : readYesNo(text);
    return says instanceof Unclear ? undefined : says;
  };
  return {
    attributes: [...addresses.attributes, ...(active ? [active.attribute] : rule.attributes)],
    read: (entry) => {
      const { email, problems } = addresses.read(entry);
      return judge(email, !isInDoubt({ problems }, "email"), isActive(entry));
    },
  };
}

/** The same of an entry that became a record. */
export function personOf({ email, problems, active }: SourceRecord): Person {
  const isActive = active?.value ?? (isInDoubt({ problems }, "active") ? undefined : true);
  return judge(email?.value, !isInDoubt({ problems }, "email"), isActive);
}

function judge(email: string | undefined, known: boolean, active: boolean | undefined): Person {
  // The address distinguishes a disabled person from another one of the same `uid`.
  if (active === false) return email === undefined ? NOBODY : { standing: "nobody", address: email.trim() };
  if (!known || (email !== undefined && active === undefined)) return UNCLEAR;
  return email === undefined ? NOBODY : { standing: "person", address: email.trim() };
}
