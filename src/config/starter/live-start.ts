import { compareText, type LiveAccount } from "../../model/account/account.ts";
import { PLAIN_TEXTS } from "../../model/account/fields.ts";
import { KINDS, type Kind } from "../../model/account/kind.ts";
import { domainOf } from "../../model/values/address.ts";
import { commonFiles, type OrganizationChoices, renderOrganization, type StarterFile } from "./starter.ts";
import { isWritable, quoted, quotedList } from "./yaml-text.ts";

/** The fields of a live account that an entry can declare. */
export const DECLARABLE = ["fullName", "aliases", "delegates", ...PLAIN_TEXTS] as const;
export type Declarable = (typeof DECLARABLE)[number];

/** The fields and accounts that are left out so that a plan of the start changes nothing, by primary address. */
export type LeftOut = {
  readonly fields: ReadonlyMap<string, ReadonlySet<Declarable>>;
  /** Accounts that the profile does not manage. */
  readonly accounts: ReadonlySet<string>;
};

/** Accounts in one file; a file may have 5 MB. */
const MOST_IN_FILE = 2_000;

/**
 * A configuration that declares the live accounts of the claimed domains as they are. The last file is
 * organization.yaml. Pure.
 */
export function renderLiveStart(
  live: readonly LiveAccount[],
  choices: OrganizationChoices,
  leftOut: LeftOut,
): readonly StarterFile[] {
  const declared = live
    .filter(({ address }) => choices.domains.includes(domainOf(address)) && !leftOut.accounts.has(address))
    .sort((a, b) => compareText(a.address, b.address));
  const addresses = new Map(live.map(({ zivverId, address }) => [zivverId, address]));
  return [
    ...commonFiles(),
    { path: "profiles/accounts.yaml", text: renderProfile(choices.domains, leftOut.accounts) },
    ...KINDS.flatMap((kind) =>
      renderKind(
        kind,
        declared.filter((account) => account.kind === kind),
        (account) => renderEntry(account, leftOut.fields.get(account.address), addresses),
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

function renderKind(
  kind: Kind,
  accounts: readonly LiveAccount[],
  render: (account: LiveAccount) => string,
): readonly StarterFile[] {
  const count = Math.max(1, Math.ceil(accounts.length / MOST_IN_FILE));
  const digits = String(count).length;
  return Array.from({ length: count }, (_, at) => {
    const part = accounts.slice(at * MOST_IN_FILE, (at + 1) * MOST_IN_FILE);
    const number = count === 1 ? "" : `-${String(at + 1).padStart(digits, "0")}`;
    const entries = part.length === 0 ? " []\n" : `\n${part.map(render).join("")}`;
    return {
      path: `accounts/${kind}${number}.yaml`,
      text: `# As Zivver had them. What an entry does not say is left as it is.\napiVersion: zivsync/v1\nkind: Accounts\n${kind}:${entries}`,
    };
  });
}

function renderEntry(
  account: LiveAccount,
  leftOut: ReadonlySet<Declarable> | undefined,
  addresses: ReadonlyMap<string, string>,
): string {
  const says = (field: Declarable, texts: readonly string[]) =>
    !leftOut?.has(field) && texts.every((text) => text !== "" && isWritable(text));
  const lines = [`  - email: ${quoted(account.address)}`];
  if (says("fullName", [account.fullName])) lines.push(`fullName: ${quoted(account.fullName)}`);
  if (!account.active && account.kind === "personal") lines.push("active: false");
  if (says("aliases", account.aliases)) lines.push(`aliases: ${quotedList(account.aliases)}`);
  const delegates =
    account.kind === "personal" ? account.delegates : account.members.map((id) => addresses.get(id) ?? "");
  if (says("delegates", delegates)) lines.push(`delegates: ${quotedList([...delegates].sort(compareText))}`);
  for (const field of PLAIN_TEXTS) {
    const text = account[field];
    if (says(field, [text]) && (field !== "division" || text.startsWith("/")))
      lines.push(`${field}: ${quoted(text)}`);
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
