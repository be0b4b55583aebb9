/** A workbook that is not as it should be. `message` is a sentence for people and holds nothing of a cell. */
export class MalformedWorkbook extends Error {
  override readonly name = "MalformedWorkbook";
}

/** A workbook that would not fit into memory. */
export class OversizedWorkbook extends Error {
  override readonly name = "OversizedWorkbook";
}

/** The callbacks of a scan, in document order. Names are without their prefix; attributes are as written: see `parseAttributes`. */
export type XmlHandler = {
  open?(name: string, attributes: string): void;
  text?(text: string): void;
  close?(name: string): void;
};

/**
 * Goes through a part of a workbook. Own code, because the readers of workbooks that there are leave out what cannot be
 * read, and that must be known here. It takes the XML that such parts may hold: no document types, so no entities beyond
 * the five of XML. Throws MalformedWorkbook on anything else, and on a document that ends too early.
 */
export function scanXml(xml: string, handler: XmlHandler): void {
  const open: string[] = [];
  let at = 0;
  for (let tag = xml.indexOf("<"); tag >= 0; tag = xml.indexOf("<", at)) {
    if (tag > at) readText(xml.slice(at, tag), open, handler);
    const next = xml.charCodeAt(tag + 1);
    if (next === EXCLAMATION || next === QUESTION) at = skipSpecial(xml, tag, open.length > 0 ? handler : {});
    else {
      const end = endOfTag(xml, tag);
      at = end + 1;
      if (next === SLASH) closeTag(xml.slice(tag + 2, end).trimEnd(), open, handler);
      else openTag(xml.slice(tag + 1, end), open, handler);
    }
  }
  readText(xml.slice(at), open, handler);
  if (open.length > 0) throw malformed();
}

/** Elements inside of each other: a workbook of Excel has fewer than ten. */
export const DEEPEST_XML = 64;

const EXCLAMATION = 33;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const SLASH = 47;
const GREATER = 62;
const QUESTION = 63;

const malformed = () => new MalformedWorkbook("A part of the workbook is damaged or ends too early.");

function readText(text: string, open: readonly string[], handler: XmlHandler): void {
  if (open.length > 0) handler.text?.(decodeEntities(text));
  else if (text.trim() !== "") throw malformed();
}

function closeTag(name: string, open: string[], handler: XmlHandler): void {
  if (open.pop() !== name) throw malformed();
  handler.close?.(localName(name));
}

function openTag(tag: string, open: string[], handler: XmlHandler): void {
  const empty = tag.endsWith("/");
  const blank = tag.search(/[\s/]/);
  const name = blank < 0 ? tag : tag.slice(0, blank);
  if (name === "") throw malformed();
  const local = localName(name);
  handler.open?.(local, blank < 0 ? "" : tag.slice(blank));
  if (empty) handler.close?.(local);
  else if (open.push(name) > DEEPEST_XML) throw malformed();
}

/** A `>` may be in the value of an attribute. */
function endOfTag(xml: string, tag: number): number {
  let quote = 0;
  for (let at = tag + 1; at < xml.length; at += 1) {
    const code = xml.charCodeAt(at);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) quote = code;
    else if (code === GREATER) return at;
  }
  throw malformed();
}

/** Comments and processing instructions say nothing; a CDATA section is text. */
function skipSpecial(xml: string, tag: number, handler: XmlHandler): number {
  const find = (mark: string, from: number): number => {
    const at = xml.indexOf(mark, from);
    if (at < 0) throw malformed();
    return at;
  };
  if (xml.startsWith("<?", tag)) return find("?>", tag) + 2;
  if (xml.startsWith("<!--", tag)) return find("-->", tag + 4) + 3;
  if (!xml.startsWith("<![CDATA[", tag)) throw malformed();
  const end = find("]]>", tag);
  handler.text?.(xml.slice(tag + 9, end));
  return end + 3;
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}

/** The attributes of a tag by their names without prefix. Throws MalformedWorkbook. */
export function parseAttributes(written: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let at = 0;
  for (;;) {
    const equals = written.indexOf("=", at);
    if (equals < 0) break;
    const name = written.slice(at, equals).trim();
    let start = equals + 1;
    while (/\s/.test(written.charAt(start))) start += 1;
    const quote = written.charAt(start);
    const end = quote === '"' || quote === "'" ? written.indexOf(quote, start + 1) : -1;
    if (end < 0) throw malformed();
    if (!name.startsWith("xmlns")) found.set(localName(name), decodeEntities(written.slice(start + 1, end)));
    at = end + 1;
  }
  return found;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;]*;?)/g, (_, written: string) => {
    const body = written.endsWith(";") ? written.slice(0, -1) : "";
    const known = Object.hasOwn(ENTITIES, body) ? ENTITIES[body] : undefined;
    if (known !== undefined) return known;
    const code = /^#x[0-9a-f]{1,6}$/i.test(body)
      ? Number.parseInt(body.slice(2), 16)
      : /^#\d{1,7}$/.test(body)
        ? Number(body.slice(1))
        : Number.NaN;
    if (!(code > 0 && code <= 0x10ffff)) throw malformed();
    return String.fromCodePoint(code);
  });
}
