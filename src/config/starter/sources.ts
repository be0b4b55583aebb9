import { quoted } from "../yaml/yaml.ts";

/** The types of source that a beginning can be made with. */
export const STARTER_SOURCES = [
  "spreadsheet",
  "active-directory",
  "ldap",
  "entra-id",
  "exchange-online",
  "exchange-on-premises",
  "records",
  "declared",
] as const;
export type StarterSource = (typeof STARTER_SOURCES)[number];

/** The place of the tables of a spreadsheet within its file. */
export type StarterTable = {
  readonly sheet?: string;
  readonly headerRow?: number;
  /** The header of a field's column, for those that the source does not find by itself. */
  readonly map?: Readonly<Record<string, string>>;
};
export type StarterTables = { readonly personal: StarterTable; readonly functional?: StarterTable };

type Place = {
  readonly domain: string;
  readonly spreadsheet?: string;
  readonly tables?: StarterTables;
};

/** An item of `sources` of a profile, indented by two, for people to fill in. Pure. */
export function renderSource(source: StarterSource, place: Place): string {
  return RENDERERS[source](place);
}

const RENDERERS: Readonly<Record<StarterSource, (place: Place) => string>> = {
  spreadsheet: ({ spreadsheet, tables }) =>
    spreadsheet === undefined
      ? `  - name: lists
    type: spreadsheet # csv or xlsx; the columns are found by their names
    personal: { file: ../sources/personal.csv }
    functional: { file: ../sources/functional.csv }
`
      : `  - name: lists
    type: spreadsheet # csv or xlsx; the columns are found by their names
    personal: ${tableOf(spreadsheet, tables?.personal)} # in an xlsx the first sheet; \`sheet: NAME\` names another
${
  tables?.functional === undefined
    ? "    # For shared mailboxes add `functional: { file: …, sheet: … }`, and `functional` to `kinds` above.\n"
    : `    functional: ${tableOf(spreadsheet, tables.functional)}\n`
}`,
  "active-directory": ({ domain }) => `  - name: active-directory
    type: active-directory
    urls: [${quoted(`ldaps://dc1.${domain}`)}] # the domain controllers: the first that answers
    bind: { user: ${quoted(`svc-zivsync@${domain}`)}, password: { env: AD_PASSWORD } } # any user of the domain
    # caFile: ../corp-ca.pem # when your own CA signed the server's certificate
    # baseDns: ["OU=Hospital,DC=example,DC=org"] # left out: the whole domain
    # memberOf: CN=Zivver users,OU=Groups,DC=example,DC=org # only who is in this group, at any depth
`,
  ldap: ({ domain }) => `  - name: ldap
    type: ldap
    urls: [${quoted(`ldaps://ldap.${domain}`)}]
    bind: { user: ${quoted(`cn=zivsync,${domainParts(domain)}`)}, password: { env: LDAP_PASSWORD } }
    baseDns: [${quoted(domainParts(domain))}]
    # filter: (employeeType=staff) # RFC 4515
`,
  "entra-id": ({ domain }) => `  - name: entra-id
    type: entra-id
    tenant: ${quoted(domain)} # or the id of the tenant
    # An application of Entra ID with User.Read.All and GroupMember.Read.All. In place of the secret a certificate,
    # or in a GitHub workflow with \`id-token: write\` only \`github: true\`.
    auth: { clientId: 00000000-0000-0000-0000-000000000000, secret: { env: ENTRA_CLIENT_SECRET } }
    map: { accountKey: id } # what single sign-on sends to Zivver: id, onPremisesImmutableId or an extension
    # memberOf: zivver-users@example.org # only who is in this group, at any depth; or the object id of the group
`,
  "exchange-online": ({ domain }) => `  - name: exchange-online
    type: exchange-online
    tenant: ${quoted(domain)} # or the id of the tenant
    # An application of Entra ID with Exchange.ManageAsApp and the role Global Reader. In place of the secret a certificate,
    # or in a GitHub workflow with \`id-token: write\` only \`github: true\`.
    auth: { clientId: 00000000-0000-0000-0000-000000000000, secret: { env: EXCHANGE_CLIENT_SECRET } }
    # mailboxTypes: { functional: [SharedMailbox, RoomMailbox] }
`,
  "exchange-on-premises": ({ domain }) => `  - name: exchange
    type: exchange-on-premises
    urls: [${quoted(`ldaps://dc1.${domain}`)}] # a domain controller, no global catalogue
    bind: { user: ${quoted(`svc-zivsync@${domain}`)}, password: { env: EXCHANGE_AD_PASSWORD } }
    # caFile: ../corp-ca.pem
`,
  records: () => `  - name: records
    type: records # JSON Lines of a program; ZIVSYNC_PROGRAMS has to name it where zivsync runs
    program: [/opt/hr/export.py]
    # secrets: { HR_PASSWORD: { env: HR_PASSWORD } } # it gets these, and no other
    # file: ../people.jsonl # in place of a program
`,
  declared: () => `  - name: declared
    type: declared
    files: ../accounts/*.yaml
`,
};

function tableOf(file: string, { sheet, headerRow, map }: StarterTable = {}): string {
  const parts = [
    `file: ${quoted(file)}`,
    ...(sheet === undefined ? [] : [`sheet: ${quoted(sheet)}`]),
    ...(headerRow === undefined ? [] : [`headerRow: ${headerRow}`]),
    ...(map === undefined ? [] : [`map: ${mapOf(map)}`]),
  ];
  return `{ ${parts.join(", ")} }`;
}

function mapOf(map: Readonly<Record<string, string>>): string {
  const fields = Object.entries(map).map(([field, header]) => `${field}: ${quoted(header)}`);
  return `{ ${fields.join(", ")} }`;
}

function domainParts(domain: string): string {
  return domain
    .split(".")
    .map((label) => `dc=${label}`)
    .join(",");
}
