import { RECORD_FIELDS, type RecordField } from "../../model/account/account.ts";
import type { Kind } from "../../model/account/kind.ts";
import type { EntraIdConfig, MappedProperty } from "../../model/source-config/entra.ts";
import { parseAddress } from "../../model/values/address.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { Cloud, WrittenEntraId } from "../schema/types.ts";
import { quote } from "../schema/wording.ts";
import type { DirectoryPlace } from "./directory/connection.ts";
import { kindsToRead } from "./directory/source.ts";
import { buildLogon } from "./entra-auth.ts";
import { buildKindFilters, type FilterRules } from "./filter/record-filter.ts";

/** Where Graph and Entra ID answer (learn.microsoft.com, "National cloud deployments"); a token of one cloud is worthless in another. */
const CLOUDS: Readonly<Record<Cloud, { readonly baseUrl: string; readonly authority: string }>> = {
  global: { baseUrl: "https://graph.microsoft.com", authority: "https://login.microsoftonline.com" },
  "us-gov": { baseUrl: "https://graph.microsoft.us", authority: "https://login.microsoftonline.us" },
  "us-dod": { baseUrl: "https://dod-graph.microsoft.us", authority: "https://login.microsoftonline.us" },
  china: {
    baseUrl: "https://microsoftgraph.chinacloudapi.cn",
    authority: "https://login.chinacloudapi.cn",
  },
};
const CONCURRENCY = 4;

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PROPERTY = /^(?:manager\.)?[A-Za-z][A-Za-z0-9_]*$/;
/** Graph gives these for one user at a time only, and a list that asks for them is refused (user: list, "Not all properties"). */
const OF_ONE_USER = new Set(
  [
    "aboutMe",
    "birthday",
    "deviceEnrollmentLimit",
    "hireDate",
    "interests",
    "mailboxSettings",
    "mySite",
    "pastProjects",
    "preferredName",
    "print",
    "responsibilities",
    "schools",
    "skills",
  ].map((name) => name.toLowerCase()),
);

type Wording = Pick<Problem, "message" | "remedy">;

const RULES: FilterRules = { source: "Entra ID", own: wrongProperty, group: wrongGroup };

/** Entra ID as the program uses it, read for the kinds that the profile manages, except those set to `false`. Pure. */
export function buildEntraId(
  written: WrittenEntraId,
  managed: readonly Kind[],
  place: DirectoryPlace,
  problems: Problem[],
): EntraIdConfig {
  const { document } = place.file;
  const at = (...steps: readonly (string | number)[]) => document.at([...place.path, ...steps]);
  const kinds = kindsToRead(written, managed, place, problems);
  const filters = buildKindFilters(written, RULES, { document, path: place.path }, problems);
  const { memberOf, assignedTo, userType, licensed } = written;
  return {
    type: "entra-id",
    name: written.name,
    where: document.at(place.path),
    ...buildLogon(written, cloudOf(written, place, problems), place, problems),
    concurrency: written.concurrency ?? CONCURRENCY,
    kinds,
    map: buildMap(written, kinds, place, problems),
    ...(userType === undefined ? {} : { userTypes: [...new Set([userType].flat())].sort() }),
    ...(memberOf === undefined ? {} : { memberOf: buildMemberOf(memberOf, place, problems) }),
    ...(assignedTo === undefined
      ? {}
      : { assignedTo: { appId: assignedTo.appId.toLowerCase(), where: at("assignedTo") } }),
    ...(licensed === undefined ? {} : { licensed: { service: licensed, where: at("licensed") } }),
    ...(Object.keys(filters).length === 0 ? {} : { filters }),
  };
}

function cloudOf(
  { cloud, baseUrl, authority }: WrittenEntraId,
  { file, path }: DirectoryPlace,
  problems: Problem[],
): (typeof CLOUDS)[Cloud] {
  const known = Object.values(CLOUDS);
  const same = (a: string | undefined, b: string) => a?.replace(/\/$/, "").toLowerCase() === b;
  const usual = cloud ? CLOUDS[cloud] : (known.find((one) => same(baseUrl, one.baseUrl)) ?? CLOUDS.global);
  const isElsewhere = (name: "baseUrl" | "authority", text: string | undefined) =>
    !same(text, usual[name]) && known.some((one) => same(text, one[name]));
  for (const [name, text] of [
    ["baseUrl", baseUrl],
    ["authority", authority],
  ] as const) {
    if (!isElsewhere(name, text)) continue;
    problems.push({
      code: "config-shape",
      where: file.document.at([...path, name]),
      message: `\`${name}\` is that of another cloud than the rest of the source, and a token of one cloud is worthless in another.`,
      remedy: "Write `cloud` alone: global, us-gov, us-dod or china.",
    });
  }
  return usual;
}

function buildMap(
  { map = {} }: WrittenEntraId,
  kinds: readonly Kind[],
  { file, path }: DirectoryPlace,
  problems: Problem[],
): EntraIdConfig["map"] {
  const built: Partial<Record<RecordField, MappedProperty>> = {};
  const fail = (where: string, wording: Wording | undefined) => {
    if (wording) problems.push({ code: "config-shape", where, ...wording });
  };
  for (const field of RECORD_FIELDS) {
    const given = map[field];
    if (given === undefined) continue;
    const property = typeof given === "string" ? given : given.attribute;
    const isGuid = typeof given === "object" && given.encoding === "guid";
    const isManagers = property.startsWith("manager.") && field !== "division";
    fail(file.document.at([...path, "map", field]), isManagers ? MANAGER : wrongProperty(property));
    built[field] = { property, encoding: isGuid ? "guid" : "text" };
  }
  if (kinds.includes("personal") && map.accountKey === undefined) {
    const at = Object.keys(map).length === 0 ? path : [...path, "map"];
    fail(file.document.at(at), KEY_MISSING);
  }
  return built;
}

const MANAGER: Wording = {
  message: "Only `division` can come from the manager.",
  remedy: "Write a property of the user.",
};

const KEY_MISSING: Wording = {
  message:
    "`map` does not say what the account key of single sign-on is, and a wrong one locks people out, so zivsync does not guess it.",
  remedy:
    "Write what Entra ID sends to Zivver: `map: { accountKey: id }`, `map: { accountKey: onPremisesImmutableId }` (base64), `map: { accountKey: { attribute: onPremisesImmutableId, encoding: guid } }`, or the name of an extension.",
};

function buildMemberOf(
  written: string | readonly string[],
  { file, path }: DirectoryPlace,
  problems: Problem[],
): NonNullable<EntraIdConfig["memberOf"]> {
  const names = [written].flat().map((name) => name.trim());
  for (const [index, name] of names.entries()) {
    const wrong = wrongGroup(name);
    const steps = typeof written === "string" ? ["memberOf"] : ["memberOf", index];
    if (wrong)
      problems.push({ code: "config-shape", where: file.document.at([...path, ...steps]), ...wrong });
  }
  const where = file.document.at([...path, "memberOf"]);
  return { memberOf: names.map((name) => parseAddress(name) ?? name), exclude: false, where };
}

/** A display name is not unique, and whoever may make a group could give it one. */
function wrongGroup(name: string): Wording | undefined {
  if (ID.test(name) || parseAddress(name) !== undefined) return undefined;
  return {
    message: `${quote(name)} is neither an object id nor an e-mail address, and a group is named by one of the two: several groups can have one display name.`,
    remedy:
      "Write the object id that the group has in Entra ID, such as `00000000-0000-0000-0000-000000000000`.",
  };
}

function wrongProperty(name: string): Wording | undefined {
  if (!PROPERTY.test(name)) {
    return {
      message: `${quote(name)} is neither a field of records nor the name of a property of users: those hold letters, digits and underscores only.`,
      remedy: "Write the name as Graph has it, for example `department` or `extensionAttribute1`.",
    };
  }
  if (!OF_ONE_USER.has(name.toLowerCase())) return undefined;
  return {
    message: `Graph gives \`${name}\` for one user at a time only, and refuses a list of users with it.`,
    remedy: "Use another property.",
  };
}
