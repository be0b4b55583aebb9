import { InputError } from "../../model/values/errors.ts";
import { Secret } from "../../model/values/secret.ts";

/** The documentation speaks of a base64 encoded key; every client that is known to work sends it as it was copied. */
export type ApiKeyEncoding = "as-copied" | "base64";

/** The value of the Authorization header. Throws InputError for a key that was pasted with something around it. */
export function authorizationOf(apiKey: Secret, encoding: ApiKeyEncoding): Secret {
  const key = apiKey.reveal();
  if (key === "") {
    throw new InputError([
      {
        code: "secret-empty",
        where: "target.apiKey",
        message: "The API key is empty.",
        remedy: "Put the key that Zivver showed when it was made where target.apiKey points.",
      },
    ]);
  }
  if (key !== key.trim() || !/^[\x20-\x7e]+$/.test(key)) {
    throw new InputError([
      {
        code: "secret-white-space",
        where: "target.apiKey",
        message:
          key === key.trim()
            ? "The API key holds control characters or letters that no API key has. It was not sent."
            : "The API key starts or ends with white space, as keys do that were pasted with a line end. It was not sent.",
        remedy: "Store the key again, without anything before or after it.",
      },
    ]);
  }
  return new Secret(`Bearer ${encoding === "base64" ? base64(key) : key}`);
}

/** Replaces every form in which these secrets can come back in an answer by `[secret]`. */
export function redactorOf(secrets: readonly Secret[]): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const value = secret.reveal();
    if (value === "") continue;
    for (const form of [value, base64(value)]) {
      forms.add(form);
      forms.add(JSON.stringify(form).slice(1, -1));
      forms.add(encodeURIComponent(form));
      if (/[^=]/.test(form)) forms.add(form.replace(/=+$/, ""));
    }
    for (const form of insideBase64(value)) forms.add(form);
  }
  // The longest first, so that no part of a longer form stays behind.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  if (ordered.length === 0) return (text) => text;
  const pattern = new RegExp(
    ordered.map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join("|"),
    "gi",
  );
  return (text) => text.replace(pattern, "[secret]");
}

/** Shorter pieces would be in text that has nothing to do with the secret. */
const SHORTEST_PIECE = 8;

/** The base64 forms of the secret within a longer text, as in an encoded body: one for each place modulo three. */
function insideBase64(value: string): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value, "utf8")]);
    // The first and the last signs hold bits of the neighbours.
    const piece = bytes.toString("base64").slice(4, -4);
    const safe = piece.replaceAll("+", "-").replaceAll("/", "_");
    return piece.length < SHORTEST_PIECE ? [] : [piece, safe, encodeURIComponent(piece)];
  });
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
