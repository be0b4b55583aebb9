import type { Problem } from "../errors.ts";
import {
  type AttributeEncoding,
  type AttributeMap,
  type DirectoryTable,
  type MappedAttribute,
  RECORD_FIELDS,
  type RecordField,
} from "../model/source-config.ts";
import { isDn, parseFilter } from "./ldap-syntax.ts";
import { quote } from "./shape-words.ts";
import type { WrittenAttribute, WrittenAttributeMap, WrittenSearch } from "./written.ts";
import type { Path, YamlDocument } from "./yaml.ts";

/** What one place of the configuration says about a search, checked. What it does not say is absent. */
export type Search = Partial<DirectoryTable>;

/** The part of a search that stands at `path`. Pure. */
export function buildSearch(
  written: WrittenSearch,
  document: YamlDocument,
  path: Path,
  problems: Problem[],
): Search {
  const { baseDns, scope, filter, memberOf, map } = written;
  const dns = (name: "baseDns" | "memberOf", given: string | readonly string[]) =>
    buildDns(given, document, [...path, name], problems);
  return {
    ...(baseDns === undefined ? {} : { baseDns: dns("baseDns", baseDns) }),
    ...(scope === undefined ? {} : { scope }),
    ...(filter === undefined
      ? {}
      : { filter: buildFilter(filter, document.at([...path, "filter"]), problems) }),
    ...(memberOf === undefined ? {} : { memberOf: dns("memberOf", memberOf) }),
    ...(map === undefined ? {} : { map: buildAttributeMap(map, document, [...path, "map"], problems) }),
  };
}

/** The search of one kind: what is said for it replaces what is said for the source; maps are put together. Pure. */
export function mergeSearch(ofSource: Search, ofKind: Search): DirectoryTable {
  return {
    baseDns: [],
    scope: "subtree",
    memberOf: [],
    ...ofSource,
    ...ofKind,
    map: { ...ofSource.map, ...ofKind.map },
  };
}

/** The filter in one line; what is wrong with it is added to the problems. Pure. */
export function buildFilter(text: string, where: string, problems: Problem[]): string {
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

function buildDns(
  given: string | readonly string[],
  document: YamlDocument,
  path: Path,
  problems: Problem[],
): readonly string[] {
  const texts = typeof given === "string" ? [given] : given;
  return texts.map((text, index) => {
    const dn = text.trim();
    if (!isDn(dn)) {
      problems.push({
        code: "config-shape",
        where: document.at(typeof given === "string" ? path : [...path, index]),
        message: `${quote(dn)} is no DN: it is not made of parts such as \`OU=Care\`, with commas between them.`,
        remedy: "Write it as the directory shows it, for example `OU=Care,DC=corp,DC=example,DC=org`.",
      });
    }
    return dn;
  });
}

// As text these would be rubbish; only the first has one usual form.
const BYTES: ReadonlyMap<string, AttributeEncoding | undefined> = new Map([
  ["objectguid", "guid"],
  ["objectsid", undefined],
  ["ms-ds-consistencyguid", undefined],
  ["msexchmailboxguid", undefined],
]);

/** The map with an encoding for each attribute: `guid` for objectGUID, else `text`. Pure. */
export function buildAttributeMap(
  written: WrittenAttributeMap,
  document: YamlDocument,
  path: Path,
  problems: Problem[],
): AttributeMap {
  const map: Partial<Record<RecordField, MappedAttribute>> = {};
  for (const field of RECORD_FIELDS) {
    const given = written[field];
    if (given === undefined) continue;
    map[field] = withEncoding(given, document.at([...path, field]), problems);
  }
  return map;
}

function withEncoding(written: WrittenAttribute, where: string, problems: Problem[]): MappedAttribute {
  const attribute = typeof written === "string" ? written : written.attribute;
  const name = attribute.split(";")[0]?.toLowerCase() ?? "";
  const encoding = (typeof written === "string" ? undefined : written.encoding) ?? BYTES.get(name) ?? "text";
  if (encoding === "text" && BYTES.has(name)) {
    problems.push({
      code: "config-shape",
      where,
      message: `The attribute ${quote(attribute)} holds bytes that are no text, and nothing says how they become text.`,
      remedy: `Write \`{ attribute: ${attribute}, encoding: base64 }\`, or \`guid\` or \`hex\`.`,
    });
  }
  return { attribute, encoding };
}
