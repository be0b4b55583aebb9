import { quoted, quotedList } from "../yaml/yaml.ts";
import { renderSource, type StarterSource, type StarterTables } from "./sources.ts";

/** One file to begin with; `path` is relative to the configuration folder, with `/`. */
export type StarterFile = { readonly path: string; readonly text: string };

/** The choices behind a new configuration. */
export type StarterChoices = {
  /** Canonical, at least one. */
  readonly domains: readonly string[];
  readonly loginMethod: "sso" | "password";
  /** At least one, each once, in order of precedence. */
  readonly sources: readonly StarterSource[];
  /** A spreadsheet that there is already, relative to the folder of the profiles, with `/`. */
  readonly spreadsheet?: string;
  /** The sheets of it that have the accounts of each kind. */
  readonly tables?: StarterTables;
  readonly state: "git" | "file";
  /** The address of Zivver, where that is not the usual address. */
  readonly url?: string;
  /** The protected environment on GitHub whose approvers count. */
  readonly environment?: string;
  /** The variable that holds the key of plans and state; without it the API key serves. */
  readonly sealKey?: string;
};

/** The choices behind organization.yaml. */
export type OrganizationChoices = Pick<
  StarterChoices,
  "domains" | "loginMethod" | "state" | "url" | "environment" | "sealKey"
>;

/**
 * The files of a configuration folder that `validate` passes, with comments that say what to change. The last one is
 * organization.yaml: a folder without it is none yet. Pure.
 */
export function renderStarter(choices: StarterChoices): readonly StarterFile[] {
  return [
    ...commonFiles(),
    { path: "profiles/accounts.yaml", text: renderProfile(choices) },
    ...accountsFiles(choices),
    ...spreadsheetFiles(choices),
    { path: "organization.yaml", text: renderOrganization(choices, "") },
  ];
}

/** The files that hang on no choice. */
export function commonFiles(): readonly StarterFile[] {
  return [
    { path: ".gitignore", text: IGNORED },
    { path: "approvers", text: APPROVERS },
  ];
}

/** organization.yaml. `keys`: comment lines about account keys. Pure. */
export function renderOrganization(choices: OrganizationChoices, keys: string): string {
  const { domains, loginMethod, state, url, environment, sealKey } = choices;
  return `# The Zivver organisation that zivsync keeps in step, and the rules for everything that is done to it.
# \`zivsync validate\` checks this folder, \`zivsync check\` connects to Zivver and to every source.
apiVersion: zivsync/v1
kind: Organization
target:
${url === undefined ? "" : `  url: ${JSON.stringify(url)}\n`}  apiKey: { env: ZIVVER_API_KEY } # where the key is, never the key itself; { file: PATH } works too
# A key of its own for plans and state: without it they belong to the API key, and a new API key starts them again. Make one
# before the first apply: openssl rand -base64 32
${sealKey === undefined ? "# sealKey: { env: ZIVSYNC_SEAL_KEY }" : `sealKey: { env: ${sealKey} }`}
loginMethod: ${loginMethod} # sso or password
${keys}claimedDomains: ${quotedList(domains)}

# Accounts that no plan may suspend, delete or rename. As long as nobody is named here, every plan that suspends or deletes
# personal accounts is refused. Take the # away and name your administrators, above all the one whose API key this is:
# protected:
#   - ${JSON.stringify(`admin@${domains[0] ?? "example.org"}`)}
#   - "*@board.example.org" # everybody in this domain
# Only if really nobody is to be protected:
# protected: none

# A plan that does more than this is refused. These are the defaults; few: of fewer than ten accounts, and of one profile's.
# guards:
#   create: { percent: 30 }
#   update: { percent: 30, few: 5 }
#   suspend: { percent: 5, count: 100, few: 3 }
#   reactivate: { percent: 20, count: 50, few: 3 }
#   delete: { percent: 1, count: 10, few: 1 }
#   rename: { percent: 20, count: 50, few: 3 }
#   memberRemoval: { percent: 20, count: 200, few: 5 }
#   addDelegate: { percent: 50, count: 200, few: 20 }
#   accountKey: { percent: 5, count: 50, few: 3 }
#   sourceShrink: { percent: 10, few: 3 }

# With it phone numbers without a country code are understood: 020 123 4567.
# defaultPhoneRegion: NL

# Who must approve a plan before it is applied. Signatures of \`zivsync approve\` count (the keys that may sign are in the
# file approvers), and with \`github\` the reviewers of the pull request and of the environment that apply waits for.
${
  environment === undefined
    ? "# approval: { required: 1, forRemovals: 2 }"
    : `approval:
  required: 1
  # forRemovals: 2 # for plans that suspend or delete accounts, or remove delegates
  github: { environment: ${quoted(environment)} }`
}

# What zivsync remembers between runs: whose account is whose, so that a rename is seen as one.
${STATES[state]}
`;
}

const STATES = {
  git: "state: { store: git, branch: zivsync-state } # a branch of this repository that only zivsync writes",
  file: "state: { store: file, path: .zivsync/state.jsonl } # keep this file: a machine that lacks it knows no renames",
} as const;

function renderProfile({ domains, sources, spreadsheet, tables }: StarterChoices): string {
  const functional =
    tables?.functional !== undefined ||
    !(spreadsheet !== undefined && sources.every((source) => source === "spreadsheet"));
  const kinds = functional ? "[personal, functional]" : "[personal]";
  const domain = domains[0] ?? "";
  const place = {
    domain,
    ...(spreadsheet === undefined ? {} : { spreadsheet }),
    ...(tables === undefined ? {} : { tables }),
  };
  const exceptions = sources.includes("declared")
    ? ""
    : `  # Exceptions that are declared by hand. Take the two # away once accounts/exceptions.yaml has an entry.
  # - name: exceptions
  #   type: declared
  #   files: ../accounts/*.yaml
`;
  return `# Which live accounts zivsync manages, from which sources, and which changes it makes. It never touches other accounts.
apiVersion: zivsync/v1
kind: Profile
name: accounts
manages:
  kinds: ${kinds}
  include:
${domains.map((name) => `    - domain: ${JSON.stringify(name)}`).join("\n")}
  # exclude:
  #   - address: ${JSON.stringify(`admin@${domain}`)}
# Addresses that never become aliases.
# aliases: { excludeDomains: [example.onmicrosoft.com] }
sources: # in order of precedence: the first that gives a field wins
${sources.map((source) => renderSource(source, place)).join("")}${exceptions}sync: # missing: no source has the account any more; disabled: a source says that it is not active
  personal: { create: true, update: true, missing: suspend, disabled: suspend, reactivate: true }
${functional ? "  functional: { create: true, update: true, missing: suspend, delegates: true }\n" : ""}`;
}

function accountsFiles({ domains, sources }: StarterChoices): readonly StarterFile[] {
  const declared = sources.includes("declared");
  const domain = domains[0] ?? "";
  const head = declared
    ? "# Accounts that are declared here. As long as there is none, nothing is removed on the word of this source."
    : `# Exceptions: what is here is added to what the sources say, once profiles/accounts.yaml names this file.
# An entry without fullName makes no account by itself.`;
  return [
    {
      path: declared ? "accounts/accounts.yaml" : "accounts/exceptions.yaml",
      text: `${head}
apiVersion: zivsync/v1
kind: Accounts
personal: []
#  - email: j.doe@${domain}
#    fullName: Jane Doe
#    aliases: [jane@${domain}]
#    division: /office
functional: []
#  - email: desk@${domain}
#    fullName: Front desk
#    delegates: [j.doe@${domain}]
`,
    },
  ];
}

function spreadsheetFiles({ sources, spreadsheet }: StarterChoices): readonly StarterFile[] {
  if (!sources.includes("spreadsheet") || spreadsheet !== undefined) return [];
  return [
    { path: "sources/personal.csv", text: "Id;Full name;Email;Aliases;Account key;Active;Division;Phone\n" },
    { path: "sources/functional.csv", text: "Full name;Email;Aliases;Delegates\n" },
  ];
}

/** The files that zivsync writes beside the configuration and nobody should commit. */
export const IGNORED_LINES: readonly string[] = [
  "*plan*.json",
  "*plan*.json.*",
  "*plan*.html",
  "*revert*.json",
  "*revert*.json.*",
  "*revert*.html",
  "*.journal",
  "*.json.approvals",
  "temporary-passwords*",
  ".zivsync/",
];

/** At the top of a new repository: plans and reports have any name, and are JSON and HTML; the rest are downloads of the pages. */
export const ROOT_IGNORED_LINES: readonly string[] = [
  ...IGNORED_LINES,
  "/*.json",
  "!/package.json",
  "!/package-lock.json",
  "/*.html",
  "/accounts.xlsx",
  "/changes.csv",
  "node_modules/",
];

const IGNORED = `# Plan files, reports and journals hold personal data, and temporary passwords are secrets.
${IGNORED_LINES.join("\n")}
*.json
`;

const APPROVERS = `# Who may sign plans with \`zivsync approve\`, a line a key, in OpenSSH's allowed_signers format (man ssh-keygen):
# ann@example.org ssh-ed25519 AAAA…
# It counts once organization.yaml has \`approval\`.
`;
