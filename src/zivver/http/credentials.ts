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

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
