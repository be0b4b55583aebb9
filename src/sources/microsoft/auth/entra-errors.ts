import { asObject, parseJson } from "../../../model/values/json.ts";
import type { HttpAnswer } from "../../../network/http.ts";
import { quoted } from "../../ldap/errors/failure.ts";
import type { Words } from "../errors/failure.ts";
import { asText } from "../errors/json.ts";

type Known = { readonly message: string; readonly remedy: string };

/** The meaning of Entra ID's codes here (learn.microsoft.com, "Microsoft Entra authentication and authorization error codes"). */
const KNOWN: Readonly<Record<string, Known>> = {
  AADSTS7000215: {
    message: "The client secret is wrong",
    remedy: "Put the value of the secret there, not its id; a secret shows its value only when it is made.",
  },
  AADSTS7000222: {
    message: "The client secret has expired",
    remedy: "Make a new secret for the application, and put its value there.",
  },
  AADSTS700016: {
    message: "The tenant knows no application with this client id",
    remedy: "Check `clientId` and `tenant`, and that the application has been added to this tenant.",
  },
  AADSTS700027: {
    message: "The application does not know this certificate, or the proof made with it is not valid",
    remedy:
      "Add the certificate (its public part) to the application in Entra ID, and check the clock of this machine.",
  },
  AADSTS700024: {
    message: "The proof is not valid at this time",
    remedy: "Check the clock of this machine; a token in a file may have to be renewed.",
  },
  AADSTS90002: {
    message: "There is no such tenant",
    remedy: "Check `tenant`, and `authority` where the tenant is in a cloud of its own.",
  },
  AADSTS900023: {
    message: "The tenant is neither an id nor a domain that is known",
    remedy: "Check `tenant`.",
  },
  AADSTS700211: {
    message: "The application trusts no token of this issuer",
    remedy: "Add a federated credential with this issuer to the application.",
  },
  AADSTS700212: {
    message: "The application expects another audience in the token",
    remedy:
      "Give the federated credential the audience of the token; for GitHub it can be set with `github`.",
  },
  AADSTS700213: {
    message: "The application trusts no token with this subject",
    remedy:
      "Add a federated credential whose subject is that of this workflow (repository, branch or environment) or service account.",
  },
  AADSTS70021: {
    message: "The application trusts no token with this issuer, subject and audience",
    remedy: "Add a federated credential that fits the token to the application.",
  },
  AADSTS7000112: {
    message: "The application is switched off in this tenant",
    remedy: "Let an administrator of the tenant enable it.",
  },
  AADSTS500011: {
    message: "The tenant knows no service at `baseUrl`",
    remedy: "Check `baseUrl`: every cloud has another.",
  },
  AADSTS53003: {
    message: "A rule of conditional access blocks the application",
    remedy: "Ask an administrator of the tenant which rule for workload identities it is.",
  },
};

/** The reason why Entra ID gave no token. `clean` takes secrets out of what it said. */
export function entraWords(answer: HttpAnswer, clean: (text: string) => string): Words {
  const body = asObject(parseJson(answer.text));
  const nested = asObject(body?.error);
  const description =
    asText(body?.error_description) ??
    asText(nested?.message) ??
    asText(body?.message) ??
    asText(body?.error);
  // A token that cannot be used is a secret all the same.
  const text =
    body?.access_token === undefined ? answer.text : JSON.stringify({ ...body, access_token: "…" });
  const said = quoted(clean(description ?? text).split(/\r?\n| Trace ID:/)[0] ?? "");
  const code = /\bAADSTS\d+/.exec(description ?? "")?.[0] ?? "";
  const known = KNOWN[code];
  if (known) {
    const message = `Entra ID gave no token: ${known.message} (${code}). It said ${said}.`;
    return { code: "credentials", message, remedy: known.remedy };
  }
  const unavailable = answer.status === 429 || answer.status >= 500;
  return {
    code: unavailable ? "unavailable" : "credentials",
    message: `Entra ID gave no token: it answered ${answer.status} with ${said}.`,
    remedy: unavailable
      ? "Run zivsync again later."
      : "Check `tenant`, `authority` and `auth`. The code that begins with AADSTS is explained at https://login.microsoftonline.com/error.",
  };
}

/** The reason why the machine has no token of a managed identity. */
export function identityWords(answer: HttpAnswer | undefined, clientId: string | undefined): Words {
  const body = asObject(parseJson(answer?.text ?? ""));
  const said = asText(body?.error_description) ?? asText(body?.message) ?? answer?.text ?? "";
  const what = answer === undefined ? "" : ` It answered ${answer.status} with ${quoted(said)}.`;
  return {
    code: "credentials",
    message: `The identity endpoint of this machine gave no token${clientId === undefined ? "" : ` for ${clientId}`}.${what}`,
    remedy: "Run zivsync on a machine of Azure with a managed identity, or prove the application otherwise.",
  };
}
