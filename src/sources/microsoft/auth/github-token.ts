import type { SecretReader } from "../../../model/ports.ts";
import { InputError } from "../../../model/values/errors.ts";
import { asObject, parseJson } from "../../../model/values/json.ts";
import { Secret } from "../../../model/values/secret.ts";
import type { Http } from "../../../network/http.ts";
import { quoted } from "../../ldap/errors/failure.ts";
import { type Owner, problemOf, ServiceFailure, type Words } from "../errors/failure.ts";

const URL_VARIABLE = "ACTIONS_ID_TOKEN_REQUEST_URL";
const TOKEN_VARIABLE = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

type GithubDependencies = { readonly readSecret: SecretReader; readonly http: Http };

/** The OIDC token that GitHub issues to a job for this audience. Throws InputError outside of such a job, ServiceFailure, NetworkTrouble. */
export async function fetchGithubToken(
  audience: string,
  owner: Owner,
  { readSecret, http }: GithubDependencies,
): Promise<Secret> {
  const [address, token] = await Promise.all([
    readVariable(URL_VARIABLE, owner, readSecret),
    readVariable(TOKEN_VARIABLE, owner, readSecret),
  ]);
  const url = URL.canParse(address.reveal()) ? new URL(address.reveal()) : undefined;
  if (url?.protocol !== "https:")
    throw refused(`${URL_VARIABLE} holds no address that begins with https://.`);
  url.searchParams.set("audience", audience);
  const answer = await http.send({
    method: "GET",
    url: url.href,
    headers: { authorization: `bearer ${token.reveal()}`, accept: "application/json" },
  });
  const value = asObject(parseJson(answer.text))?.value;
  if (answer.status !== 200 || typeof value !== "string" || value === "") {
    const said = quoted(answer.text.replaceAll(token.reveal(), "…"));
    throw refused(
      `GitHub gave no OIDC token: it answered ${answer.status}${answer.status === 200 ? "" : ` with ${said}`}.`,
    );
  }
  return new Secret(value);
}

async function readVariable(name: string, owner: Owner, readSecret: SecretReader): Promise<Secret> {
  try {
    return await readSecret({ env: name }, owner.where);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const words: Words = {
      code: "credentials",
      message: `${name} is not set, so this is not a GitHub workflow that may have an OIDC token, and \`auth\` wants one.`,
      remedy:
        "Add `permissions: { id-token: write, contents: read }` to the job, or prove the application otherwise.",
    };
    throw new InputError([problemOf(words, owner)]);
  }
}

function refused(message: string): ServiceFailure {
  const remedy = "Look at the permissions of the job, and at GitHub's status, then run it again.";
  return new ServiceFailure({ code: "credentials", message, remedy }, "reading");
}
