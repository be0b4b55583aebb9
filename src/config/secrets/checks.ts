import type { Problem } from "../../model/values/errors.ts";
import type { SecretRef } from "../../model/values/secret.ts";
import type { SecretPlace } from "./places.ts";
import { secretInWords } from "./secrets.ts";

/**
 * Variables that no source may read, whatever the configuration calls its own secrets: what runners and registries set, and
 * what zivsync's documentation names for Zivver's key and the seal. Windows does not distinguish upper case from lower case.
 */
const RESERVED =
  /^(?:GITHUB_TOKEN|GH_TOKEN|ACTIONS_.*|NODE_AUTH_TOKEN|NPM_TOKEN|ZIVVER_API_KEY.*|ZIVSYNC_.*)$/i;

/**
 * A change of the configuration must not send a secret to another recipient: the references of the sources and of `notify` against
 * those of the organisation (Zivver's key, the seal's key) and against each other. Pure.
 */
export function checkSecrets(
  organization: readonly SecretPlace[],
  sources: readonly SecretPlace[],
): readonly Problem[] {
  const earlier = new Map<string, SecretPlace>();
  const problems: Problem[] = [];
  for (const place of [...organization, ...sources]) {
    const name = keyOf(place.ref);
    const first = earlier.get(name);
    if (first === undefined) earlier.set(name, place);
    if (first !== undefined && first.recipient !== place.recipient) problems.push(shared(place, first));
    else if (!organization.includes(place) && isReserved(place.ref)) problems.push(reserved(place));
  }
  return problems;
}

function keyOf(ref: SecretRef): string {
  return "env" in ref ? `env ${ref.env.toUpperCase()}` : `file ${ref.file}`;
}

function isReserved(ref: SecretRef): boolean {
  return "env" in ref && RESERVED.test(ref.env);
}

function shared({ ref, where, owner }: SecretPlace, first: SecretPlace): Problem {
  return {
    code: "secret-shared",
    where,
    message: `${secretInWords(ref)} holds the secret of ${first.owner} (${first.where}), and ${owner} would send it elsewhere.`,
    remedy:
      "Give each its own secret. Two sources may share one only where both log on to the same servers as the same user.",
  };
}

function reserved({ ref, where, owner }: SecretPlace): Problem {
  return {
    code: "secret-reserved",
    where,
    message: `${secretInWords(ref)} belongs to Zivver, zivsync or the workflow, and ${owner} would send it elsewhere.`,
    remedy: "Store this secret under a name of its own, such as AD_PASSWORD, and write that name here.",
  };
}
