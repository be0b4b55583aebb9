import { FEW, PEOPLE_OF_THE_CORPORATION, type Person, SERVICE_ACCOUNTS } from "./corporation-people.ts";
import type { Entry } from "./ldif.ts";
import { DOMAIN_DN } from "./samba.ts";

/** A group with an address, and whom it should let in: `incomplete` where a member is in another domain. */
export type TrueGroup = {
  readonly dn: string;
  readonly address: string;
  readonly fullName: string;
  readonly delegates: readonly string[];
  readonly incomplete: boolean;
};

type Group = {
  readonly dn: string;
  readonly mail?: string;
  readonly displayName?: string;
  readonly type: keyof typeof GROUP_TYPES;
  readonly members: readonly string[];
};

const GROUP_TYPES = {
  "global security": "-2147483646",
  "domain-local security": "-2147483644",
  "universal security": "-2147483640",
  "global distribution": "2",
  "domain-local distribution": "4",
  "universal distribution": "8",
} as const;
const TYPES = Object.keys(GROUP_TYPES) as Group["type"][];

const people = PEOPLE_OF_THE_CORPORATION;
const dnOf = (person: Person | undefined) => person?.entry.dn ?? "";
const personDns = (...indexes: readonly number[]) =>
  indexes.map((index) => dnOf(people[index % people.length]));
const groupDn = (name: string) => `CN=${name},OU=Groups,${DOMAIN_DN}`;

function group(name: string, members: readonly string[], more: Partial<Group> = {}): Group {
  const mail = `${name}@example.org`;
  return {
    dn: groupDn(name),
    mail,
    displayName: `Group ${name}`,
    type: "universal security",
    members,
    ...more,
  };
}

/** Without an address: only what is in it counts. */
function bare(name: string, members: readonly string[], more: Partial<Group> = {}): Group {
  const { mail: _, displayName: __, ...rest } = group(name, members, more);
  return rest;
}

/** Twelve levels, each in the one above; every third has no address. `last` is what the lowest holds beside people. */
function levels(name: string, last: readonly string[]): Group[] {
  return Array.from({ length: 12 }, (_, level) => {
    const below = level === 11 ? last : [groupDn(`${name}-${level + 1}`)];
    const make = level % 3 === 2 ? bare : group;
    return make(`${name}-${level}`, [...below, ...personDns(1_000 + level * 2, 1_001 + level * 2)]);
  });
}

/** A thicket: every group is in up to three others, before and after it. */
function teams(count: number): Group[] {
  return Array.from({ length: count }, (_, index) => {
    const inside = Array.from({ length: index % 4 }, (_, nth) =>
      groupDn(`team-${(index * 7 + nth * 31 + 1) % count}`),
    ).filter((dn) => dn !== groupDn(`team-${index}`));
    const members = Array.from({ length: 1 + (index % 9) }, (_, nth) => index * 17 + nth * 101);
    const make = index % 6 === 5 ? bare : group;
    const type = TYPES[index % TYPES.length] ?? "universal security";
    return make(`team-${index}`, [...new Set([...personDns(...members), ...inside])], { type });
  });
}

/** Of people under OU=Few, and there themselves. */
function desks(count: number): Group[] {
  return Array.from({ length: count }, (_, index) => {
    const members = Array.from({ length: 15 }, (_, nth) => (index * 13 + nth * 7) % FEW);
    const dn = `CN=desk-${index},OU=Few,${DOMAIN_DN}`;
    return group(`desk-${index}`, [...new Set(personDns(...members))], { dn });
  });
}

/** Somebody of another domain, of whom this one knows but the security identifier. */
const FOREIGN_SID = "S-1-5-21-11111111-22222222-33333333-1104";
const FOREIGNER = `CN=${FOREIGN_SID},CN=ForeignSecurityPrincipals,${DOMAIN_DN}`;
const CONTACT = `CN=Partner,OU=Contacts,${DOMAIN_DN}`;
const COMPUTER = `CN=PC-1,OU=Machines,${DOMAIN_DN}`;
const disabled = people.findIndex(({ truth }) => truth?.active === false);
const withoutMail = people.findIndex(({ truth }) => truth === undefined);
export const PRIMARY_GROUP = groupDn("of-primary");
const ODD = people.map(dnOf).filter((dn) => dn.includes("OU=Odd"));
/** Their primary group is PRIMARY_GROUP, which does not list them. */
const OF_PRIMARY = [2_000, 2_001, 2_002];

const GROUPS: readonly Group[] = [
  group("everyone", people.map(dnOf)),
  group("odd", ODD, {
    dn: groupDn("odd\\, \\#1 \\+ more"),
  }),
  ...levels("tree", []),
  ...levels("circle", [groupDn("circle-0")]),
  group("pair-a", [groupDn("pair-b"), ...personDns(3_000)]),
  group("pair-b", [groupDn("pair-a"), ...personDns(3_001)]),
  group("empty", []),
  group("only-disabled", personDns(disabled)),
  group("mixed", [CONTACT, COMPUTER, ...personDns(disabled, withoutMail, 3_010)]),
  group("foreign", [FOREIGNER, ...personDns(3_020, 3_021)]),
  group("above-foreign", [groupDn("foreign"), ...personDns(3_022)]),
  { ...group("named-by-cn", personDns(3_030)), displayName: "" },
  group("of-primary", personDns(2_003), { type: "global security" }),
  group("above-primary", [PRIMARY_GROUP, ...personDns(2_004)]),
  bare("zivver-users", [groupDn("zivver-care"), ...ODD.slice(0, 3)]),
  bare("zivver-care", [groupDn("zivver-night"), ...ODD.slice(3, 5)]),
  bare("zivver-night", [groupDn("zivver-users"), ...ODD.slice(5, 9), groupDn("pair-a")]),
  ...teams(300),
  ...desks(20),
];

function entryOf({ dn, mail, displayName, type, members }: Group): Entry {
  return {
    dn,
    attributes: {
      objectClass: "group",
      sAMAccountName: dn.slice(3, dn.indexOf(",OU=")).replaceAll(/[^\w-]/g, "_"),
      groupType: GROUP_TYPES[type],
      ...(mail ? { mail, proxyAddresses: [`SMTP:${mail}`] } : {}),
      ...(displayName ? { displayName } : {}),
      ...(members.length > 0 ? { member: members } : {}),
    },
  };
}

const unit = (name: string): Entry => ({
  dn: `${name},${DOMAIN_DN}`,
  attributes: { objectClass: "organizationalUnit" },
});
const UNITS = ["Staff", "Few", "Odd", "Groups", "Contacts", "Machines", "Service"].map(
  (name) => `OU=${name}`,
);
const WARDS = Array.from({ length: 12 }, (_, index) => `OU=Ward ${index},OU=Staff`);

/** Everything in the order in which it can be made: whoever is a member comes before the group. */
export const CORPORATION: readonly Entry[] = [
  ...[...UNITS, ...WARDS].map(unit),
  ...people.map(({ entry }) => entry),
  ...SERVICE_ACCOUNTS,
  {
    dn: CONTACT,
    attributes: { objectClass: "contact", mail: "partner@example.net", displayName: "Partner" },
  },
  {
    dn: COMPUTER,
    attributes: { objectClass: "computer", sAMAccountName: "PC-1$", userAccountControl: "4096" },
  },
  ...GROUPS.map((one) => entryOf({ ...one, members: [] })),
  ...GROUPS.filter(({ members }) => members.length > 0).map(
    ({ dn, members }): Entry => ({
      dn,
      change: "add",
      // Named by its identifier, a stranger gets an entry among the foreign security principals.
      attributes: {
        member: members.map((member) => (member === FOREIGNER ? `<SID=${FOREIGN_SID}>` : member)),
      },
    }),
  ),
  ...OF_PRIMARY.flatMap((index): Entry[] => {
    const [dn = ""] = personDns(index);
    return [
      { dn: PRIMARY_GROUP, change: "add", attributes: { member: dn } },
      { dn, change: "replace", attributes: { primaryGroupID: `rid:${PRIMARY_GROUP}` } },
    ];
  }),
  { dn: DOMAIN_DN, change: "replace", attributes: { lockoutThreshold: "3" } },
];

const byDn = new Map(GROUPS.map((one) => [one.dn, one]));
const truthByDn = new Map(people.map(({ entry, truth }) => [entry.dn, truth]));

/** All that is in a group, groups included, however deep. */
function inside(dn: string, seen = new Set<string>()): Set<string> {
  const direct = [
    ...(byDn.get(dn)?.members ?? []),
    ...(dn === PRIMARY_GROUP ? personDns(...OF_PRIMARY) : []),
  ];
  for (const member of direct) {
    if (seen.has(member)) continue;
    seen.add(member);
    inside(member, seen);
  }
  return seen;
}

function addressesIn(dn: string): readonly string[] {
  const found = [...inside(dn)].flatMap((member) => {
    const truth = truthByDn.get(member);
    return truth?.active ? [truth.address] : [];
  });
  return found.sort();
}

/** The groups with an address as they should be read. */
export function trueGroups(): readonly TrueGroup[] {
  return GROUPS.flatMap(({ dn, mail, displayName }) => {
    if (mail === undefined) return [];
    const cn = dn.slice(3, dn.indexOf(",OU="));
    const incomplete = inside(dn).has(FOREIGNER);
    return [{ dn, address: mail, fullName: displayName || cn, delegates: addressesIn(dn), incomplete }];
  });
}

/** Addresses of all people with one in a group, disabled ones too. */
export function peopleIn(group: "zivver-users" | "of-primary"): readonly string[] {
  return [...inside(groupDn(group))].flatMap((dn) => truthByDn.get(dn)?.address ?? []).sort();
}
