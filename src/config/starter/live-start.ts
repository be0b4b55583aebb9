import type { LiveAccount } from "../../model/account/account.ts";
import { PLAIN_TEXTS } from "../../model/account/fields.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import type { DeclaredAccount } from "../../model/source-config/source-config.ts";
import { domainOf } from "../../model/values/address.ts";
import { compareText } from "../../model/values/text.ts";
import { isWritable, quoted, quotedList } from "../yaml/yaml.ts";
import { commonFiles, type OrganizationChoices, renderOrganization, type StarterFile } from "./starter.ts";

/** The fields of a live account that an entry can declare. */
export const DECLARABLE = ["fullName", "aliases", "delegates", ...PLAIN_TEXTS] as const;
export type Declarable = (typeof DECLARABLE)[number];

/** The fields and accounts that are left out so that a plan of the start changes nothing, by primary address. */
export type LeftOut = {
  readonly fields: ReadonlyMap<string, ReadonlySet<Declarable>>;
  /** Accounts that the profile does not manage. */
  readonly accounts: ReadonlySet<string>;
};

/** The accounts that the files of a start declare. */
export type DeclaredLive = {
  /** Sorted by address. */
  readonly entries: readonly DeclaredAccount[];
  /** Addresses that the profile excludes. */
  readonly excluded: ReadonlySet<string>;
};

const MOST_IN_FILE = 2_000;

/** Bytes of entries in one file, without its head: a file of the configuration may have 5 MB (MAX_BYTES). */
const MOST_BYTES_IN_FILE = 4_000_000;

/** The live accounts of the claimed domains as entries that say what Zivver has, except what is left out. Pure. */
export function declareLive(
  live: readonly LiveAccount[],
  domains: readonly string[],
  leftOut: LeftOut,
): DeclaredLive {
  const addresses = new Map(live.map(({ zivverId, address }) => [zivverId, address]));
  const entries = live
    .filter(({ address }) => domains.includes(domainOf(address)) && !leftOut.accounts.has(address))
    .sort((a, b) => compareText(a.address, b.address))
    .map((account) => entryOf(account, leftOut.fields.get(account.address), addresses));
  return { entries, excluded: leftOut.accounts };
}

function entryOf(
  account: LiveAccount,
  leftOut: ReadonlySet<Declarable> | undefined,
  addresses: ReadonlyMap<string, string>,
): DeclaredAccount {
  const { kind, address, fullName, active, aliases } = account;
  const says = (field: Declarable, texts: readonly string[]) =>
    !leftOut?.has(field) && texts.every((text) => text !== "" && isWritable(text));
  const delegates =
    kind === "personal" ? account.delegates : account.members.map((id) => addresses.get(id) ?? "");
  const plain = PLAIN_TEXTS.filter(
    (field) => says(field, [account[field]]) && (field !== "division" || account[field].startsWith("/")),
  );
  return {
    kind,
    where: `accounts/${kind}`,
    email: address,
    ...(says("fullName", [fullName]) ? { fullName } : {}),
    ...(!active && kind === "personal" ? { active } : {}),
    ...(says("aliases", aliases) ? { aliases } : {}),
    ...(says("delegates", delegates) ? { delegates: [...delegates].sort(compareText) } : {}),
    ...Object.fromEntries(plain.map((field) => [field, account[field]])),
  };
}

/** The files of a configuration that declares these accounts. The last one is organization.yaml. Pure. */
export function renderLiveStart(
  { entries, excluded }: DeclaredLive,
  choices: OrganizationChoices,
): readonly StarterFile[] {
  return [
    ...commonFiles(),
    { path: "profiles/accounts.yaml", text: renderProfile(choices.domains, excluded) },
    ...KINDS.flatMap((kind) =>
      renderKind(
        kind,
        entries.filter((entry) => entry.kind === kind),
      ),
    ),
    {
      path: "organization.yaml",
      text: renderOrganization(choices, choices.loginMethod === "sso" ? KEYS : ""),
    },
  ];
}

const KEYS = `# Zivver shows nobody's account key, so none is in accounts/. People who log in by single sign-on are left as they are,
# and each plan says so (account-key-missing), until a source gives their keys: add your directory or list to
# profiles/accounts.yaml. Suspending somebody, and functional accounts, need no key.
`;

function renderKind(kind: Kind, entries: readonly DeclaredAccount[]): readonly StarterFile[] {
  const parts = divide(entries.map(renderEntry));
  const digits = String(parts.length).length;
  return parts.map((part, at) => {
    const number = parts.length === 1 ? "" : `-${String(at + 1).padStart(digits, "0")}`;
    const texts = part.length === 0 ? " []\n" : `\n${part.join("")}`;
    return {
      path: `accounts/${kind}${number}.yaml`,
      text: `# As Zivver had them. What an entry does not say is left as it is.\napiVersion: zivsync/v1\nkind: Accounts\n${kind}:${texts}`,
    };
  });
}

/** The entries of each file, in order: at least one file. */
function divide(entries: readonly string[]): readonly (readonly string[])[] {
  let part: string[] = [];
  let bytes = 0;
  const parts = [part];
  for (const entry of entries) {
    const more = Buffer.byteLength(entry);
    if (part.length === MOST_IN_FILE || (part.length > 0 && bytes + more > MOST_BYTES_IN_FILE)) {
      part = [];
      bytes = 0;
      parts.push(part);
    }
    part.push(entry);
    bytes += more;
  }
  return parts;
}

function renderEntry(entry: DeclaredAccount): string {
  const { email, fullName, active, aliases, delegates } = entry;
  const lines = [`  - email: ${quoted(email)}`];
  if (fullName !== undefined) lines.push(`fullName: ${quoted(fullName)}`);
  if (active !== undefined) lines.push(`active: ${active}`);
  if (aliases !== undefined) lines.push(`aliases: ${quotedList(aliases)}`);
  if (delegates !== undefined) lines.push(`delegates: ${quotedList(delegates)}`);
  for (const field of PLAIN_TEXTS) {
    const text = entry[field];
    if (text !== undefined) lines.push(`${field}: ${quoted(text)}`);
  }
  return `${lines.join("\n    ")}\n`;
}

function renderProfile(domains: readonly string[], excluded: ReadonlySet<string>): string {
  const exclude =
    excluded.size === 0
      ? ""
      : `  # These cannot be declared as they are, so they are left alone.\n  exclude:\n${[...excluded]
          .sort(compareText)
          .map((address) => `    - address: ${quoted(address)}\n`)
          .join("")}`;
  return `# Every account that Zivver had is in accounts/: change it there. An entry that is taken out suspends its account.
apiVersion: zivsync/v1
kind: Profile
name: accounts
manages:
  kinds: [personal, functional]
  include:
${domains.map((domain) => `    - domain: ${JSON.stringify(domain)}\n`).join("")}${exclude}sources: # a directory or a list can be added here: the first that gives a field wins
  - name: declared
    type: declared
    files: ../accounts/*.yaml
sync:
  personal: { create: true, update: true, missing: suspend, disabled: suspend, reactivate: true }
  functional: { create: true, update: true, missing: suspend, delegates: true }
`;
}
