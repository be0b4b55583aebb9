import { asObject, parseJson } from "../../../model/values/json.ts";
import { shortened } from "../../../model/values/text.ts";

const LIMIT = 300;
/** The head of a page holds its title. */
const TITLE_WITHIN = 64 * 1024;

/** Foreign text for one line of a message: secrets out, control characters replaced, at most 300 characters. */
export function excerpt(text: string, redact: (text: string) => string): string {
  const clean = redact(text)
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\ufffd")
    .trim();
  return shortened(clean, LIMIT);
}

/** The message of a refusal: its text, or the text in the JSON that carries it. */
export function refusalText(body: string): string {
  const json = parseJson(body);
  if (typeof json === "string") return json;
  const object = asObject(json);
  const texts = [object?.detail, object?.message, object?.description, object?.error, object?.errorMessage];
  return texts.find((text): text is string => typeof text === "string" && text !== "") ?? body;
}

const ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error";

/**
 * The status of an error in the body of an answer, as SCIM (RFC 7644, 3.12) or Zivver itself writes one; undefined where it is not
 * an error.
 */
export function statusInBody(json: unknown): number | undefined {
  const { schemas, status, code, message } = asObject(json) ?? {};
  const isError = Array.isArray(schemas) && schemas.includes(ERROR_SCHEMA);
  if (!isError && typeof message !== "string") return undefined;
  const said = Number(isError ? status : code);
  if (Number.isInteger(said) && said >= 400 && said < 600) return said;
  return isError ? 400 : undefined;
}

/** Whether this is a web page. Zivver's API never gives one; proxies, portals and login pages do. */
export function isWebPage(body: string): boolean {
  return /^\ufeff?\s*<(?:!doctype\s+html|html|head|body|\?xml[^>]*>\s*<(?:!doctype\s+html|html))/i.test(body);
}

/** The words of an answer in quotes, `a web page ("Sign in")`, or `an empty answer`. */
export function describeBody(body: string, redact: (text: string) => string): string {
  if (body.trim() === "") return "an empty answer";
  if (!isWebPage(body)) return `"${excerpt(refusalText(body), redact)}"`;
  const title = /<title[^>]{0,200}>([^<]{0,2000})/i.exec(body.slice(0, TITLE_WITHIN))?.[1] ?? "";
  return title.trim() === "" ? "a web page" : `a web page ("${excerpt(title, redact)}")`;
}
