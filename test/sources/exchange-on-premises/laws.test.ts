import fc from "fast-check";
import { expect, test } from "vitest";
import { readMailboxes } from "../../../src/sources/exchange-on-premises/read-exchange.ts";
import { runs } from "../../support/runs.ts";
import { dnOf, group, NOW, ROOT, table, user } from "../directory/builders.ts";
import { entry, memorySession } from "../directory/memory-session.ts";
import { descriptorBytes, sidBytes } from "./descriptors.ts";

/*
 * Whatever groups are in whatever groups, and whatever a mailbox allows and denies: who is let in is what a plain walk
 * over the same permissions says, and nobody is added or removed where zivsync cannot tell.
 */

const DOMAIN = "S-1-5-21-1-2-3";
const STRANGER = "S-1-5-21-7-7-7-1";
const PEOPLE = 6;
const GROUPS = 6;
const personSid = (index: number) => `${DOMAIN}-${1000 + index}`;
const groupSid = (index: number) => `${DOMAIN}-${2000 + index}`;
const isOff = (index: number) => index === 0;
const address = (index: number) => `p${index}@example.org`;
const groupDn = (index: number) => `CN=G${index},OU=Groups,${ROOT}`;

const people = Array.from({ length: PEOPLE }, (_, index) =>
  user(`P${index}`, {
    objectSid: sidBytes(personSid(index)),
    msExchRecipientTypeDetails: "1",
    userAccountControl: isOff(index) ? "514" : "512",
    proxyAddresses: [`SMTP:${address(index)}`],
  }),
);
const domain = entry(ROOT, { objectCategory: "domainDNS", objectSid: sidBytes(DOMAIN) });

type World = {
  /** Of each group: people and groups in it. */
  readonly groups: readonly { readonly people: readonly number[]; readonly groups: readonly number[] }[];
  readonly aces: readonly { readonly denies: boolean; readonly inherited: boolean; readonly sid: string }[];
};

const number = (count: number) => fc.integer({ min: 0, max: count - 1 });
const world: fc.Arbitrary<World> = fc.record({
  groups: fc.array(
    fc.record({
      people: fc.uniqueArray(number(PEOPLE), { maxLength: 2 }),
      groups: fc.uniqueArray(number(GROUPS), { maxLength: 2 }),
    }),
    { minLength: GROUPS, maxLength: GROUPS },
  ),
  aces: fc.array(
    fc.record({
      denies: fc.boolean(),
      inherited: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
      sid: fc.oneof(
        { weight: 4, arbitrary: number(PEOPLE).map(personSid) },
        { weight: 4, arbitrary: number(GROUPS).map(groupSid) },
        { weight: 1, arbitrary: fc.constantFrom(STRANGER, `${DOMAIN}-9999`, "S-1-5-10") },
      ),
    }),
    { maxLength: 6 },
  ),
});

/** The addresses that an identifier stands for; undefined where zivsync cannot tell. */
function peopleOf({ groups }: World, sid: string, seen = new Set<string>()): readonly string[] | undefined {
  if (sid === STRANGER) return undefined;
  const people = (indexes: readonly number[]) => indexes.filter((index) => !isOff(index)).map(address);
  for (let index = 0; index < PEOPLE; index++) if (sid === personSid(index)) return people([index]);
  const group = groups.find((_, index) => sid === groupSid(index));
  if (group === undefined || seen.has(sid)) return [];
  seen.add(sid);
  const inner = group.groups.flatMap((index) => peopleOf({ groups, aces: [] }, groupSid(index), seen) ?? []);
  return [...people(group.people), ...inner];
}

function expected(world: World) {
  const of = (denies: boolean) =>
    world.aces
      .filter((ace) => ace.denies === denies && !ace.inherited)
      .map(({ sid }) => peopleOf(world, sid));
  const [allowed, denied] = [of(false), of(true)];
  const known = new Set(allowed.flatMap((one) => one ?? []));
  const inDoubt = denied.includes(undefined) && known.size > 0;
  const out = new Set(denied.flatMap((one) => one ?? []));
  return {
    delegates: inDoubt ? [] : [...known].filter((one) => !out.has(one)).sort(),
    isWhole: !inDoubt && !allowed.includes(undefined),
  };
}

test("who may open a mailbox is what its permissions and the groups say", async () => {
  await fc.assert(
    fc.asyncProperty(world, async (one) => {
      const aces = one.aces.map(({ denies, inherited, sid }) => ({
        type: denies ? 1 : 0,
        flags: inherited ? 0x10 : 0,
        sid,
      }));
      const groups = one.groups.map((members, index) =>
        group(
          `G${index}`,
          [
            ...members.people.flatMap((person) => people.slice(person, person + 1).map(dnOf)),
            ...members.groups.map(groupDn),
          ],
          { objectSid: sidBytes(groupSid(index)) },
        ),
      );
      const mailbox = user("Desk", {
        userAccountControl: "514",
        msExchRecipientTypeDetails: "4",
        proxyAddresses: ["SMTP:desk@example.org"],
        msExchMailboxSecurityDescriptor: descriptorBytes({ dacl: aces }),
      });
      const session = memorySession({
        rootDse: { defaultNamingContext: [ROOT] },
        entries: [domain, ...people, ...groups, mailbox],
      });
      const config = {
        type: "exchange-on-premises",
        name: "exchange",
        where: "profiles/staff.yaml:4:5",
        urls: ["ldaps://dc1.corp.example.test"],
        startTls: false,
        pageSize: 500,
        timeouts: { connectMs: 1000, answerMs: 1000 },
        fullAccess: "descriptor",
        functional: { ...table(), mailboxTypes: ["shared"] },
      } as const;
      const { records } = await readMailboxes(session, config, { now: () => NOW });
      const [desk] = records;
      expect({
        delegates: desk?.delegates?.value,
        isWhole: desk?.delegatesIncomplete === undefined,
      }).toEqual(expected(one));
    }),
    { numRuns: runs(50, 300) },
  );
});
