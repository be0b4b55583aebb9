import { describe, expect, test } from "vitest";
import {
  desk,
  deskRecord,
  GUARDS_OFF,
  known,
  person,
  planOf,
  reading,
  record,
} from "../../support/engine.ts";
import { created, planTable, suspended } from "../table.ts";

const OLD = "old@example.org";
const NEW = "new@example.org";
const isOld = { fullName: "Name of old", id: "1" };
const ofFormerSource = { profile: "staff", source: "former-hr", anchor: "staff/former-hr personal 1" };
const renamedTo = (aliases: string) => `update ${NEW} address: ${OLD} → ${NEW}; aliases: [] → [${aliases}]`;

describe("a linked record under another address is a rename", () => {
  planTable([
    {
      name: "the old address is kept, although no source gives aliases",
      desired: [record(NEW, isOld)],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      expect: { changes: [renamedTo(OLD)] },
    },
    {
      name: "and beside those that the source gives",
      desired: [record(NEW, { ...isOld, aliases: ["x@example.org"] })],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      expect: { changes: [renamedTo(`${OLD}, x@example.org`)] },
    },
    {
      name: "not where the profile drops it",
      desired: [record(NEW, isOld)],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      profile: { aliases: { excludeDomains: [], unclaimed: "skip", former: "drop" } },
      expect: { changes: [`update ${NEW} address: ${OLD} → ${NEW}`] },
    },
    {
      name: "the day after, the kept address stays",
      desired: [record(NEW, { ...isOld, aliases: [] })],
      live: [person(NEW, { zivverId: "id-1", fullName: "Name of old", aliases: [OLD] })],
      known: [known(NEW, { id: "1", zivverId: "id-1", former: [OLD] })],
      expect: {},
    },
    {
      name: "until somebody else wants it",
      desired: [record(NEW, { ...isOld, aliases: [] }), record(OLD, { id: "2", fullName: "Another" })],
      live: [person(NEW, { zivverId: "id-1", fullName: "Name of old", aliases: [OLD] })],
      known: [known(NEW, { id: "1", zivverId: "id-1", former: [OLD] })],
      expect: {
        changes: [
          `update ${NEW} aliases: [${OLD}] → []`,
          `create ${OLD} address: - → ${OLD}; fullName: - → Another`,
        ],
      },
    },
    {
      name: "an alias that Zivver has and nobody remembers goes, as ever",
      desired: [record(NEW, { ...isOld, aliases: [] })],
      live: [person(NEW, { zivverId: "id-1", fullName: "Name of old", aliases: [OLD] })],
      known: [known(NEW, { id: "1", zivverId: "id-1" })],
      expect: { changes: [`update ${NEW} aliases: [${OLD}] → []`] },
    },
    {
      name: "what somebody took away in Zivver is not put back",
      desired: [record(NEW, { ...isOld, aliases: [] })],
      live: [person(NEW, { zivverId: "id-1", fullName: "Name of old" })],
      known: [known(NEW, { id: "1", zivverId: "id-1", former: [OLD] })],
      expect: {},
    },
    {
      name: "an alias becomes the address",
      desired: [record(NEW, isOld)],
      live: [person(OLD, { aliases: [NEW] })],
      known: [known(OLD, { id: "1" })],
      expect: { changes: [`update ${NEW} address: ${OLD} → ${NEW}; aliases: [${NEW}] → [${OLD}]`] },
    },
    {
      name: "two people swap their addresses",
      desired: [record(OLD, { id: "2", fullName: "Name of new" }), record(NEW, isOld)],
      live: [person(OLD), person(NEW)],
      known: [known(OLD, { id: "1" }), known(NEW, { id: "2" })],
      expect: {
        changes: [`update ${OLD} address: ${NEW} → ${OLD}`, `update ${NEW} address: ${OLD} → ${NEW}`],
      },
    },
    {
      name: "a leaver's address goes to a colleague, where leavers are deleted",
      desired: [record(NEW, isOld)],
      live: [person(OLD), person(NEW)],
      known: [known(OLD, { id: "1" }), known(NEW, { id: "2" })],
      profile: { personal: { missing: "delete" } },
      expect: {
        changes: [`delete ${NEW} address: ${NEW} → -; fullName: Name of new → -`, renamedTo(OLD)],
      },
    },
    {
      name: "a leaver who is only suspended keeps the address, and the colleague waits",
      desired: [record(NEW, isOld)],
      live: [person(OLD), person(NEW)],
      known: [known(OLD, { id: "1" }), known(NEW, { id: "2" })],
      expect: { changes: [suspended(NEW)], findings: [`address-taken ${NEW}`] },
    },
    {
      name: "Zivver shows both, since somebody made the new one by hand: neither is touched",
      desired: [record(NEW, isOld)],
      live: [person(OLD), person(NEW)],
      known: [known(OLD, { id: "1" })],
      expect: { findings: [`address-taken ${NEW}`] },
    },
    {
      name: "a functional account, too",
      desired: [deskRecord(NEW, { id: "7", fullName: "Name of old" })],
      live: [desk(OLD, ["id-x"])],
      known: [known(OLD, { id: "7", kind: "functional" })],
      expect: { changes: [renamedTo(OLD)] },
    },
    {
      name: "not under another kind: ids of people and of desks may coincide",
      desired: [deskRecord(NEW, { id: "1" })],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      profile: { personal: { missing: "ignore" } },
      expect: { changes: [created(NEW)] },
    },
    {
      name: "not what organization.yaml protects",
      organization: { protected: [OLD] },
      desired: [record(NEW, isOld)],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      expect: { findings: [`account-protected ${OLD}`] },
    },
    {
      name: "a link of a source that was renamed counts while the name is the same",
      desired: [record(NEW, isOld)],
      live: [person(OLD)],
      known: [known(OLD, { link: ofFormerSource })],
      expect: { changes: [renamedTo(OLD)], findings: [`link-replaced ${NEW}`] },
    },
    {
      name: "under another name, the same id may be another person's: both are left as they are",
      desired: [record(NEW, { id: "1", fullName: "Somebody else" })],
      live: [person(OLD)],
      known: [known(OLD, { link: ofFormerSource })],
      expect: { findings: [`link-doubtful ${NEW}`] },
    },
    {
      name: "a link of another source that is still there does not count",
      readings: [
        reading([record(NEW, isOld)]),
        reading([record("b@example.org", { id: "2" })], { source: "former-hr" }),
      ],
      live: [person(OLD), person("b@example.org")],
      known: [known(OLD, { link: ofFormerSource })],
      expect: {
        changes: [created(NEW).replace("Name of new", "Name of old"), suspended(OLD)],
        findings: [`perhaps-renamed ${OLD}`],
      },
    },
  ]);
});

describe("a newcomer never gets a leaver's account", () => {
  const leaver = { live: [person(OLD)], known: [known(OLD, { id: "1" })] };
  planTable([
    {
      name: "another id and another name: nobody is suspended or let in until somebody says who it is",
      desired: [record(OLD, { id: "2", fullName: "Somebody else" })],
      ...leaver,
      expect: { findings: [`address-reused ${OLD}`] },
    },
    {
      name: "nor deleted",
      desired: [record(OLD, { id: "2", fullName: "Somebody else" })],
      ...leaver,
      profile: { personal: { missing: "delete" } },
      expect: { findings: [`address-reused ${OLD}`] },
    },
    {
      name: "a suspended account that no record was ever linked to, under another name",
      desired: [record(OLD, { id: "2", fullName: "Somebody else", active: true })],
      live: [person(OLD, { active: false })],
      known: [],
      expect: { findings: [`address-reused ${OLD}`] },
    },
    {
      name: "another id and the same name: somebody came back, if a source says that the account is active",
      desired: [record(OLD, { id: "2", fullName: "name  OF old" })],
      live: [person(OLD, { active: false })],
      known: [known(OLD, { id: "1" })],
      expect: { findings: [`active-not-given ${OLD}`, `link-replaced ${OLD}`] },
    },
    {
      name: "and when one does, the account is reactivated",
      desired: [record(OLD, { id: "2", fullName: "name  OF old", active: true })],
      live: [person(OLD, { active: false })],
      known: [known(OLD, { id: "1" })],
      expect: {
        changes: [
          `reactivate ${OLD} fullName: Name of old → name OF old; active: false → true; accountKey: - → id-${OLD} key of ${OLD}`,
        ],
        findings: [`link-replaced ${OLD}`],
      },
    },
    {
      name: "while the source is not whole, the other record may still be there",
      readings: [reading([record(OLD, { id: "2", fullName: "Somebody else" })], { complete: false })],
      ...leaver,
      expect: { findings: [`link-doubtful ${OLD}`] },
    },
    {
      name: "without a name, nothing shows that they are the same",
      desired: [record(OLD, { id: "2", fullName: null })],
      ...leaver,
      expect: { findings: [`address-reused ${OLD}`] },
    },
    {
      name: "a record without an id is found by address, if the names share a given name",
      desired: [record(OLD, { fullName: "Name Married" })],
      ...leaver,
      expect: { changes: [`update ${OLD} fullName: Name of old → Name Married`] },
    },
    {
      name: "if they share none, it may be somebody else's record",
      desired: [record(OLD, { fullName: "Married" })],
      ...leaver,
      expect: { findings: [`address-reused ${OLD}`] },
    },
    {
      name: "an alias that was a leaver's address makes nobody the leaver: that account is suspended, the alias waits",
      desired: [record(NEW, { id: "2", fullName: "Somebody else", aliases: [OLD] })],
      ...leaver,
      expect: {
        changes: [created(NEW).replace("Name of new", "Somebody else"), suspended(OLD)],
        findings: [`address-taken ${NEW}`],
      },
    },
  ]);
});

describe("a link that cannot be right is told, and nobody guesses", () => {
  planTable([
    {
      name: "the account is gone: the record is a new one",
      desired: [record(NEW, { id: "1" })],
      known: [known(OLD, { id: "1" })],
      expect: { changes: [created(NEW)], findings: [`link-gone ${NEW}`] },
    },
    {
      name: "the account is gone, and another stands at its address: the other name is told of",
      desired: [record(NEW, { id: "1", fullName: "Other" })],
      live: [person(NEW)],
      known: [known(OLD, { id: "1" })],
      expect: {
        changes: [`update ${NEW} fullName: Name of new → Other`],
        findings: [`address-reused ${NEW}`, `link-gone ${NEW}`],
      },
    },
    {
      name: "the account is gone, and so is the person",
      desired: [record(NEW, { id: "1", active: false })],
      known: [known(OLD, { id: "1" })],
      expect: {},
    },
    {
      name: "one record, two accounts",
      desired: [record(NEW, { id: "1" })],
      live: [person(OLD), person("b@example.org")],
      known: [known(OLD, { id: "1" }), known("b@example.org", { id: "1" })],
      expect: { findings: [`link-twice ${NEW}`] },
    },
    {
      name: "two records, one id: the one at the account's address is it, the other waits",
      desired: [record(OLD, { id: "1" }), record(NEW, { id: "1" })],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      expect: { findings: [`anchor-twice ${NEW}`, `anchor-twice ${OLD}`] },
    },
    {
      name: "two records, one id, both under new addresses: the account is not missing",
      desired: [record(NEW, { id: "1" }), record("b@example.org", { id: "1" })],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      expect: { findings: ["anchor-twice b@example.org", `anchor-twice ${NEW}`] },
    },
    {
      name: "the account is not the profile's any more",
      profile: { manages: { exclude: [{ address: OLD }] } },
      desired: [record(NEW, { id: "1" })],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      expect: { findings: [`link-outside ${NEW}`] },
    },
    {
      name: "the new address is not the profile's: the account stays as it is",
      profile: { manages: { include: [{ domain: "example.org" }] } },
      desired: [record("new@example.com", isOld)],
      live: [person(OLD)],
      known: [known(OLD, { id: "1" })],
      expect: { findings: [`record-not-managed ${OLD}`] },
    },
  ]);
});

describe("account keys", () => {
  const keyed = { desired: [record(OLD, { accountKey: "k2" })], live: [person(OLD)] };
  const changes = (setting: Parameters<typeof planOf>[0]) =>
    planOf(setting).body.changes.map(({ action, fields }) => [
      action,
      fields.map(
        ({ field, before, changedIn }) =>
          `${field} from ${before ?? "nobody knows"}, ${changedIn ?? "no mark"}`,
      ),
    ]);
  const send = { unknownAccountKeys: "send" } as const;
  test.each([
    { name: "unknown: kept", setting: { ...keyed, known: [] }, expected: [] },
    { name: "unknown, and the account is known", setting: { ...keyed, known: [known(OLD)] }, expected: [] },
    {
      name: "unknown: sent where it is configured",
      setting: { ...keyed, known: [], organization: send },
      expected: [["update", ["accountKey from nobody knows, no mark"]]],
    },
    { name: "as sent", setting: { ...keyed, known: [known(OLD, { key: "k2" })] }, expected: [] },
    {
      name: "changed since it was sent",
      setting: { ...keyed, known: [known(OLD, { key: "k1" })] },
      expected: [["update", [`accountKey from id-${OLD} k1, source`]]],
    },
    {
      name: "changed since it was seen",
      setting: { ...keyed, known: [known(OLD, { seen: "k1" })] },
      expected: [["update", [`accountKey from id-${OLD} k1, source`]]],
    },
    { name: "as seen", setting: { ...keyed, known: [known(OLD, { seen: "k2" })] }, expected: [] },
    {
      name: "seen and never sent, where unknown ones are sent",
      setting: { ...keyed, known: [known(OLD, { seen: "k2" })], organization: send },
      expected: [["update", ["accountKey from nobody knows, no mark"]]],
    },
    {
      name: "not where the profile updates nothing",
      setting: { ...keyed, known: [known(OLD, { key: "k1" })], profile: { personal: { update: false } } },
      expected: [],
    },
    { name: "without a state store", setting: { ...keyed, organization: send }, expected: [] },
  ])("$name", ({ setting, expected }) => {
    expect(changes(setting)).toEqual(expected);
  });

  test("are guarded by count", () => {
    const people = Array.from({ length: 20 }, (_, at) => `p${at}@example.org`);
    const { body } = planOf({
      organization: { guards: { ...GUARDS_OFF, accountKey: { count: 3 } } },
      desired: people.map((address, at) =>
        record(address, { accountKey: at < 4 ? `new ${at}` : `key ${at}` }),
      ),
      live: people.map((address) => person(address)),
      known: people.map((address, at) => known(address, { key: `key ${at}` })),
    });
    expect(body.applicable).toBe(false);
    expect(body.guards.filter(({ verdict }) => verdict === "refused")).toEqual([
      { guard: "accountKey", kind: "personal", measured: 4, of: 20, limit: 3, verdict: "refused" },
    ]);
  });
});
