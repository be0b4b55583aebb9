import type { RecordField, RecordProblem } from "../../../model/account/account.ts";
import type { MappedAttribute } from "../../../model/source-config/directory.ts";
import type { LdapEntry } from "../../ldap/protocol/types.ts";
import { type ActivityRule, readYesNo } from "./activity.ts";
import type { From } from "./entry-fields.ts";
import { readValue, Unclear } from "./values/encoding.ts";

/*
 * The values of single fields. What cannot be read becomes a problem that names its field: that field alone is held.
 */

/** The same as \p{Cc}, and faster. */
const CONTROL = /[\0-\x1f\x7f-\x9f]/;

/** The first choice that says one thing. A choice with several values is passed over, unless it is all there is. */
export function readName(
  entry: LdapEntry,
  choices: readonly (readonly string[])[],
  problems: RecordProblem[],
): From<string> | undefined {
  let unclear: RecordProblem | undefined;
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
    const [only = ""] = from;
    if (clear && given.length === 1) return { value: given[0] ?? "", attribute: only };
    if (clear && given.length > 1) return { value: given.join(" "), attribute: from.join(", ") };
  }
  if (unclear) problems.push(unclear);
  return undefined;
}

export function readMapped(
  entry: LdapEntry,
  field: RecordField,
  mapped: MappedAttribute,
  problems: RecordProblem[],
): From<string> | undefined {
  const value = readValue(entry, mapped);
  if (!(value instanceof Unclear)) {
    return value === undefined ? undefined : { value, attribute: mapped.attribute };
  }
  problems.push({ attribute: mapped.attribute, message: value.message, field });
  return undefined;
}

/** Names are cleaned later; in what Zivver compares or keeps as it is, a control character is a mistake. */
export function readPlain(
  entry: LdapEntry,
  field: RecordField,
  mapped: MappedAttribute | undefined,
  problems: RecordProblem[],
): string | undefined {
  if (mapped === undefined) return undefined;
  const value = readValue(entry, mapped);
  if (value instanceof Unclear) {
    problems.push({ attribute: mapped.attribute, message: value.message, field });
    return undefined;
  }
  if (value === undefined || !CONTROL.test(value)) return value;
  problems.push({ attribute: mapped.attribute, message: "Its value holds control characters.", field });
  return undefined;
}

export function readActive(
  entry: LdapEntry,
  rule: ActivityRule | undefined,
  problems: RecordProblem[],
): From<boolean> | undefined {
  if (rule === undefined) return undefined;
  const activity = rule.read(entry);
  if (activity === undefined || "value" in activity) return activity;
  problems.push({ attribute: activity.attribute, message: activity.unclear.message, field: "active" });
  return undefined;
}

export function readMappedActive(
  entry: LdapEntry,
  mapped: MappedAttribute,
  problems: RecordProblem[],
): From<boolean> | undefined {
  const text = readMapped(entry, "active", mapped, problems);
  if (text === undefined) return undefined;
  const value = readYesNo(text.value);
  if (!(value instanceof Unclear)) return { value, attribute: mapped.attribute };
  problems.push({ attribute: mapped.attribute, message: value.message, field: "active" });
  return undefined;
}
