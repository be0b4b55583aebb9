import type { Secret } from "./secret.ts";

/** Shorter pieces than this would be found in any text. */
const SHORTEST_PIECE = 6;

/** Secrets by the name that takes their place, with the forms in which each can come back. */
export type SecretForms = readonly (readonly [name: string, forms: readonly string[]])[];

export function formsOfAll(secrets: readonly (readonly [name: string, value: string])[]): SecretForms {
  return secrets.map(([name, value]) => [name, formsOf(value)] as const);
}

/** The name of the secret that a text holds in one of its forms. */
export function secretIn(text: string, forms: SecretForms): string | undefined {
  return forms.find(([, all]) => all.some((form) => text.includes(form)))?.[0];
}

/** A function that puts `[NAME]` in place of each secret, in capitals or not, also where line breaks divide it. */
export function redactorOfForms(forms: SecretForms): (text: string) => string {
  // The longest first, so that no part of a longer form stays behind.
  const sought = forms
    .flatMap(([name, own]) => own.map((form) => ({ mark: `[${name}]`, form: signsOf(form) })))
    .filter(({ form }) => form !== "")
    .toSorted((a, b) => b.form.length - a.form.length);
  return (text) => {
    let clean = text;
    let signs = signsOf(clean);
    for (const { mark, form } of sought) {
      if (!signs.includes(form)) continue;
      clean = withMark(clean, signs, form, mark);
      signs = signsOf(clean);
    }
    return clean;
  };
}

/** A function that puts `[secret]` in place of each of these secrets, in whatever form a server sends it back. */
export function redactorOf(secrets: readonly Secret[]): (text: string) => string {
  return redactorOfForms(formsOfAll(secrets.map((secret) => ["secret", secret.reveal()])));
}

/**
 * The way programs, servers and their libraries write a secret: as it is, as JSON, percent-encoded, as hexadecimal, and as base64 of
 * UTF-8 or UTF-16, by itself or within a longer text (`user:password`). What changes it otherwise cannot be recognised.
 */
function formsOf(secret: string): readonly string[] {
  if (secret === "") return [];
  const percent = percentEncoded(secret);
  const bytes = [Buffer.from(secret, "utf8"), Buffer.from(secret, "utf16le")];
  const whole = bytes.map((one) => one.toString("base64"));
  const pieces = [
    ...bytes.map((one) => one.toString("hex")),
    ...bytes.flatMap((one) => [0, 1, 2].flatMap((before) => base64Within(one, before))),
  ].filter((form) => form.length >= SHORTEST_PIECE);
  const plain = [
    secret,
    jsonEncoded(secret),
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll("%20", "+"),
    new URLSearchParams([["", secret]]).toString().slice(1),
  ];
  return [...new Set([...plain, ...whole, ...[...whole, ...pieces].map(percentEncoded), ...pieces])];
}

/** Half of a surrogate pair becomes the replacement character, as everywhere that text becomes UTF-8. */
function percentEncoded(text: string): string {
  return encodeURIComponent(Buffer.from(text, "utf8").toString("utf8"));
}

function jsonEncoded(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The signs of base64 that these bytes alone decide, with so many others before them. */
function base64Within(bytes: Buffer, before: number): readonly string[] {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  const piece = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  return [piece, piece.replaceAll("+", "-").replaceAll("/", "_")];
}

/**
 * The text with a mark in place of what is sought; `signs`: those of the text. A regular expression of a long secret is more than V8
 * takes.
 */
function withMark(text: string, signs: string, sought: string, mark: string): string {
  const placeOf = placesInOrder(text);
  let result = "";
  let from = 0;
  for (let found = signs.indexOf(sought); found >= 0; found = signs.indexOf(sought, found + sought.length)) {
    result += text.slice(from, placeOf(found)) + mark;
    from = placeOf(found + sought.length - 1) + 1;
  }
  return result + text.slice(from);
}

/** Where in the text the sign with this number is. The numbers asked for must rise. */
function placesInOrder(text: string): (sign: number) => number {
  let place = -1;
  let reached = -1;
  return (sign) => {
    while (reached < sign) {
      place++;
      if (!/\s/.test(text.charAt(place))) reached++;
    }
    return place;
  };
}

/** What is searched: no white space, and small letters, as many as there were. Answers can have many megabytes. */
function signsOf(text: string): string {
  // The one letter whose small form is longer, and the one whose small form depends on what follows.
  const small = text.includes("İ")
    ? text
        .split("İ")
        .map((part) => part.toLowerCase())
        .join("İ")
    : text.toLowerCase();
  return small.replaceAll("ς", "σ").replace(/\s+/g, "");
}
