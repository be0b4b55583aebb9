import type { RecordField } from "../../../model/account/account.ts";
import type { MappedAttribute } from "../../../model/source-config/directory.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import { Unclear } from "../../records/findings.ts";
import { type ActivityRule, readYesNo } from "./activity.ts";
import type { Found } from "./record.ts";
import { readValue } from "./values/encoding.ts";

/* The values of single fields. */

/** The same as \p{Cc}, and faster. */
const CONTROL = /[\0-\x1f\x7f-\x9f]/;

/** The first choice that says one thing. A choice with several values is passed over, unless it is all there is. */
export function readName(entry: LdapEntry, choices: readonly (readonly string[])[]): Found<string> {
  let unclear: Found<string>;
  for (const attributes of choices) {
    const given: string[] = [];
    const from: string[] = [];
    let clear = true;
    for (const attribute of attributes) {
      const value = readValue(entry, { attribute, encoding: "text" });
      if (value instanceof Unclear) {
        clear = false;
        unclear ??= { attribute, message: value.message, field: "fullName" };
      } else if (value !== undefined) {
        given.push(value);
        from.push(attribute);
      }
    }
    const [value = "", ...more] = given;
    if (!clear || given.length === 0) continue;
    return more.length === 0
      ? { value, attribute: from[0] ?? "" }
      : { value: given.join(" "), attribute: from.join(", ") };
  }
  return unclear;
}

export function readMapped(entry: LdapEntry, field: RecordField, mapped: MappedAttribute): Found<string> {
  const { attribute } = mapped;
  const value = readValue(entry, mapped);
  if (value instanceof Unclear) return { attribute, message: value.message, field };
  return value === undefined ? undefined : { value, attribute };
}

/** Names are cleaned later; in what Zivver compares or keeps as it is, a control character is a mistake. */
export function readPlain(entry: LdapEntry, field: RecordField, mapped: MappedAttribute): Found<string> {
  const found = readMapped(entry, field, mapped);
  if (found === undefined || "message" in found || !CONTROL.test(found.value)) return found;
  return { attribute: mapped.attribute, message: "Its value holds control characters.", field };
}

/** The verdict of a rule on whether an account is enabled. */
export function foundActivity(activity: ReturnType<ActivityRule["read"]>): Found<boolean> {
  if (activity === undefined || "value" in activity) return activity;
  return { attribute: activity.attribute, message: activity.unclear.message, field: "active" };
}

export function readMappedActive(entry: LdapEntry, mapped: MappedAttribute): Found<boolean> {
  const { attribute } = mapped;
  const text = readMapped(entry, "active", mapped);
  if (text === undefined || "message" in text) return text;
  const value = readYesNo(text.value);
  return value instanceof Unclear
    ? { attribute, message: value.message, field: "active" }
    : { value, attribute };
}
