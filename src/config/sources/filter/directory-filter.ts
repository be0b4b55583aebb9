import { PLAIN_TEXTS, type PlainText } from "../../../model/account/fields.ts";
import type { Kind } from "../../../model/account/kind.ts";
import type { DirectoryTable } from "../../../model/source-config/directory.ts";
import type { RecordFilter } from "../../../model/source-config/filter.ts";
import { parseAddress } from "../../../model/values/address.ts";
import type { Problem } from "../../../model/values/errors.ts";
import type { WrittenFilter } from "../../schema/types.ts";
import { quote } from "../../schema/wording.ts";
import type { Path, YamlDocument } from "../../yaml/yaml.ts";
import { holdsBytes } from "../directory/attribute-map.ts";
import { isAttribute, isDn, parseFilter } from "../directory/ldap-syntax.ts";
import { buildRecordFilter, type FilterRules } from "./record-filter.ts";

type Wording = Pick<Problem, "message" | "remedy">;

/** The two parts of a filter of a directory: what the server is asked, and what is judged of the entries that come. */
export type DirectoryFilter = { readonly filter?: string; readonly conditions: RecordFilter };

/** A filter that stands at `path`: texts, of which entries must match every one, and conditions. Pure. */
export function buildDirectoryFilter(
  written: WrittenFilter,
  { document, path }: { readonly document: YamlDocument; readonly path: Path },
  problems: Problem[],
): DirectoryFilter {
  const texts: string[] = [];
  const rules: FilterRules = {
    source: "a directory",
    own: ofAttribute,
    group: groupOfDirectory,
    text: (text, at) => {
      texts.push(buildText(text, document.at(at), problems));
    },
  };
  const conditions = buildRecordFilter(written, rules, { document, path }, problems);
  const [first, ...others] = texts;
  if (first === undefined) return { conditions };
  return { filter: others.length === 0 ? first : `(&${texts.join("")})`, conditions };
}

/** The filter as a table has it: without a part that says nothing. Pure. */
export function withoutEmpty({
  filter,
  conditions = [],
}: Partial<DirectoryFilter>): Pick<DirectoryTable, "filter" | "conditions"> {
  return {
    ...(filter === undefined ? {} : { filter }),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** The problem with the name of a group. */
export function groupOfDirectory(name: string): Wording | undefined {
  if (isDn(name) || parseAddress(name) !== undefined) return undefined;
  return {
    message: `${quote(name)} is neither a DN nor an e-mail address, and a group is named by one of the two.`,
    remedy:
      "Write it as the directory shows it, for example `CN=Zivver,OU=Groups,DC=corp,DC=example,DC=org`.",
  };
}

function ofAttribute(name: string): Wording | undefined {
  if (!isAttribute(name)) {
    return {
      message: `${quote(name)} is neither a field of records nor the name of an attribute: those hold letters, digits and hyphens only.`,
      remedy: "Write the name as the directory has it, for example `department`.",
    };
  }
  if (!holdsBytes(name)) return undefined;
  return {
    message: `The attribute ${quote(name)} holds bytes that are not text, so no value that is written here could fit.`,
    remedy: "Ask the directory itself, by a filter as in RFC 4515.",
  };
}

/** The fields that no attribute is read for unless the map names one. */
const UNMAPPED: Readonly<Record<Kind, readonly (PlainText | "delegates")[]>> = {
  personal: [...PLAIN_TEXTS, "delegates"],
  functional: PLAIN_TEXTS,
};

/** Problems with conditions on fields that the table has no attribute for, or that are account keys. Pure. */
export function checkConditions({ map, conditions = [] }: DirectoryTable, kind: Kind): readonly Problem[] {
  const { accountKey, ...others } = map;
  const isKey = (name: string) =>
    accountKey?.attribute.toLowerCase() === name.toLowerCase() &&
    !Object.values(others).some(({ attribute }) => attribute.toLowerCase() === name.toLowerCase());
  return conditions.flatMap((condition): Problem[] => {
    const { where } = condition;
    if ("own" in condition && isKey(condition.own)) {
      const message = `The account keys come from ${condition.own}, and a filter cannot look at these: its values would be secrets that everybody who sees this file can read.`;
      return [{ code: "config-shape", where, message, remedy: "Filter by another attribute." }];
    }
    const field = UNMAPPED[kind].find((one) => "field" in condition && condition.field === one);
    if (field === undefined || map[field] !== undefined) return [];
    const whose = field === "delegates" ? "personal accounts" : "records";
    const message = `\`${field}\` is a field of ${whose}, and no attribute is read for it, so it would be empty everywhere.`;
    return [{ code: "config-shape", where, message, remedy: `Add it to the map: \`map: { ${field}: … }\`.` }];
  });
}

/** The filter in one line; what is wrong with it is added to the problems. Pure. */
function buildText(text: string, where: string, problems: Problem[]): string {
  const parsed = parseFilter(text);
  if ("filter" in parsed) return parsed.filter;
  const { at, message, remedy } = parsed.fault;
  problems.push({
    code: "config-shape",
    where,
    message: `\`filter\` is not a filter as in RFC 4515: at character ${at}, ${message}.`,
    remedy,
  });
  return text;
}
