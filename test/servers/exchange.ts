import { SERVICE_ACCOUNTS } from "./corporation-people.ts";
import type { Entry } from "./ldif.ts";
import { DOMAIN_DN } from "./samba.ts";

/*
 * A small domain with Exchange in it: people with mailboxes of all sorts, groups, and shared mailboxes, each with one
 * kind of permission. The permissions are in SDDL; Samba makes descriptors of them.
 */

/** A shared mailbox, and whom it should let in. */
export type SharedMailbox = {
  readonly name: string;
  /** Left out: nobody was ever given access. */
  readonly sddl?: string;
  readonly automapping?: readonly string[];
  readonly delegates: readonly string[];
  /** Why there may be more; {DN} stands for the security identifier of that entry. */
  readonly incomplete?: string;
  /** What the origin says after the attribute. */
  readonly via?: string;
};

export const personDn = (name: string) => `CN=${name},OU=Staff,${DOMAIN_DN}`;
export const groupDn = (name: string) => `CN=${name},OU=Groups,${DOMAIN_DN}`;
export const mailboxDn = (name: string) => `CN=${name},OU=Shared,${DOMAIN_DN}`;
const address = (name: string) => `${name}@example.org`;
const sidOf = (entry: string) => `{${entry}}`;
const allow = (...names: readonly string[]) =>
  names.map((name) => `(A;;CCRC;;;${sidOf(personDn(name))})`).join("");
const allowGroup = (name: string) => `(A;CI;CC;;;${sidOf(groupDn(name))})`;

const LINKED_SID = "S-1-5-21-999-999-999-1001";
const FORMER_SID = "S-1-5-21-888-888-888-1002";
const STRANGER_SID = "S-1-5-21-777-777-777-1003";
const LINKED_FOREIGNER = `CN=${LINKED_SID},CN=ForeignSecurityPrincipals,${DOMAIN_DN}`;
const OBJECT_TYPE = "bf967aba-0de6-11d0-a285-00aa003049e2";
/** Nobody was ever made with this number. */
export const ORPHAN_RID = 999_999;

type Person = { readonly name: string; readonly type?: string; readonly more?: Entry["attributes"] };

const PEOPLE: readonly Person[] = [
  ...["ann", "bob", "cas", "dee", "eve", "fay", "gus", "hal"].map((name) => ({ name, type: "1" })),
  { name: "off", type: "1", more: { userAccountControl: "514" } },
  { name: "old", type: "1", more: { accountExpires: "126257442450000000" } },
  { name: "lin", type: "2", more: { userAccountControl: "514", msExchMasterAccountSid: LINKED_SID } },
  { name: "mov", type: "1", more: { sIDHistory: FORMER_SID } },
  { name: "rem", type: "2147483648" },
  { name: "boardroom", type: "16", more: { userAccountControl: "514" } },
  // A user without a mailbox, whom Exchange knows nothing of.
  { name: "bare", more: { proxyAddresses: [] } },
];

type Group = { readonly name: string; readonly type?: string; readonly members: readonly string[] };

const UNIVERSAL = "-2147483640";
const LOCAL = "-2147483644";
const GLOBAL = "-2147483646";
const GROUPS: readonly Group[] = [
  { name: "desk team", members: [groupDn("desk night"), personDn("ann")] },
  { name: "desk night", members: [groupDn("desk weekend"), personDn("off")] },
  { name: "desk weekend", members: [personDn("eve")] },
  { name: "circle one", members: [groupDn("circle two"), personDn("bob")] },
  { name: "circle two", members: [groupDn("circle one"), personDn("cas")] },
  { name: "kept out", members: [groupDn("kept out too")] },
  { name: "kept out too", members: [personDn("bob")] },
  { name: "of primary", type: GLOBAL, members: [personDn("dee")] },
  { name: "across forests", type: LOCAL, members: [LINKED_FOREIGNER, personDn("gus")] },
  { name: "newsletter", type: "8", members: [personDn("hal")] },
  { name: "with newsletter", members: [groupDn("newsletter"), personDn("gus")] },
];

/** The person whose primary group is `of primary`, which does not list her. */
const OF_PRIMARY = personDn("fay");

const gap = (name: string, why: string) => `Members may be missing from ${mailboxDn(name)}: ${why}.`;
const stranger = `zivsync cannot identify a member: ${STRANGER_SID} (1 in another domain).`;

export const SHARED_MAILBOXES: readonly SharedMailbox[] = [
  {
    name: "plain",
    sddl: `D:(A;;CCRC;;;PS)${allow("bob", "ann")}`,
    automapping: [personDn("ann")],
    delegates: ["ann", "bob"],
  },
  { name: "untouched", delegates: [] },
  { name: "own", sddl: "D:(A;;CCRC;;;PS)(A;;CC;;;SY)(A;;CC;;;BA)", delegates: [] },
  { name: "denied", sddl: `D:(D;;CC;;;${sidOf(personDn("bob"))})${allow("ann", "bob")}`, delegates: ["ann"] },
  {
    name: "denied-last",
    sddl: `D:${allow("ann", "bob")}(D;;CC;;;${sidOf(personDn("bob"))})`,
    delegates: ["ann"],
  },
  {
    name: "denied-group",
    sddl: `D:(D;;CC;;;${sidOf(groupDn("kept out"))})${allow("ann")}${allowGroup("circle one")}`,
    delegates: ["ann", "cas"],
    via: groupDn("circle one"),
  },
  {
    name: "denied-stranger",
    sddl: `D:(D;;CC;;;${STRANGER_SID})${allow("ann")}`,
    delegates: [],
    incomplete: `Somebody is denied access, and it is unknown who: ${stranger} So this source lets nobody in.`,
  },
  { name: "denied-all", sddl: `D:(D;;CC;;;WD)${allow("ann")}`, delegates: [] },
  {
    name: "inherited",
    sddl: `D:(A;;CC;;;${sidOf(personDn("bob"))})(D;CIID;CC;;;${sidOf(personDn("bob"))})(A;CIID;CC;;;${sidOf(personDn("ann"))})`,
    delegates: ["bob"],
  },
  {
    name: "folders-only",
    sddl: `D:(A;CIIO;CC;;;${sidOf(personDn("ann"))})${allow("bob")}`,
    delegates: ["bob"],
  },
  {
    name: "less-than-full",
    sddl: `D:(A;;SDRCWDWO;;;${sidOf(personDn("ann"))})${allow("bob")}`,
    delegates: ["bob"],
  },
  {
    name: "nested",
    sddl: `D:${allowGroup("desk team")}`,
    delegates: ["ann", "eve"],
    via: groupDn("desk team"),
  },
  {
    name: "circle",
    sddl: `D:${allowGroup("circle two")}`,
    delegates: ["bob", "cas"],
    via: groupDn("circle two"),
  },
  {
    name: "primary",
    sddl: `D:${allowGroup("of primary")}`,
    delegates: ["dee", "fay"],
    via: groupDn("of primary"),
  },
  { name: "orphan", sddl: `D:(A;;CC;;;{}-${ORPHAN_RID})${allow("ann")}`, delegates: ["ann"] },
  {
    name: "stranger",
    sddl: `D:(A;;CC;;;${STRANGER_SID})${allow("ann")}`,
    delegates: ["ann"],
    incomplete: stranger,
  },
  { name: "linked", sddl: `D:(A;;CCSW;;;${LINKED_SID})`, delegates: ["lin"] },
  {
    name: "linked-group",
    sddl: `D:${allowGroup("across forests")}`,
    delegates: ["gus", "lin"],
    via: groupDn("across forests"),
  },
  { name: "moved", sddl: `D:(A;;CC;;;${FORMER_SID})`, delegates: ["mov"] },
  { name: "remote-person", sddl: `D:${allow("rem")}`, delegates: ["rem"] },
  {
    name: "object",
    sddl: `D:(OA;;CC;${OBJECT_TYPE};;${sidOf(personDn("ann"))})(OA;;CC;;${OBJECT_TYPE};${sidOf(personDn("bob"))})`,
    delegates: ["bob"],
  },
  {
    name: "everyone",
    sddl: `D:(A;;CC;;;WD)${allow("ann")}`,
    delegates: ["ann"],
    incomplete: gap("everyone", "a permission lets in S-1-1-0 (Everyone), and they cannot be listed"),
  },
  {
    name: "open",
    sddl: "O:SYG:SY",
    delegates: [],
    incomplete: gap(
      "open",
      "it has no list of permissions, so everybody may open it, and they cannot be listed",
    ),
  },
  {
    name: "everything",
    sddl: `D:(A;;GA;;;${sidOf(personDn("ann"))})${allow("bob")}`,
    delegates: ["bob"],
    incomplete: gap(
      "everything",
      `a permission allows ${sidOf(personDn("ann"))} everything at once, which Exchange does not call full access`,
    ),
  },
  { name: "nobodies", sddl: `D:${allow("off", "old", "bare")}`, delegates: [] },
  { name: "newsletters", sddl: `D:${allowGroup("newsletter")}${allow("ann")}`, delegates: ["ann"] },
  {
    name: "newsletters-within",
    sddl: `D:${allowGroup("with newsletter")}`,
    delegates: ["gus"],
    via: groupDn("with newsletter"),
  },
];

/** The addresses of those who have personal accounts, and whether they are active. */
export const MAILBOXES: Readonly<Record<string, boolean>> = Object.fromEntries(
  PEOPLE.filter(({ type }) => type === "1" || type === "2" || type === "2147483648").map(({ name }) => [
    address(name),
    name !== "off" && name !== "old",
  ]),
);

export const addresses = (names: readonly string[]) => names.map(address);

const user = (entry: string, name: string, more: Entry["attributes"]): Entry => ({
  dn: entry,
  attributes: {
    objectClass: "user",
    sAMAccountName: name,
    displayName: `The ${name}`,
    userAccountControl: "512",
    mail: `other.${address(name)}`,
    proxyAddresses: [`SMTP:${address(name)}`, `smtp:${name}.alias@example.org`, `SIP:${address(name)}`],
    ...more,
  },
});

const unit = (name: string): Entry => ({
  dn: `OU=${name},${DOMAIN_DN}`,
  attributes: { objectClass: "organizationalUnit" },
});

/** Everything in the order in which it can be made. */
export const EXCHANGE: readonly Entry[] = [
  ...["Staff", "Groups", "Shared", "Service"].map(unit),
  ...SERVICE_ACCOUNTS.slice(0, 1),
  ...PEOPLE.map(({ name, type, more }) =>
    user(personDn(name), name, { ...(type ? { msExchRecipientTypeDetails: type } : {}), ...more }),
  ),
  ...GROUPS.map(
    ({ name, type = UNIVERSAL }): Entry => ({
      dn: groupDn(name),
      attributes: {
        objectClass: "group",
        sAMAccountName: name,
        groupType: type,
        mail: `${name.replace(" ", "-")}@example.org`,
      },
    }),
  ),
  ...GROUPS.map(
    ({ name, members }): Entry => ({
      dn: groupDn(name),
      change: "add",
      attributes: { member: members.map((one) => (one === LINKED_FOREIGNER ? `<SID=${LINKED_SID}>` : one)) },
    }),
  ),
  { dn: groupDn("of primary"), change: "add", attributes: { member: OF_PRIMARY } },
  { dn: OF_PRIMARY, change: "replace", attributes: { primaryGroupID: `rid:${groupDn("of primary")}` } },
  ...SHARED_MAILBOXES.map(({ name, automapping }) =>
    user(mailboxDn(name), name, {
      userAccountControl: "514",
      msExchRecipientTypeDetails: "4",
      msExchMasterAccountSid: "S-1-5-10",
      ...(automapping ? { msExchDelegateListLink: automapping } : {}),
    }),
  ),
  ...SHARED_MAILBOXES.flatMap(({ name, sddl }): Entry[] =>
    sddl === undefined
      ? []
      : [
          {
            dn: mailboxDn(name),
            change: "add",
            attributes: { msExchMailboxSecurityDescriptor: `sddl:${sddl}` },
          },
        ],
  ),
];
