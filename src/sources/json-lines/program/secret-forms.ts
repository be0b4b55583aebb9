/** Shorter pieces than this would be found in any text. */
const SHORTEST_PIECE = 6;

type Named = readonly (readonly [name: string, value: string])[];

/**
 * The way programs and their libraries write a secret: as it is, as JSON, percent-encoded, as hexadecimal, and as base64 of UTF-8 or
 * UTF-16, by itself or within a longer text (`user:password`). What changes it otherwise cannot be recognised.
 */
function formsOf(secret: string): readonly string[] {
  if (secret === "") return [];
  const percent = encodeURIComponent(Buffer.from(secret, "utf8").toString("utf8"));
  const bytes = [Buffer.from(secret, "utf8"), Buffer.from(secret, "utf16le")];
  const derived = [
    ...bytes.flatMap((one) => [one.toString("hex"), one.toString("hex").toUpperCase()]),
    ...bytes.flatMap((one) => [0, 1, 2].flatMap((before) => base64Within(one, before))),
  ].filter((form) => form.length >= SHORTEST_PIECE);
  const plain = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll("%20", "+"),
  ];
  return [...new Set([...plain, ...derived])];
}

/** The signs of base64 that these bytes alone decide, with so many others before them. */
function base64Within(bytes: Buffer, before: number): readonly string[] {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  const piece = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  return [piece, piece.replaceAll("+", "-").replaceAll("/", "_")];
}

/** The name of the secret that a text holds in one of its forms. */
export function secretIn(text: string, forms: Forms): string | undefined {
  return forms.find(([, all]) => all.some((form) => text.includes(form)))?.[0];
}

export type Forms = readonly (readonly [name: string, forms: readonly string[]])[];

export function formsOfAll(secrets: Named): Forms {
  return secrets.map(([name, value]) => [name, formsOf(value)] as const);
}

/** The text with `[NAME]` in place of each secret, also where line breaks divide it. */
export function withoutSecrets(text: string, forms: Forms): string {
  const all = forms.flatMap(([name, own]) => own.map((form) => [name, form] as const));
  // The longest first: a form can be a part of another.
  const sorted = all.toSorted(([, a], [, b]) => b.length - a.length);
  return sorted.reduce((rest, [name, form]) => rest.replace(patternOf(form), () => `[${name}]`), text);
}

function patternOf(form: string): RegExp {
  const signs = [...form.replace(/\s+/g, "")];
  if (signs.length === 0) return /(?!)/;
  return new RegExp(signs.map((sign) => sign.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("\\s*"), "g");
}
