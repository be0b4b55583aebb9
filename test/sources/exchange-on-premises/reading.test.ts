import { describe, expect, test } from "vitest";
import type { Reading } from "../../../src/model/ports.ts";
import type { ExchangeOnPremisesConfig, MailboxTable } from "../../../src/model/source-config/exchange.ts";
import { readMailboxes } from "../../../src/sources/exchange-on-premises/read-exchange.ts";
import { dnOf, group, NOW, ROOT, table, user } from "../directory/builders.ts";
import {
  entry,
  failure,
  type Memory,
  type MemoryEntry,
  memorySession,
  type Values,
} from "../directory/memory-session.ts";
import { descriptorBytes, sidBytes, type WrittenAce } from "./descriptors.ts";

const DOMAIN = "S-1-5-21-1-2-3";
const STRANGER = "S-1-5-21-7-7-7-1104";
const DESCRIPTOR = "msExchMailboxSecurityDescriptor";

const boxes = (...mailboxTypes: MailboxTable["mailboxTypes"]): MailboxTable => ({ ...table(), mailboxTypes });
const config = (more: Partial<ExchangeOnPremisesConfig> = {}): ExchangeOnPremisesConfig => ({
  type: "exchange-on-premises",
  name: "exchange",
  where: "profiles/staff.yaml:4:5",
  urls: ["ldaps://dc1.corp.example.test"],
  startTls: false,
  pageSize: 500,
  timeouts: { connectMs: 1000, answerMs: 1000 },
  fullAccess: "descriptor",
  personal: boxes("user", "linked"),
  functional: boxes("shared", "remoteShared"),
  ...more,
});

let rids = 1000;
const sids = new Map<MemoryEntry, string>();
/** Gives an entry an identifier of the domain, unless it has one. */
function known(make: (sid: Values) => MemoryEntry, sid = `${DOMAIN}-${++rids}`): MemoryEntry {
  const made = make(sidBytes(sid));
  sids.set(made, sid);
  return made;
}
const sidOf = (one: MemoryEntry) => sids.get(one) ?? "";
const person = (name: string, more: Readonly<Record<string, Values>> = {}) =>
  known((objectSid) =>
    user(name, {
      objectSid,
      msExchRecipientTypeDetails: "1",
      proxyAddresses: [`SMTP:${name.toLowerCase()}@example.org`],
      ...more,
    }),
  );
const team = (name: string, members: readonly MemoryEntry[], more: Readonly<Record<string, Values>> = {}) =>
  known((objectSid) => group(name, members.map(dnOf), { objectSid, ...more }));

const allow = (...who: readonly (MemoryEntry | string)[]): WrittenAce[] =>
  who.map((one) => ({ type: 0, sid: typeof one === "string" ? one : sidOf(one) }));
const deny = (...who: readonly (MemoryEntry | string)[]) => allow(...who).map((ace) => ({ ...ace, type: 1 }));

function shared(
  dacl: readonly WrittenAce[] | Values | undefined,
  more: Readonly<Record<string, Values>> = {},
  name = "Desk",
) {
  const isList = Array.isArray(dacl) && dacl.every((one) => typeof one === "object" && "type" in one);
  const value = isList
    ? descriptorBytes({ dacl: dacl as readonly WrittenAce[] })
    : (dacl as Values | undefined);
  return user(name, {
    userAccountControl: "514",
    msExchRecipientTypeDetails: "4",
    proxyAddresses: [`SMTP:${name.toLowerCase()}@example.org`],
    ...(value === undefined ? {} : { [DESCRIPTOR]: value }),
    ...more,
  });
}

const domain = entry(ROOT, {
  objectClass: "domainDNS",
  objectCategory: "domainDNS",
  objectSid: sidBytes(DOMAIN),
});

async function read(entries: readonly MemoryEntry[], memory: Partial<Memory> = {}, of = config()) {
  const session = memorySession({
    rootDse: { defaultNamingContext: [ROOT] },
    entries: [domain, ...entries],
    ...memory,
  });
  const reading = await readMailboxes(session, of, { now: () => NOW });
  return { reading, log: session.log };
}

/** Who may open the desk, why there may be more, and by what this is known. */
function desk({ records }: Reading) {
  const found = records.find((one) => one.email?.value === "desk@example.org");
  return [found?.delegates?.value, found?.delegatesIncomplete, found?.delegates?.origin.attribute];
}
const gap = (why: string) => `Members may be missing from CN=Desk,OU=Staff,${ROOT}: ${why}.`;

const [ann, bob, cas] = [person("Ann"), person("Bob"), person("Cas")];
const people = [ann, bob, cas];
const ANN = ["ann@example.org"];
const many = team("Many", people);
const newsletter = team("Newsletter", [cas], { groupType: "8" });
const readers = team("Readers", [newsletter, bob]);
const foreigner = entry(`CN=${STRANGER},CN=ForeignSecurityPrincipals,${ROOT}`, {
  objectClass: ["foreignSecurityPrincipal"],
  objectSid: sidBytes(STRANGER),
});
const across = team("Across", [foreigner]);
const teams = [team("A", [ann]), team("B", [bob]), team("C", []), team("D", [cas])];

const CASES: readonly {
  readonly name: string;
  readonly entries: readonly MemoryEntry[];
  readonly memory?: Partial<Memory>;
  readonly config?: Partial<ExchangeOnPremisesConfig>;
  readonly gives: readonly unknown[];
}[] = [
  {
    name: "a person, by the mailbox's own permissions",
    entries: [shared(allow(ann))],
    gives: [ANN, undefined, DESCRIPTOR],
  },
  {
    name: "bytes that are not descriptor",
    entries: [shared(descriptorBytes({ dacl: allow(ann, bob) }).slice(0, -4))],
    gives: [[], gap(`its ${DESCRIPTOR} cannot be read (its list of permissions is cut off)`), DESCRIPTOR],
  },
  {
    name: "two descriptors",
    entries: [shared([descriptorBytes({ dacl: allow(ann) }), descriptorBytes({ dacl: [] })])],
    gives: [[], gap(`its ${DESCRIPTOR} cannot be read (it has 2 values)`), DESCRIPTOR],
  },
  {
    name: "no descriptor, where others have one",
    entries: [shared(undefined), shared(allow(ann), {}, "Other")],
    gives: [[], undefined, DESCRIPTOR],
  },
  {
    name: "no descriptor anywhere",
    entries: [shared(undefined), shared(undefined, {}, "Other")],
    gives: [
      undefined,
      gap(
        "no mailbox shows its permissions, so it may be that they may not be read; a global catalogue has none",
      ),
      undefined,
    ],
  },
  {
    name: "a mailbox that lies in Exchange Online",
    entries: [shared(allow(ann), { msExchRecipientTypeDetails: "34359738368" })],
    gives: [ANN, gap("it is a remote mailbox, and Exchange Online says who may open it"), DESCRIPTOR],
  },
  {
    name: "an identifier that two people have had elsewhere",
    entries: [
      person("Dee", { msExchMasterAccountSid: sidBytes(STRANGER) }),
      person("Eve", { msExchMasterAccountSid: sidBytes(STRANGER) }),
      shared(allow(ann, STRANGER)),
    ],
    gives: [
      ANN,
      `zivsync cannot identify a member: ${STRANGER} (1 not readable enough to identify them).`,
      DESCRIPTOR,
    ],
  },
  {
    name: "an identifier that one of two had who is enabled",
    entries: [
      person("Dee", { msExchMasterAccountSid: sidBytes(STRANGER) }),
      person("Eve", { msExchMasterAccountSid: sidBytes(STRANGER), userAccountControl: "514" }),
      shared(allow(STRANGER)),
    ],
    gives: [["dee@example.org"], undefined, DESCRIPTOR],
  },
  {
    name: "somebody elsewhere who is here by a linked mailbox, and not by the entry that stands for strangers",
    entries: [
      foreigner,
      person("Lin", {
        msExchRecipientTypeDetails: "2",
        userAccountControl: "514",
        msExchMasterAccountSid: sidBytes(STRANGER),
      }),
      shared(allow(STRANGER)),
    ],
    gives: [["lin@example.org"], undefined, DESCRIPTOR],
  },
  {
    name: "nobody of a distribution group, alone or in a security group",
    entries: [newsletter, readers, shared(allow(ann, newsletter, readers))],
    gives: [
      ["ann@example.org", "bob@example.org"],
      undefined,
      `${DESCRIPTOR} via CN=Readers,OU=Groups,${ROOT}`,
    ],
  },
  {
    name: "somebody elsewhere in a group, who is here by a linked mailbox",
    entries: [
      foreigner,
      person("Lin", {
        msExchRecipientTypeDetails: "2",
        userAccountControl: "514",
        msExchMasterAccountSid: sidBytes(STRANGER),
      }),
      across,
      shared(allow(across)),
    ],
    gives: [["lin@example.org"], undefined, `${DESCRIPTOR} via CN=Across,OU=Groups,${ROOT}`],
  },
  {
    name: "somebody elsewhere in a group, who has no mailbox here",
    entries: [foreigner, across, shared(allow(across, ann))],
    gives: [
      ANN,
      `zivsync cannot identify a member: ${foreigner.dn} (1 from another forest).`,
      `${DESCRIPTOR} via CN=Across,OU=Groups,${ROOT}`,
    ],
  },
  {
    name: "somebody by an identifier of former days",
    entries: [
      person("Moved", { sIDHistory: [sidBytes(`${DOMAIN}-1`), sidBytes(STRANGER)] }),
      shared(allow(STRANGER)),
    ],
    gives: [["moved@example.org"], undefined, DESCRIPTOR],
  },
  {
    name: "groups, named in the origin, the first three of them",
    entries: [...teams, shared(allow(cas, ...teams))],
    gives: [
      ["ann@example.org", "bob@example.org", "cas@example.org"],
      undefined,
      `${DESCRIPTOR} via CN=A,OU=Groups,${ROOT}; CN=B,OU=Groups,${ROOT}; CN=C,OU=Groups,${ROOT}; and 1 more`,
    ],
  },
  {
    name: "a group of which the server tells the members in parts",
    entries: [many, shared(allow(many))],
    memory: { rangeOf: 2 },
    gives: [
      ["ann@example.org", "bob@example.org", "cas@example.org"],
      undefined,
      `${DESCRIPTOR} via CN=Many,OU=Groups,${ROOT}`,
    ],
  },
  {
    name: "nobody, when zivsync cannot tell the members of a group that is denied",
    entries: [many, shared([...allow(ann), ...deny(many)])],
    memory: { rangeOf: 2, wrongRange: () => "nonsense" },
    gives: [
      [],
      `Somebody is denied access, and it is unknown who: Members may be missing from CN=Many,OU=Groups,${ROOT}: the server gave the list only in part. So this source lets nobody in.`,
      DESCRIPTOR,
    ],
  },
  {
    name: "a denial that zivsync cannot tell of, where nobody is allowed anyway",
    entries: [shared(deny(STRANGER))],
    gives: [[], undefined, DESCRIPTOR],
  },
  {
    name: "the list for automapping",
    entries: [shared(allow(bob), { msExchDelegateListLink: dnOf(ann) })],
    config: { fullAccess: "automapping" },
    gives: [ANN, undefined, "msExchDelegateListLink"],
  },
  {
    name: "no list for automapping anywhere",
    entries: [shared(allow(bob))],
    config: { fullAccess: "automapping" },
    gives: [
      undefined,
      gap("no entry that was read has anybody in it, so it may be that this may not be read"),
      undefined,
    ],
  },
];

describe("who may open a shared mailbox", () => {
  test.each(CASES)("$name", async ({ entries, memory, config: more, gives }) => {
    const { reading } = await read([...people, ...entries], memory, config(more));
    expect(reading.complete).toBe(true);
    expect(desk(reading)).toEqual(gives);
  });
});

test("identifiers are asked for a hundred at a time, and each once", async () => {
  const crowd = Array.from({ length: 250 }, (_, index) => person(`P${index}`));
  const { reading, log } = await read([
    ...crowd,
    shared(allow(...crowd)),
    shared(allow(...crowd), {}, "Other"),
  ]);
  expect(desk(reading)[0]).toHaveLength(250);
  const asked = log.searches.map(({ filter }) => filter.split("(objectSid=").length - 1);
  expect(asked.filter((count) => count > 0)).toEqual([100, 100, 50]);
});

test("those whose number in a domain of this directory is free are gone; the first of them are named", async () => {
  const gone = [1, 2, 3, 4].map((rid) => `${DOMAIN}-90000${rid}`);
  const { reading } = await read([
    ...people,
    shared(allow(ann, ...gone)),
    shared(allow(gone[0] ?? ""), {}, "Other"),
  ]);
  expect(desk(reading)).toEqual([ANN, undefined, DESCRIPTOR]);
  expect(reading.findings).toEqual([
    {
      code: "member-left-out",
      severity: "info",
      summary: `${gone.slice(0, 3).join(", ")} and 1 more in its permissions belong to accounts that are there no longer, and left out of the delegates.`,
      where: { source: "exchange", kind: "functional", place: `CN=Desk,OU=Staff,${ROOT}` },
    },
    {
      code: "member-left-out",
      severity: "info",
      summary: `${gone[0]} in its permissions belongs to an account that is there no longer, and left out of the delegates.`,
      where: { source: "exchange", kind: "functional", place: `CN=Other,OU=Staff,${ROOT}` },
    },
  ]);
});

test("where the connection breaks off, no list of delegates is whole", async () => {
  const lost = failure("directory-unreachable", "The connection was lost.");
  // The mailbox and three people come; then identifiers are asked for.
  const { reading } = await read([...people, shared(allow(ann))], {
    failAfter: { entries: 4, failure: lost },
  });
  expect(reading.complete).toBe(false);
  expect(desk(reading).slice(0, 2)).toEqual([
    [],
    `zivsync cannot identify a member: ${sidOf(ann)} (1 not looked up).`,
  ]);
  expect(reading.findings.map(({ code }) => code)).toEqual(["source-incomplete"]);
});

test("a global catalogue knows all domains of the forest", async () => {
  const { reading, log } = await read([...people, shared(allow(ann, `${DOMAIN}-999999`))], {
    url: "ldaps://gc.corp.example.test:3269",
  });
  expect(desk(reading)).toEqual([ANN, undefined, DESCRIPTOR]);
  expect(new Set(log.searches.map(({ base, scope }) => `${base} ${scope}`))).toEqual(new Set([" subtree"]));
});

test("what is asked for", async () => {
  const of = config({
    personal: { ...boxes("user", "linked"), filter: "(department=Care)" },
    functional: boxes("shared"),
  });
  const { reading, log } = await read([...people, shared(allow(ann))], {}, of);
  const isPerson = "(&(objectCategory=person)(objectClass=user))";
  expect(log.searches.slice(0, 2).map(({ filter }) => filter)).toEqual([
    `(&${isPerson}(proxyAddresses=SMTP:*)(msExchRecipientTypeDetails=4))`,
    `(&${isPerson}(proxyAddresses=SMTP:*)(&(|(msExchRecipientTypeDetails=1)(msExchRecipientTypeDetails=2))(department=Care)))`,
  ]);
  expect([reading.type, reading.source]).toEqual(["exchange-on-premises", "exchange"]);
});

test("a person with a linked mailbox is active, whatever the user here says, and another is not", async () => {
  const off = { userAccountControl: "514" };
  const { reading } = await read([
    person("Lin", { ...off, msExchRecipientTypeDetails: "2" }),
    person("Off", off),
    person("On"),
  ]);
  expect(
    reading.records.map(({ fullName, active }) => [fullName?.value, active?.value, active?.origin.attribute]),
  ).toEqual([
    ["Lin", true, "msExchRecipientTypeDetails"],
    ["Off", false, "userAccountControl"],
    ["On", true, "userAccountControl"],
  ]);
});

describe("a filter", () => {
  const where = "profiles/staff.yaml:9:7";
  const entries = [
    ...people,
    readers,
    newsletter,
    shared(allow(ann, bob), { department: "Care" }),
    shared(allow(cas), { department: "Cure" }, "Other"),
  ];
  const taken = async (more: Partial<ExchangeOnPremisesConfig>) => {
    const { reading } = await read(entries, {}, config(more));
    expect(reading.findings).toEqual([]);
    return reading.records.map(({ email }) => email?.value.replace(/@.*/, "")).sort();
  };

  test("by an attribute", async () => {
    const conditions = [{ own: "Department", values: ["care"], exclude: false, where }];
    expect(await taken({ functional: { ...boxes("shared"), conditions } })).toEqual([
      "ann",
      "bob",
      "cas",
      "desk",
    ]);
  });

  test("by the groups that people are in, and are not", async () => {
    const conditions = (exclude: boolean) => [{ memberOf: [dnOf(readers)], exclude, where }];
    const personal = (exclude: boolean) => ({ ...boxes("user"), conditions: conditions(exclude) });
    expect(await taken({ personal: personal(false) })).toEqual(["bob", "cas", "desk", "other"]);
    expect(await taken({ personal: personal(true) })).toEqual(["ann", "desk", "other"]);
  });

  test("leaves people out as accounts, and not as delegates", async () => {
    const conditions = [{ field: "email" as const, values: ["bob@*"], exclude: true, where }];
    const { reading } = await read(entries, {}, config({ personal: { ...boxes("user"), conditions } }));
    expect(desk(reading)[0]).toEqual(["ann@example.org", "bob@example.org"]);
  });
});
