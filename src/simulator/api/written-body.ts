import type { Kind } from "../../model/account/kind.ts";
import { asObject, type JsonObject, parseJson } from "../../model/values/json.ts";
import type { World } from "../world/world.ts";
import { bad, type Refusal } from "./answers.ts";
import { ENTERPRISE_EXTENSION, GROUP_EXTENSION, USER_EXTENSION } from "./resource.ts";

/** The Zivver extension as sent; a key left out of it is absent here. */
export type WrittenExtension = {
  readonly aliases?: readonly string[];
  readonly delegates?: readonly string[];
  readonly ssoAccountKey?: string;
  readonly extra: JsonObject;
};

/** A User or Group as sent in a POST or PUT. A part that is left out, or null, is absent. */
export type WrittenBody = {
  readonly address?: string;
  readonly fullName?: string;
  readonly active?: boolean;
  readonly nickName?: string;
  readonly phoneNumbers?: readonly unknown[];
  readonly password?: string;
  /** Ids. */
  readonly members?: readonly string[];
  readonly division?: string;
  /** The other attributes of the enterprise extension. */
  readonly enterprise?: JsonObject;
  readonly extension?: WrittenExtension;
};

/** Reads the body of a POST or PUT; values of a wrong type are refused, all of them named. */
export function readBody(world: World, kind: Kind, body: string): WrittenBody | Refusal {
  const object = asObject(parseJson(body));
  if (!object) return bad("Invalid JSON: an object is needed");
  const refusal = checkSchemas(world, object);
  if (refusal) return refusal;
  const wrong: string[] = [];
  const read = kind === "personal" ? readUser(object, wrong) : readGroup(object, wrong);
  return wrong.length > 0 ? bad(`Invalid value: ${wrong.join(", ")}`) : read;
}

/** The `schemas` of a body may be left out, except with the quirk `schemas-required`. */
export function checkSchemas(world: World, object: JsonObject): Refusal | undefined {
  const isThere = Array.isArray(object.schemas) && object.schemas.length > 0;
  return isThere || !world.quirks.has("schemas-required") ? undefined : bad("Missing value: schemas");
}

/** The ids in a `members` list, or undefined when it is none. */
export function memberIds(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const ids = value.map((member) => asObject(member)?.value);
  return ids.every((id) => typeof id === "string") ? ids : undefined;
}

function readUser(object: JsonObject, wrong: string[]): WrittenBody {
  const take = fieldsOf(object, wrong);
  return {
    ...take("userName", "address", isText),
    ...fieldsOf(section(object, "name", wrong), wrong)("formatted", "fullName", isText),
    ...take("active", "active", isBoolean),
    ...take("nickName", "nickName", isText),
    ...take("phoneNumbers", "phoneNumbers", Array.isArray),
    ...take("password", "password", isText),
    ...readExtensions(object, USER_EXTENSION, wrong),
  };
}

function readGroup(object: JsonObject, wrong: string[]): WrittenBody {
  const take = fieldsOf(object, wrong);
  const members = memberIds(object.members);
  if (isGiven(object.members) && !members) wrong.push("members");
  return {
    ...take("externalId", "address", isText),
    ...take("displayName", "fullName", isText),
    ...(members ? { members } : {}),
    ...readExtensions(object, GROUP_EXTENSION, wrong),
  };
}

function readExtensions(
  object: JsonObject,
  key: string,
  wrong: string[],
): Pick<WrittenBody, "division" | "enterprise" | "extension"> {
  const written = section(object, ENTERPRISE_EXTENSION, wrong);
  const { division: _division, ...others } = written;
  const enterprise = {
    ...fieldsOf(written, wrong)("division", "division", isText),
    ...(Object.keys(others).length === 0 ? {} : { enterprise: others }),
  };
  if (!isGiven(object[key])) return enterprise;
  const sent = section(object, key, wrong);
  const take = fieldsOf(sent, wrong);
  const { aliases: _, delegates: __, SsoAccountKey: ___, ...extra } = sent;
  const extension = {
    ...take("aliases", "aliases", isTexts),
    ...take("delegates", "delegates", isTexts),
    ...take("SsoAccountKey", "ssoAccountKey", isText),
    extra,
  };
  return { ...enterprise, extension };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

function section(object: JsonObject, key: string, wrong: string[]): JsonObject {
  const found = asObject(object[key]);
  if (isGiven(object[key]) && !found) wrong.push(key);
  return found ?? {};
}

/** Gives a function that takes one field out of an object: `{}` when it is left out or wrong. */
function fieldsOf(object: JsonObject, wrong: string[]) {
  return <Name extends string, T>(
    key: string,
    name: Name,
    fits: (value: unknown) => value is T,
  ): { [name in Name]?: T } => {
    const value = object[key];
    if (!isGiven(value)) return {};
    if (fits(value)) return { [name]: value } as { [name in Name]?: T };
    wrong.push(key);
    return {};
  };
}
