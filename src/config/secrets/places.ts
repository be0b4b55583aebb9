import type { Channel } from "../../model/run/channel.ts";
import type { SourceConfig } from "../../model/source-config/source-config.ts";
import type { SecretRef } from "../../model/values/secret.ts";
import { compareText } from "../../model/values/text.ts";
import { absoluteSecret, type Organization } from "../organization/organization.ts";
import type { WrittenProfile } from "../schema/types.ts";
import type { YamlDocument } from "../yaml/yaml.ts";

/** A place in the configuration that refers to a secret. */
export type SecretPlace = {
  readonly ref: SecretRef;
  /** `file:line:column` of the reference. */
  readonly where: string;
  /** The recipient of the secret. Two places that send to the same recipient may read the same secret. */
  readonly recipient: string;
  /** The recipient in words, for a message. */
  readonly owner: string;
};

type WrittenSource = WrittenProfile["sources"][number];
type Path = readonly (string | number)[];

/** The organisation's own references: Zivver's key, and the key of the seal where there is one. Pure. */
export function secretsOfOrganization(
  { target, sealKey }: Organization,
  document: YamlDocument,
): readonly SecretPlace[] {
  const apiKey = { ref: target.apiKey, where: target.apiKeyWhere, recipient: "zivver", owner: "Zivver" };
  if (sealKey === undefined) return [apiKey];
  const where = document.at(["sealKey"]);
  return [apiKey, { ref: sealKey, where, recipient: "seal", owner: "the seal" }];
}

/** The references to secrets in `notify`: the addresses of web services are secrets, too. Pure. */
export function secretsOfChannels(channels: readonly Channel[]): readonly SecretPlace[] {
  return channels.flatMap((channel): readonly SecretPlace[] => {
    const owner = `\`${channel.name}\``;
    if (channel.type === "mail") {
      const { host, port, login, where } = channel;
      if (login === undefined) return [];
      const recipient = JSON.stringify(["mail", host, port, login.user]);
      return [{ ref: login.password, where, recipient, owner }];
    }
    const place = { where: channel.where, owner };
    const url = { ...place, ref: channel.url, recipient: JSON.stringify([channel.type]) };
    if (channel.type !== "webhook" || channel.secret === undefined) return [url];
    // The key stays here: only what it signs is sent, to one receiver.
    const recipient = JSON.stringify(["webhook secret", channel.url]);
    return [url, { ...place, ref: channel.secret, recipient }];
  });
}

/** The references to secrets in one source of a profile, in the order they are written. Pure. */
export function secretsOfSource(
  written: WrittenSource,
  config: SourceConfig,
  place: { readonly document: YamlDocument; readonly path: Path; readonly folder: string },
): readonly SecretPlace[] {
  if (config.type === "declared") return secretsOfAccounts(config);
  const recipient = recipientOf(config);
  const owner = `the source ${config.name}`;
  return referencesIn(written, place.path).map(({ ref, path }) => ({
    ref: absoluteSecret(ref, place.folder),
    where: place.document.at(path),
    recipient,
    owner,
  }));
}

function secretsOfAccounts({
  accounts,
}: SourceConfig & { readonly type: "declared" }): readonly SecretPlace[] {
  return accounts.flatMap(({ accountKey, email, where }) =>
    accountKey === undefined
      ? []
      : [{ ref: accountKey, where, recipient: `account ${email}`, owner: `the account of ${email}` }],
  );
}

/** Two sources of one directory, such as one for each profile, log on to the same servers as the same user. */
function recipientOf(config: Exclude<SourceConfig, { readonly type: "declared" }>): string {
  switch (config.type) {
    case "spreadsheet":
      return "file";
    case "records":
      return config.input.type === "file" ? "file" : JSON.stringify(config.input.argv);
    case "entra-id":
    case "exchange-online": {
      // Proof of an application goes to Entra ID alone; Graph and Exchange Online get the tokens that it gives for them.
      const { authority, tenant, credential } = config;
      return JSON.stringify([authority, tenant, credential.clientId ?? ""]);
    }
    default: {
      const user = config.bind?.type === "simple" ? config.bind.user : "";
      return JSON.stringify([[...config.urls].sort(compareText), user]);
    }
  }
}

type Reference = { readonly ref: SecretRef; readonly path: Path };

/** A reference is an object with `env` or `file` alone; `tokenFile` names its file without one. */
function referencesIn(value: unknown, path: Path): readonly Reference[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && typeof only[1] === "string") {
    const [key, text] = only;
    if (key === "env") return [{ ref: { env: text }, path }];
    if (key === "file") return [{ ref: { file: text }, path }];
  }
  return entries.flatMap(([key, inner]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === "tokenFile" && typeof inner === "string") return [{ ref: { file: inner }, path: at }];
    return referencesIn(inner, at);
  });
}
