import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Reply } from "../../servers/exchange-entra.ts";
import {
  type FakeTenant,
  grant,
  group,
  groupRow,
  guid,
  member,
  SELF,
  shared,
  user,
} from "../../servers/exchange-tenant.ts";
import { runs } from "../../support/runs.ts";
import { problemsOf } from "../reading.ts";
import { certificates, findingsOf, stage, WHERE } from "./stage.ts";

const certs = certificates();
const DESK = "desk@example.org";
const anna = user("anna@example.org", { DisplayName: "Smith, Anna", Alias: "asmith", Name: "Anna Smith 7" });
const bert = user("bert@example.org", { DisplayName: "Team" });
const desk = shared(DESK);

/** What the permissions of one mailbox come to. */
async function accessOf(
  entries: readonly unknown[],
  tenant: Partial<FakeTenant>,
  fault: (asked: { kind: string; key: string }) => Reply | undefined = () => undefined,
) {
  const mailboxes = [desk, ...(tenant.mailboxes ?? [anna, bert])];
  const { read, exchange } = await stage(
    certs,
    { ...tenant, mailboxes, permissions: { [DESK]: [SELF, ...entries] } },
    { fault },
  );
  const reading = await read();
  expect([reading.complete, findingsOf(reading), exchange.complaints]).toEqual([true, [], []]);
  const record = reading.records.find(({ kind }) => kind === "functional");
  const { delegates, delegatesIncomplete: incomplete, problems } = record ?? { problems: [] };
  return { delegates: delegates?.value, incomplete, problems: problems.map(({ message }) => message) };
}

const unidentified = (name: string, reason: string) =>
  `Not identified in the permissions of ${DESK}, or in groups there: "${name}" (${reason}).`;
const nobody = (name: string, reason: string) => ({
  delegates: [],
  incomplete: unidentified(name, reason),
  problems: [],
});
const certain = (...delegates: readonly string[]) => ({ delegates, incomplete: undefined, problems: [] });

const contact = (more: object) => ({
  DisplayName: "Contact",
  PrimarySmtpAddress: "contact@example.net",
  RecipientTypeDetails: "MailContact",
  Guid: guid("contact"),
  ...more,
});

type Case = readonly [
  name: string,
  entry: string,
  tenant: Partial<FakeTenant>,
  expected: Awaited<ReturnType<typeof accessOf>>,
];
const BOTH = "the name of 2 recipients";

const CASES: readonly Case[] = [
  ["a user named like a group", "Team", { groups: [group("Team", [member(anna)])] }, nobody("Team", BOTH)],
  [
    "a user named like a security group without mail",
    "Team",
    { groups: [group("Team", ["Smith, Anna"], { type: "UniversalSecurityGroup" })] },
    nobody("Team", BOTH),
  ],
  [
    "two groups of one name, only one of which has mail",
    "Night",
    {
      groups: [
        group("Night", [member(anna)]),
        group("Night", ["Smith, Anna"], { type: "UniversalSecurityGroup", guid: guid("other night") }),
      ],
    },
    nobody("Night", BOTH),
  ],
  [
    "a user named like a contact",
    "Team",
    { recipients: [contact({ DisplayName: "Team" })] },
    nobody("Team", BOTH),
  ],
  [
    "a user named like one without a mailbox",
    "Team",
    { recipients: [contact({ DisplayName: "Team", RecipientTypeDetails: "User" })] },
    nobody("Team", BOTH),
  ],
  [
    "a user named like a room",
    "Team",
    {
      mailboxes: [
        bert,
        user("room@example.org", { DisplayName: "Team", RecipientTypeDetails: "RoomMailbox" }),
      ],
    },
    nobody("Team", BOTH),
  ],
  [
    "a group whose name is somebody's alias",
    "asmith",
    { groups: [group("ASmith", [member(bert)])] },
    nobody("asmith", BOTH),
  ],
  [
    "a group whose name is somebody's `Name`",
    "anna smith 7",
    { groups: [group("Anna Smith 7", [member(bert)])] },
    nobody("anna smith 7", BOTH),
  ],
  [
    "names that differ in case, space and marks over letters, which Exchange does not tell apart",
    "  zoë  BERG ",
    {
      mailboxes: [
        user("zoe@example.org", { DisplayName: "Zoe Berg" }),
        user("z@example.org", { DisplayName: "Zoë Berg" }),
      ],
    },
    nobody("zoë BERG", BOTH),
  ],
  ["the name of one user, and of nothing else", "team", {}, certain("bert@example.org")],
  ["a name with a comma", "Smith, Anna ", {}, certain("anna@example.org")],
  [
    "composed and decomposed letters",
    "Zoe\u0308",
    { mailboxes: [user("z@example.org", { DisplayName: "Zoë" })] },
    certain("z@example.org"),
  ],
  ["the alias of one user", "ASmith", {}, certain("anna@example.org")],
  ["the id of one user", guid("mailbox anna@example.org").toUpperCase(), {}, certain("anna@example.org")],
  [
    "an address that is another user's display name",
    "anna@example.org",
    { mailboxes: [anna, user("b@example.org", { DisplayName: "anna@example.org" })] },
    nobody("anna@example.org", BOTH),
  ],
  [
    "a name to sign in with that is another user's address",
    "old@example.org",
    {
      mailboxes: [
        user("new@example.org", { UserPrincipalName: "old@example.org" }),
        user("b@example.org", { EmailAddresses: ["SMTP:b@example.org", "smtp:old@example.org"] }),
      ],
    },
    nobody("old@example.org", BOTH),
  ],
  [
    "an address that two mailboxes have",
    "both@example.org",
    {
      mailboxes: ["a", "b"].map((one) =>
        user(`${one}@example.org`, { EmailAddresses: [`SMTP:${one}@example.org`, "smtp:both@example.org"] }),
      ),
    },
    nobody("both@example.org", "nobody that Exchange knows"),
  ],
  [
    "a name with an asterisk, which Exchange would search with",
    "Te*",
    {},
    nobody("Te*", "a name with an asterisk, which Exchange treats as a pattern"),
  ],
  [
    "everybody who signs in",
    "NT AUTHORITY\\Authenticated Users",
    {},
    nobody("NT AUTHORITY\\Authenticated Users", "nobody that Exchange knows"),
  ],
  ["services", "NT AUTHORITY\\SYSTEM", {}, certain()],
];

describe("whom a name in a permission means", () => {
  test.each(CASES)("%s", async (_, entry, tenant, expected) => {
    expect(await accessOf([grant(entry)], tenant)).toEqual(expected);
  });

  test.each(["Get-Recipient", "Get-Group", "Get-User"])("a name that %s was refused for", async (cmdlet) => {
    const refused = { status: 403, body: { error: { message: "Forbidden" } } };
    expect(
      await accessOf([grant("Team")], {}, ({ kind }) => (kind === cmdlet ? refused : undefined)),
    ).toEqual(
      nobody(
        "Team",
        'not known, as it could not be looked up. Asked to look up "Team", Exchange answered 403 with "Forbidden".',
      ),
    );
  });

  test.each([
    [
      "with a warning",
      { status: 200, body: { value: [], "@adminapi.warnings": ["more"] } },
      'nothing but a warning: "more".',
    ],
    ["without a word of its own", { status: 404, body: "" }, "404 with nothing more."],
  ])("a search for groups that ends %s has not said that there is none", async (_, answer, said) => {
    expect(
      await accessOf([grant("Team")], {}, ({ kind }) => (kind === "Get-Group" ? answer : undefined)),
    ).toEqual(
      nobody(
        "Team",
        `not known, as it could not be looked up. Asked to look up "Team", Exchange answered ${said}`,
      ),
    );
  });

  test("one found, and a warning that there may be more", async () => {
    const body = { value: [bert], "@adminapi.warnings": ["There are more results."] };
    const found = await accessOf([grant("Team")], {}, ({ kind }) =>
      kind === "Get-Recipient" ? { status: 200, body } : undefined,
    );
    expect(found).toEqual(
      nobody(
        "Team",
        'not known, as it could not be looked up. Asked to look up "Team", Exchange answered with a warning: "There are more results.".',
      ),
    );
  });

  test("a search that answers with somebody of another name has found nobody", async () => {
    const answer = { status: 200, body: { value: [anna] } };
    const found = await accessOf([grant("Ann")], {}, ({ kind }) =>
      kind === "Get-Recipient" ? answer : undefined,
    );
    expect(found).toEqual(nobody("Ann", "one that Exchange answers with somebody of another name"));
  });

  test("a denial of an ambiguous name concerns the delegates alone", async () => {
    const tenant = { groups: [group("Team", [member(anna)])] };
    const { problems, ...access } = await accessOf(
      [grant("anna@example.org"), grant("Team", { Deny: true })],
      tenant,
    );
    expect(access).toEqual({ delegates: ["anna@example.org"], incomplete: undefined });
    expect(problems).toEqual([
      `Somebody may be denied access who is not known. ${unidentified("Team", BOTH)}`,
    ]);
  });

  test.each(["Office", "office@example.org"])(
    "%s, a Microsoft 365 group that is listed as a mailbox, too",
    async (name) => {
      const office = group("Office", [member(anna)], { type: "GroupMailbox", address: "office@example.org" });
      const row = user("office@example.org", {
        DisplayName: "Office",
        RecipientTypeDetails: "GroupMailbox",
        Guid: office.guid,
      });
      const found = await accessOf([grant(name)], { mailboxes: [anna, row], groups: [office] });
      expect(found).toEqual(certain("anna@example.org"));
    },
  );

  test("a search that answers with everybody chooses nobody, and soon", async () => {
    const everybody = Array.from({ length: 20_000 }, (_, nth) => user(`u${nth}@example.org`));
    const answer = { status: 200, body: { value: everybody } };
    const found = await accessOf([grant("Team")], {}, ({ kind }) =>
      kind === "Get-Recipient" ? answer : undefined,
    );
    expect(found).toEqual(nobody("Team", "the name of more than 100 recipients"));
  }, 5_000);

  test("the filter's group is not one of two", async () => {
    const { read } = await stage(certs, { mailboxes: [anna, bert], groups: [group("Team", [member(anna)])] });
    const filters = { personal: [{ memberOf: ["Team"], exclude: false, where: WHERE }] };
    expect(await problemsOf(read({ filters }))).toMatchObject([
      { message: `memberOf names "Team", and it is ${BOTH}. It would look as if nobody were in it.` },
    ]);
  });
});

const MEMBERS: readonly (readonly [name: string, row: object, reason: string])[] = [
  [
    "the id of one and the address of another",
    { ...member(anna), PrimarySmtpAddress: "bert@example.org" },
    "one whose id, address and kind do not fit together",
  ],
  [
    "a contact with the address of a user",
    contact({ DisplayName: "Smith, Anna", PrimarySmtpAddress: "anna@example.org" }),
    "one whose id, address and kind do not fit together",
  ],
  [
    "a name alone",
    { DisplayName: "Smith, Anna", RecipientTypeDetails: null, Guid: null, PrimarySmtpAddress: null },
    "of a kind that Exchange does not report",
  ],
  [
    "a mailbox that was not listed",
    member(user("new@example.org", { DisplayName: "Smith, Anna" })),
    "a mailbox that is not in the list of mailboxes",
  ],
  [
    "a group without an id",
    { DisplayName: "Smith, Anna", RecipientTypeDetails: "MailUniversalSecurityGroup" },
    "a group without an id or an address",
  ],
];

describe("whom a row among the members of a group means", () => {
  test.each(MEMBERS)("%s: nobody", async (_, row, reason) => {
    const found = await accessOf([grant("Night")], { groups: [group("Night", [row as never])] });
    expect(found).toEqual(nobody("Smith, Anna", reason));
  });

  test("nothing that can be read", async () => {
    const found = await accessOf([grant("Night")], {
      groups: [group("Night", [null as never, member(anna)])],
    });
    expect(found).toEqual({
      ...nobody("", "an entry that cannot be read"),
      delegates: ["anna@example.org"],
    });
  });

  test("groups that are in each other, one with another's address", async () => {
    const outer = group("Outer", [groupRow(group("Inner", [])), member(anna)], {
      address: "outer@example.org",
    });
    const inner = group("Inner", [groupRow(outer), member(bert)], { address: "outer@example.org" });
    const found = await accessOf([grant("Outer"), grant("Outer"), grant("outer")], {
      groups: [outer, inner],
    });
    expect(found).toEqual(certain("anna@example.org", "bert@example.org"));
  });
});

/** One of each kind of recipient, with names that differ little or not at all. */
const NAMES = ["Team", "team ", "Téam", "Night", "Smith, Anna", "a@example.org"];
const folded = (name: string) => name.normalize("NFKD").replace(/\p{M}/gu, "").trim().toLowerCase();
const recipient = fc.record({
  kind: fc.constantFrom("user", "disabled", "shared", "group", "plain group", "contact", "user only"),
  name: fc.constantFrom(...NAMES),
  alias: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
});

test("law: a name gives access to the one who alone has it, and otherwise to nobody", async () => {
  const world = fc.record({
    recipients: fc.array(recipient, { maxLength: 6 }),
    entries: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3, selector: folded }),
  });
  await fc.assert(
    fc.asyncProperty(world, async ({ recipients, entries }) => {
      const inside = user("inside@example.org", { DisplayName: "Somebody inside" });
      const made = recipients.map(({ kind, name, alias }, nth) => {
        const address = `u${nth}@example.org`;
        const isGroup = kind.endsWith("group");
        const more = { DisplayName: name, ...(alias === undefined ? {} : { Alias: alias }) };
        const names = [name, ...(isGroup || alias === undefined ? [] : [alias])].map(folded);
        return { kind, address, name, more, names, nth };
      });
      const of = (...kinds: readonly string[]) => made.filter(({ kind }) => kinds.includes(kind));
      const tenant: Partial<FakeTenant> = {
        mailboxes: [
          desk,
          inside,
          ...of("user").map(({ address, more }) => user(address, more)),
          ...of("disabled").map(({ address, more }) => user(address, { ...more, AccountDisabled: true })),
          ...of("shared").map(({ address, more }) => shared(address, more)),
        ],
        groups: [
          ...of("group").map(({ name, address }) => group(name, [member(inside)], { guid: guid(address) })),
          ...of("plain group").map(({ name, address }) =>
            group(name, ["Somebody inside"], { guid: guid(address), type: "UniversalSecurityGroup" }),
          ),
        ],
        recipients: [
          ...of("contact").map(({ address, more }) =>
            contact({ ...more, PrimarySmtpAddress: address, Guid: guid(address) }),
          ),
          ...of("user only").map(({ address, more }) => ({
            ...more,
            RecipientTypeDetails: "User",
            Guid: guid(address),
          })),
        ],
        permissions: { [DESK]: [SELF, ...entries.map((name) => grant(name))] },
      };
      const { read } = await stage(certs, tenant);
      const reading = await read();
      const record = reading.records.find(({ email }) => email?.value === DESK);
      const meant = entries.map((name) => made.filter(({ names }) => names.includes(folded(name))));
      const access = meant.flatMap(([one, ...others]) => {
        if (one === undefined || others.length > 0) return [];
        if (one.kind.endsWith("group")) return ["inside@example.org"];
        return one.kind === "user" ? [one.address] : [];
      });
      expect(record?.delegates?.value).toEqual([...new Set(access)].sort());
      expect(record?.delegatesIncomplete !== undefined).toBe(meant.some(({ length }) => length !== 1));
    }),
    { numRuns: runs(20, 60) },
  );
}, 30_000);
