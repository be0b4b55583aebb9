import { describe, expect, test } from "vitest";
import { buildRevert } from "../../../src/engine/revert/revert.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Finding } from "../../../src/model/plan/finding.ts";
import type { JournalEntry } from "../../../src/model/ports.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { desk, fingerprinted, organization, person, profile } from "../../support/engine.ts";
import {
  access,
  answered,
  creating,
  deleting,
  field,
  releasing,
  started,
  updating,
} from "../apply/by-hand.ts";

/* Reverts with everything in them: what each change says of its place, what goes along, and how grave each finding is. */

const a = person("a@example.org", { fullName: "Old", aliases: ["x@example.org"] });
const b = person("b@example.org");
const now = (given: Partial<LiveAccount>): LiveAccount => fingerprinted({ ...a, ...given });
const ORIGIN = { source: "journal", where: "plan.journal", attribute: "c-1" };

function revertOf(
  entries: readonly JournalEntry[],
  live: readonly LiveAccount[],
  {
    protectedPatterns = [],
    exclude,
    key,
  }: { protectedPatterns?: readonly string[]; exclude?: string; key?: string } = {},
) {
  const { body } = buildRevert({
    organization: organization({ protected: protectedPatterns }),
    profiles: [profile({ manages: { exclude: exclude === undefined ? [] : [{ address: exclude }] } })],
    entries,
    live,
    liveDigest: "",
    accountKeys: new Map(key === undefined ? [] : [[a.zivverId, new Secret(key)]]),
    accepted: [],
    deleteCreated: false,
    journal: "plan.journal",
  });
  return body;
}

const gravityOf = ({ code, severity, where }: Finding) => `${severity} ${code} ${where.address}`;
const named = updating(a, [field("fullName", "Old", "New")]);

describe("a change that goes back", () => {
  test("says the journal's line, and has no other field", () => {
    const { changes } = revertOf(
      [started(named, a), answered(named)],
      [now({ fullName: "New", phone: "1" })],
    );
    expect(changes).toEqual([
      {
        id: "c-1",
        action: "update",
        kind: "personal",
        address: a.address,
        profile: "staff",
        needs: [],
        zivverId: a.zivverId,
        base: now({ fullName: "New", phone: "1" }).fingerprint,
        fields: [{ field: "fullName", before: "New", after: "Old", origin: ORIGIN }],
      },
    ]);
  });

  test("of aliases takes the key along, and leaves the other lists alone", () => {
    const given = updating(a, [field("aliases", ["x@example.org"], ["x@example.org", "y@example.org"])]);
    const live = now({ aliases: ["x@example.org", "y@example.org", "z@example.org"] as never });
    const { changes } = revertOf([started(given, a), answered(given)], [live], { key: "key" });
    expect(changes.map(({ fields }) => fields)).toEqual([
      [
        {
          field: "aliases",
          before: ["x@example.org", "y@example.org", "z@example.org"],
          after: ["x@example.org", "z@example.org"],
          origin: ORIGIN,
        },
      ],
    ]);
    expect(changes[0]).toMatchObject({ accountKey: new Secret("key") });
  });

  test("of an address makes an alias of its own address its primary one again", () => {
    const moved = updating(a, [
      field("address", a.address, "n@example.org"),
      field("aliases", ["x@example.org"], [a.address, "x@example.org"]),
    ]);
    const live = now({ address: "n@example.org", aliases: [a.address, "x@example.org"] } as never);
    const { changes } = revertOf([started(moved, a), answered(moved)], [live], { key: "key" });
    expect(
      changes.map(({ address, fields }) => [address, fields.map(({ field: name, after }) => [name, after])]),
    ).toEqual([
      [
        a.address,
        [
          ["address", a.address],
          ["aliases", ["x@example.org"]],
        ],
      ],
    ]);
  });

  test("of an account that gave its aliases up first gives them back", () => {
    const swap = updating(a, [field("address", a.address, b.address)], {
      release: releasing("p@example.org"),
    });
    const live = now({ address: "p@example.org", aliases: [] } as never);
    const aliases = updating(a, [...swap.fields, field("aliases", ["x@example.org"], ["x@example.org"])], {
      release: releasing("p@example.org"),
    });
    const { changes } = revertOf([started(aliases, a, "release")], [live], { key: "key" });
    expect(
      changes.map(({ address, fields }) => [address, fields.map(({ field: name, after }) => [name, after])]),
    ).toEqual([
      [
        a.address,
        [
          ["address", a.address],
          ["aliases", ["x@example.org"]],
        ],
      ],
    ]);
  });
});

describe("how grave what cannot go back is", () => {
  const create = creating("n@example.org", [field("fullName", null, "New")]);
  const made = person("n@example.org", { fullName: "New" });
  const delegates = updating(a, [access({ "gone@example.org": "gone" }, {})]);
  const bare = updating(a, [field("delegates", [], ["b@example.org"])]);
  const reactivated = updating(a, [field("active", false, true), field("phone", "", "1")]);
  const was = now({ active: false });

  test.each<{
    name: string;
    entries: readonly JournalEntry[];
    live: readonly LiveAccount[];
    protectedPatterns?: readonly string[];
    exclude?: string;
    key?: string;
    expect: readonly string[];
  }>([
    {
      name: "a key that was sent",
      entries: [started(updating(a, [field("accountKey", null, "digest")]), a)],
      live: [a],
      expect: [`warning revert-impossible ${a.address}`],
    },
    {
      name: "a field that was changed since",
      entries: [started(named, a)],
      live: [now({ fullName: "Other" })],
      expect: [`warning revert-changed-since ${a.address}`],
    },
    {
      name: "a name that was changed since, of an account that waits under a temporary address",
      entries: [started(named, a, "release")],
      live: [now({ fullName: "Other" })],
      expect: [`warning revert-changed-since ${a.address}`],
    },
    {
      name: "a list without the account's key",
      entries: [started(updating(a, [field("aliases", ["x@example.org"], [])]), a)],
      live: [now({ aliases: [] })],
      expect: [`error account-key-missing ${a.address}`],
    },
    {
      name: "an account that is gone",
      entries: [started(named, a)],
      live: [b],
      expect: [`error revert-impossible ${a.address}`],
    },
    {
      name: "an account that was deleted",
      entries: [started(deleting(a), a)],
      live: [b],
      expect: [`error revert-impossible ${a.address}`],
    },
    {
      name: "nothing, of an account that was not deleted after all",
      entries: [started(deleting(a), a)],
      live: [a],
      expect: [],
    },
    {
      name: "an account that no profile manages by now",
      entries: [started(named, a)],
      live: [now({ fullName: "New" })],
      exclude: a.address,
      expect: [`warning account-unmanaged ${a.address}`],
    },
    {
      name: "a former delegate who is gone",
      entries: [started(delegates, a)],
      live: [a],
      key: "key",
      expect: [`info revert-impossible ${a.address}`],
    },
    {
      name: "delegates of a journal that does not say whom it means",
      entries: [started(bare, a)],
      live: [a],
      expect: [`info revert-impossible ${a.address}`],
    },
    {
      name: "what else was changed of an account that is suspended again",
      entries: [started(reactivated, was)],
      live: [now({ phone: "1" })],
      expect: [`info revert-impossible ${a.address}`],
    },
    {
      name: "a protected account that was created",
      entries: [started(create, null), answered(create, { zivverId: made.zivverId })],
      live: [made],
      protectedPatterns: ["n@example.org"],
      expect: ["info account-protected n@example.org"],
    },
    {
      name: "a protected account that was renamed",
      entries: [started(updating(a, [field("address", a.address, "n@example.org")]), a)],
      live: [now({ address: "n@example.org", aliases: [] } as never)],
      protectedPatterns: ["n@example.org"],
      key: "key",
      expect: ["warning account-protected n@example.org"],
    },
    {
      name: "aliases that are protected, each named",
      entries: [
        started(
          updating(a, [
            field("aliases", ["x@example.org"], ["x@example.org", "p1@example.org", "p2@example.org"]),
          ]),
          a,
        ),
      ],
      live: [now({ aliases: ["x@example.org", "p1@example.org", "p2@example.org"] as never })],
      protectedPatterns: ["p1@example.org", "p2@example.org"],
      key: "key",
      expect: [`info account-protected ${a.address}`],
    },
  ])("$name", ({ entries, live, expect: findings, ...given }) => {
    const body = revertOf(entries, live, given);
    expect(body.findings.map(gravityOf)).toEqual(findings);
    expect(body.changes.filter(({ fields }) => fields.length === 0)).toEqual([]);
  });

  test("protected aliases that stay are named", () => {
    const more = ["p1@example.org", "p2@example.org"];
    const change = updating(a, [field("aliases", [], more)]);
    const { findings } = revertOf(
      [started(change, now({ aliases: [] }))],
      [now({ aliases: more as never })],
      {
        protectedPatterns: more,
      },
    );
    expect(findings.map(({ summary }) => summary)).toEqual([
      "Aliases that the plan added stay, since organization.yaml protects them: p1@example.org, p2@example.org.",
    ]);
  });
});

test("members and delegates whom no listing shows stay: a member by itself, a delegate by the address", () => {
  const group = desk("g@example.org", ["unlisted", b.zivverId]);
  const filled = updating(group, [access({}, { [b.address]: b.zivverId })]);
  const boss = now({ delegates: ["guest@example.net", b.address] as never });
  const given = updating(boss, [access({}, { [b.address]: b.zivverId })], { id: "c-2" });
  const { changes } = revertOf(
    [
      started(filled, desk("g@example.org", ["unlisted"])),
      started(given, now({ delegates: ["guest@example.net"] as never })),
    ],
    [group, boss, b],
    { key: "key" },
  );
  expect(changes.flatMap(({ fields }) => fields.map(({ before, after }) => [before, after]))).toEqual([
    [["b@example.org", "guest@example.net"], ["guest@example.net"]],
    [["b@example.org", "id:unlisted"], ["id:unlisted"]],
  ]);
});
