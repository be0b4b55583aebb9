import { RECORD_FIELDS, type RecordField } from "../../../model/account/account.ts";
import type {
  AttributeEncoding,
  AttributeMap,
  MappedAttribute,
} from "../../../model/source-config/directory.ts";
import type { Problem } from "../../../model/values/errors.ts";
import type { WrittenAttribute, WrittenAttributeMap } from "../../schema/types.ts";
import { quote } from "../../schema/wording.ts";
import type { Path, YamlDocument } from "../../yaml/yaml.ts";

// As text these would be rubbish; only the first has one usual form.
const BYTES: ReadonlyMap<string, AttributeEncoding | undefined> = new Map([
  ["objectguid", "guid"],
  ["objectsid", undefined],
  ["ms-ds-consistencyguid", undefined],
  ["msexchmailboxguid", undefined],
]);

/** Whether an attribute holds bytes that have no usual form as text. Pure. */
export function holdsBytes(attribute: string): boolean {
  const name = attribute.toLowerCase();
  return BYTES.has(name) && BYTES.get(name) === undefined;
}

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
      message: `The attribute ${quote(attribute)} holds bytes that are not text, and nothing says how they become text.`,
      remedy: `Write \`{ attribute: ${attribute}, encoding: base64 }\`, or \`guid\` or \`hex\`.`,
    });
  }
  return { attribute, encoding };
}
