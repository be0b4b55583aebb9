import { describe, expect, test } from "vitest";
import type { Acceptance } from "../../../src/engine/guards/guards.ts";
import { buildRevert, type RevertInput, type RevertResult } from "../../../src/engine/revert/revert.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import type { Change, FieldChange } from "../../../src/model/plan/change.ts";
import type { OutcomeState } from "../../../src/model/plan/outcome.ts";
import type { OrganizationPolicy } from "../../../src/model/plan/policy.ts";
import type { JournalEntry } from "../../../src/model/ports.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import {
  at,
  desk,
  findingInLine,
  fingerprinted,
  GUARDS_OFF,
  idOf,
  inLine,
  organization,
  person,
  profile,
} from "../../support/engine.ts";

const AT = "2026-11-23T12:00:00.000Z";

type Edit = Pick<FieldChange, "field" | "before" | "after" | "accounts">;
type Step = {
  readonly action?: Change["action"];
  readonly before: LiveAccount | null;
  /** The address that the change left the account with, and its kind where there was none before. */
  readonly address?: string;
  readonly kind?: LiveAccount["kind"];
  readonly fields: readonly Edit[];
  /** The id in the answer; absent: the request was never answered. */
  readonly done?: string | null;
  /** The request was refused. */
  readonly refused?: true;
  readonly outcome?: OutcomeState;
  readonly repeats?: LiveAccount;
};

/** The journal that these changes leave, numbered from c-1. */
function journalOf(steps: readonly Step[]): readonly JournalEntry[] {
  return steps.flatMap((step, index): readonly JournalEntry[] => {
    const { before, action = "update", done, refused, outcome } = step;
    const fields = step.fields.map(withAccounts);
    const common = { at: AT, change: `c-${index + 1}`, step: "change" } as const;
    const start: JournalEntry = {
      ...common,
      type: "start",
      action,
      kind: before?.kind ?? step.kind ?? "personal",
      address: at(step.address ?? before?.address ?? ""),
      profile: "staff",
      fields,
      before,
    };
    return [
      start,
      ...(step.repeats ? [{ ...start, step: "mend" as const, before: step.repeats }] : []),
      ...(done === undefined ? [] : [{ ...common, type: "done" as const, zivverId: done }]),
      ...(refused ? [{ ...common, type: "error" as const, uncertain: false, message: "No." }] : []),
      ...(outcome
        ? [
            {
              type: "outcome" as const,
              at: AT,
              outcome: { change: common.change, state: outcome, detail: "" },
            },
          ]
        : []),
    ];
  });
}

/** Of delegates, the ids that the accounts of these tests have. */
function withAccounts({ accounts, ...edit }: Edit): FieldChange {
  if (edit.field !== "delegates") return edit;
  const idsOf = (value: FieldChange["before"]) =>
    Array.isArray(value) ? value.map((name) => idOf(name)) : [];
  return { ...edit, accounts: accounts ?? { before: idsOf(edit.before), after: idsOf(edit.after) } };
}

type Setting = {
  readonly journal: readonly Step[];
  readonly live: readonly LiveAccount[];
  readonly keys?: readonly string[];
  readonly organization?: Partial<OrganizationPolicy>;
  readonly accepted?: readonly Acceptance[];
  readonly deleteCreated?: boolean;
  readonly exclude?: string;
};

function revertOf(setting: Setting) {
  return buildRevert(inputOf(setting));
}

function inputOf({
  journal,
  live,
  keys = [],
  deleteCreated = false,
  accepted = [],
  ...given
}: Setting): RevertInput {
  return {
    organization: organization(given.organization),
    profiles: [
      profile({
        manages: {
          kinds: ["personal", "functional"],
          include: [],
          exclude: given.exclude === undefined ? [] : [{ address: given.exclude }],
        },
      }),
    ],
    entries: journalOf(journal),
    live,
    liveDigest: "",
    accountKeys: new Map(keys.map((address) => [idOf(address), new Secret(`key of ${address}`)])),
    accepted,
    deleteCreated,
    journal: "plan.json.journal",
  };
}

function table(
  cases: readonly (Setting & { name: string; changes?: string[]; findings?: string[] })[],
): void {
  test.each(cases)("$name", ({ name: _, changes = [], findings = [], ...setting }) => {
    const { body } = revertOf(setting);
    expect({
      changes: body.changes.map(inLine),
      findings: body.findings.map((found) => `${findingInLine(found)}: ${found.summary}`),
    }).toEqual({ changes, findings });
  });
}

/** The same account, with some fields as they are now. */
const now = (account: LiveAccount, fields: Partial<LiveAccount>) => fingerprinted({ ...account, ...fields });

const ann = person("ann@example.org");
const ben = person("ben@example.org");
const named: Edit = { field: "fullName", before: "Name of ann", after: "Ann" };
const called: Edit = { field: "phone", before: "", after: "+31201234567" };
const moved: Edit = { field: "division", before: "/", after: "/care" };
const aliased: Edit = { field: "aliases", before: [], after: ["a@example.org"] };
const opened: Edit = { field: "delegates", before: [], after: ["ben@example.org"] };
const married: Edit = { field: "address", before: "ann@example.org", after: "wed@example.org" };
const suspended: Edit = { field: "active", before: true, after: false };
const reactivated: Edit = { field: "active", before: false, after: true };
const aliases = [at("a@example.org")];

describe("what is as the plan left it goes back", () => {
  table([
    {
      name: "plain fields",
      journal: [{ before: ann, fields: [named, moved, called] }],
      live: [now(ann, { fullName: "Ann", division: "/care", phone: "+31 20 123 4567" })],
      changes: [
        "update ann@example.org fullName: Ann → Name of ann; division: /care → /; phone: +31 20 123 4567 → ",
      ],
    },
    {
      name: "to what it was before the first request of a change, whatever later ones found",
      journal: [{ before: ann, fields: [named], repeats: now(ann, { fullName: "Ann" }) }],
      live: [now(ann, { fullName: "Ann" })],
      changes: ["update ann@example.org fullName: Ann → Name of ann"],
    },
    {
      name: "only fields that the plan touched",
      journal: [{ before: ann, fields: [named] }],
      live: [now(ann, { fullName: "Ann", division: "/care" })],
      changes: ["update ann@example.org fullName: Ann → Name of ann"],
    },
    {
      name: "a suspended person",
      journal: [{ action: "suspend", before: ann, fields: [suspended] }],
      live: [now(ann, { active: false })],
      changes: ["reactivate ann@example.org active: false → true"],
    },
    {
      name: "an emptied functional account",
      journal: [
        {
          action: "suspend",
          before: desk("d@example.org", [idOf("ann@example.org")]),
          fields: [{ field: "delegates", before: ["ann@example.org"], after: [] }],
        },
      ],
      live: [ann, desk("d@example.org")],
      changes: ["reactivate d@example.org delegates: [] → [ann@example.org]"],
    },
    {
      name: "aliases, delegates and address, with the account's key",
      journal: [{ before: ann, address: "wed@example.org", fields: [married, aliased, opened] }],
      live: [now(ann, { address: at("wed@example.org"), aliases, delegates: [ben.address] }), ben],
      keys: ["ann@example.org"],
      changes: [
        "update ann@example.org address: wed@example.org → ann@example.org; aliases: [a@example.org] → []; delegates: [ben@example.org] → []",
      ],
    },
    {
      name: "nothing that is as it was: the request was never carried out, or somebody undid it",
      journal: [{ before: ann, fields: [named, moved, aliased] }],
      live: [ann],
    },
    {
      name: "a member who goes back to a former address, under that one",
      journal: [
        { before: ann, address: "wed@example.org", fields: [married] },
        {
          before: desk("d@example.org", [ann.zivverId, ben.zivverId]),
          fields: [
            {
              field: "delegates",
              before: ["ben@example.org", "wed@example.org"],
              after: ["ben@example.org"],
              accounts: { before: [ben.zivverId, ann.zivverId], after: [ben.zivverId] },
            },
          ],
        },
      ],
      live: [now(ann, { address: at("wed@example.org") }), ben, desk("d@example.org", [ben.zivverId])],
      changes: [
        "update ann@example.org address: wed@example.org → ann@example.org",
        "update d@example.org delegates: [ben@example.org] → [ann@example.org, ben@example.org]",
      ],
    },
  ]);
});

const CHANGED = (address: string, field: string) =>
  `revert-changed-since ${address}: The field ${field} was changed since the plan was applied, and is left as it is.`;

describe("revert-changed-since", () => {
  table([
    {
      name: "one field is somebody else's by now, the others go back",
      journal: [{ before: ann, fields: [named, moved] }],
      live: [now(ann, { fullName: "Annie", division: "/care" })],
      changes: ["update ann@example.org division: /care → /"],
      findings: [CHANGED("ann@example.org", "fullName")],
    },
    {
      name: "every field",
      journal: [
        { before: ann, address: "wed@example.org", fields: [named, moved, called, aliased, married] },
      ],
      live: [
        now(ann, {
          address: at("other@example.org"),
          fullName: "Annie",
          division: "/lab",
          phone: "112",
          aliases: [at("o@example.org")],
        }),
      ],
      findings: ["address", "division", "fullName", "phone"].map((field) =>
        CHANGED("wed@example.org", field),
      ),
    },
  ]);
});

const IMPOSSIBLE = (address: string, why: string) => `revert-impossible ${address}: ${why}`;
const GONE =
  "The account is gone from Zivver, and what it held with it. It cannot be brought back; create it again if it is needed.";

describe("revert-impossible", () => {
  table([
    {
      name: "a deleted account",
      journal: [
        { action: "delete", before: ann, fields: [{ field: "address", before: ann.address, after: null }] },
      ],
      live: [],
      findings: [IMPOSSIBLE("ann@example.org", GONE)],
    },
    {
      name: "a changed account that somebody has deleted since, whoever has its address",
      journal: [{ before: ann, fields: [named] }],
      live: [now(ann, { zivverId: "another", fullName: "Ann" })],
      findings: [IMPOSSIBLE("ann@example.org", GONE)],
    },
    {
      name: "a deletion that was not carried out needs nothing",
      journal: [
        { action: "delete", before: ann, fields: [{ field: "address", before: ann.address, after: null }] },
      ],
      live: [ann],
    },
    {
      name: "a created account that is gone needs nothing",
      journal: [{ action: "create", before: null, address: "new@example.org", fields: [], done: "id-new" }],
      live: [],
    },
    {
      name: "a former member whom no list shows",
      journal: [
        {
          before: desk("d@example.org", [ann.zivverId, "guest"]),
          fields: [
            {
              field: "delegates",
              before: ["ann@example.org", "id:guest"],
              after: [],
              accounts: { before: [ann.zivverId, "guest"], after: [] },
            },
          ],
        },
      ],
      live: [ann, desk("d@example.org")],
      changes: ["reactivate d@example.org delegates: [] → [ann@example.org]"],
      findings: [
        IMPOSSIBLE(
          "d@example.org",
          "1 former member is in no list of Zivver and cannot be named, so they do not come back.",
        ),
      ],
    },
    {
      name: "several of them",
      journal: [
        {
          before: desk("d@example.org", ["one", "two"]),
          fields: [
            {
              field: "delegates",
              before: ["id:one", "id:two"],
              after: [],
              accounts: { before: ["one", "two"], after: [] },
            },
          ],
        },
      ],
      live: [desk("d@example.org")],
      findings: [
        IMPOSSIBLE(
          "d@example.org",
          "2 former members are in no list of Zivver and cannot be named, so they do not come back.",
        ),
      ],
    },
    {
      name: "other fields of an account that goes back to being suspended",
      journal: [
        {
          action: "reactivate",
          before: now(ann, { active: false }),
          fields: [reactivated, named, moved],
        },
      ],
      live: [now(ann, { fullName: "Ann", division: "/care" })],
      changes: ["suspend ann@example.org active: true → false"],
      findings: [
        IMPOSSIBLE(
          "ann@example.org",
          "The account goes back to being suspended; its fullName, division stay as they are.",
        ),
      ],
    },
  ]);
});

const NO_KEY =
  "account-key-missing wed@example.org: No source gives the account's key, and without it aliases, delegates and address cannot go back without breaking single sign-on. They stay as they are.";

describe("account-key-missing", () => {
  const wed = now(ann, { address: at("wed@example.org"), fullName: "Ann", division: "/care", aliases });
  const journal = [{ before: ann, address: "wed@example.org", fields: [married, named, moved, aliased] }];
  table([
    {
      name: "name and division go back all the same",
      journal,
      live: [wed],
      findings: [NO_KEY],
      changes: ["update wed@example.org fullName: Ann → Name of ann; division: /care → /"],
    },
    {
      name: "delegates alone",
      journal: [{ before: ann, address: "wed@example.org", fields: [opened] }],
      live: [now(ann, { delegates: [ben.address] }), ben],
      findings: [NO_KEY],
    },
    {
      name: "no key is needed where nobody logs in by single sign-on",
      journal,
      live: [wed],
      organization: { loginMethod: "password" },
      changes: [
        "update ann@example.org address: wed@example.org → ann@example.org; fullName: Ann → Name of ann; aliases: [a@example.org] → []; division: /care → /",
      ],
    },
    {
      name: "nor for a functional account",
      journal: [{ before: desk("d@example.org"), fields: [aliased] }],
      live: [desk("d@example.org", [], { aliases })],
      changes: ["update d@example.org aliases: [a@example.org] → []"],
    },
    {
      name: "who keeps the new address comes back as a member under that one, and nobody else under the old",
      journal: [
        ...journal,
        {
          before: desk("d@example.org", [ann.zivverId]),
          fields: [
            {
              field: "delegates",
              before: ["wed@example.org"],
              after: [],
              accounts: { before: [ann.zivverId], after: [] },
            },
          ],
        },
      ],
      live: [
        now(ann, { address: at("wed@example.org"), aliases }),
        person("ann@example.org", { zivverId: "another" }),
        desk("d@example.org"),
      ],
      findings: [NO_KEY],
      changes: ["reactivate d@example.org delegates: [] → [wed@example.org]"],
    },
  ]);
});

test("who cannot have a former address back, as another has it, is a member under the one that stays", () => {
  const { body } = revertOf({
    journal: [
      { before: ann, address: "wed@example.org", fields: [married] },
      {
        before: desk("d@example.org", [ann.zivverId]),
        fields: [
          {
            field: "delegates",
            before: ["wed@example.org"],
            after: [],
            accounts: { before: [ann.zivverId], after: [] },
          },
        ],
      },
    ],
    live: [
      now(ann, { address: at("wed@example.org") }),
      person("ann@example.org", { zivverId: "another" }),
      desk("d@example.org"),
    ],
  });
  expect({ changes: body.changes.map(inLine), findings: body.findings.map(findingInLine) }).toEqual({
    changes: ["reactivate d@example.org delegates: [] → [wed@example.org]"],
    findings: ["address-taken ann@example.org"],
  });
});

describe("accounts that the plan created", () => {
  const created = { action: "create", before: null, address: "new@example.org", fields: [] } as const;
  const live = person("new@example.org", { zivverId: "id-new" });
  const suspend = ["suspend new@example.org active: true → false"];
  const remove = ["delete new@example.org address: new@example.org → -; fullName: Name of new → -"];
  table([
    { name: "are suspended", journal: [{ ...created, done: "id-new" }], live: [live], changes: suspend },
    {
      name: "are deleted when told to, suspended ones too",
      journal: [{ ...created, done: "id-new" }],
      live: [now(live, { active: false })],
      deleteCreated: true,
      changes: remove,
    },
    {
      name: "stay suspended",
      journal: [{ ...created, done: "id-new" }],
      live: [now(live, { active: false })],
    },
    {
      name: "are found by their id after a rename",
      journal: [{ ...created, done: "id-new" }],
      live: [now(live, { address: at("renamed@example.org") })],
      changes: ["suspend renamed@example.org active: true → false"],
    },
    {
      name: "are found by their address where the answer never came, or came without an id",
      journal: [created, { ...created, address: "ann@example.org", done: null }],
      live: [live, ann],
      changes: ["suspend ann@example.org active: true → false", ...suspend],
    },
    {
      name: "are not somebody else's who has the address by now, when their id is known",
      journal: [{ ...created, done: "id-of-a-former-one" }],
      live: [live],
    },
    { name: "are of their kind", journal: [created], live: [desk("new@example.org", ["x"])] },
    {
      name: "are emptied where they are functional",
      journal: [{ ...created, kind: "functional", address: "d@example.org" }],
      live: [ann, desk("d@example.org", [ann.zivverId])],
      changes: ["suspend d@example.org delegates: [ann@example.org] → []"],
    },
  ]);
});

describe("protected accounts are never suspended, deleted or renamed", () => {
  const shield = { protected: ["*@board.example.org", "wed@example.org"] };
  const chair = person("chair@board.example.org");
  const left = (what: string) =>
    `account-protected chair@board.example.org: The account would be ${what}, but organization.yaml protects it. It is left as it is.`;
  const created = {
    action: "create",
    before: null,
    address: chair.address,
    fields: [],
    done: chair.zivverId,
  } as const;
  table([
    {
      name: "a created one is not suspended",
      organization: shield,
      journal: [created],
      live: [chair],
      findings: [left("suspended")],
    },
    {
      name: "nor deleted",
      organization: shield,
      deleteCreated: true,
      journal: [created],
      live: [chair],
      findings: [left("deleted")],
    },
    {
      name: "one that was reactivated stays active",
      organization: shield,
      journal: [{ action: "reactivate", before: now(chair, { active: false }), fields: [reactivated] }],
      live: [chair],
      findings: [left("suspended")],
    },
    {
      name: "one that was renamed keeps its address",
      organization: shield,
      journal: [{ before: ann, address: "wed@example.org", fields: [married, named] }],
      live: [now(ann, { address: at("wed@example.org"), fullName: "Ann" })],
      findings: [
        "account-protected wed@example.org: The account would be renamed to ann@example.org, but organization.yaml protects it. It is left as it is.",
      ],
    },
    {
      name: "an alias that is protected is not taken away",
      organization: shield,
      journal: [
        {
          before: ann,
          fields: [{ field: "aliases", before: [], after: ["wed@example.org", "a@example.org"] }],
        },
      ],
      live: [now(ann, { aliases: [...aliases, at("wed@example.org")] })],
      keys: ["ann@example.org"],
      changes: ["update ann@example.org aliases: [a@example.org, wed@example.org] → [wed@example.org]"],
      findings: [
        "account-protected ann@example.org: Aliases that the plan added stay, since organization.yaml protects them: wed@example.org.",
      ],
    },
    {
      name: "a functional one is not emptied",
      organization: { protected: ["d@example.org"] },
      journal: [
        {
          action: "reactivate",
          before: desk("d@example.org"),
          fields: [{ field: "delegates", before: [], after: ["ann@example.org"] }],
        },
      ],
      live: [ann, desk("d@example.org", [ann.zivverId])],
      findings: [
        "account-protected d@example.org: All members would be removed, which suspends a functional account, but organization.yaml protects it. Its members are left as they are.",
      ],
    },
    {
      name: "names and divisions go back",
      organization: { protected: ["ann@example.org"] },
      journal: [{ before: ann, fields: [named, moved] }],
      live: [now(ann, { fullName: "Ann", division: "/care" })],
      changes: ["update ann@example.org fullName: Ann → Name of ann; division: /care → /"],
    },
  ]);
});

describe("an apply that died between the two writes of a change", () => {
  const swapped: Edit = { field: "aliases", before: ["a@example.org"], after: ["b@example.org"] };
  const renamed: Edit = { field: "address", before: "ann@example.org", after: "wed@example.org" };
  const before = now(ann, { aliases });
  const parked = now(ann, { address: at("zivsync-x@example.org"), aliases: [] });
  const revertOfStep = (step: "release" | "change") => {
    const journal = [{ before, address: "wed@example.org", fields: [renamed, swapped] }];
    const setting = { journal, live: [parked], keys: ["ann@example.org"] };
    const entries = journalOf(journal).map((entry) => (entry.type === "start" ? { ...entry, step } : entry));
    const { body } = buildRevert({ ...inputOf(setting), entries });
    return { changes: body.changes.map(inLine), findings: body.findings.map(({ code }) => code) };
  };

  test("left addresses that are no one else's edit", () => {
    expect(revertOfStep("release")).toEqual({
      changes: [
        "update ann@example.org address: zivsync-x@example.org → ann@example.org; aliases: [] → [a@example.org]",
      ],
      findings: [],
    });
  });

  test("and without a first write, they are", () => {
    expect(revertOfStep("change")).toEqual({
      changes: ["update zivsync-x@example.org aliases: [] → [a@example.org]"],
      findings: ["revert-changed-since"],
    });
  });
});

const LOST = (address: string, count: string) =>
  IMPOSSIBLE(address, `${count} in no list of Zivver and cannot be named, so they do not come back.`);

describe("lists go back by what the plan added and removed, and by nothing else", () => {
  const carl = person("carl@example.org");
  const dora = person("dora@example.org");
  const all = [ann, ben, carl, dora];
  const ids = (...people: readonly LiveAccount[]) => people.map(({ zivverId }) => zivverId);
  const names = (...people: readonly LiveAccount[]) => people.map(({ address }) => address);
  const members = (before: readonly LiveAccount[], after: readonly LiveAccount[]): Edit => ({
    field: "delegates",
    before: names(...before),
    after: names(...after),
  });
  const group = (...people: readonly LiveAccount[]) => desk("d@example.org", ids(...people));

  table([
    {
      name: "who was removed by an administrator since is not let in again",
      journal: [{ before: group(ann, ben), fields: [members([ann, ben], [ann, ben, carl])] }],
      live: [...all, group(ann, carl)],
      changes: ["update d@example.org delegates: [ann@example.org, carl@example.org] → [ann@example.org]"],
    },
    {
      name: "who was let in by an administrator since stays",
      journal: [{ before: group(ann, ben), fields: [members([ann, ben], [ben])] }],
      live: [...all, group(ben, dora)],
      changes: [
        "update d@example.org delegates: [ben@example.org, dora@example.org] → [ann@example.org, ben@example.org, dora@example.org]",
      ],
    },
    {
      name: "what is undone already needs nothing",
      journal: [{ before: group(ann), fields: [members([ann], [ben])] }],
      live: [...all, group(ann, carl)],
    },
    {
      name: "somebody else who has the address of a former member by now is not let in",
      journal: [{ before: group(ann, ben), fields: [members([ann, ben], [ben])] }],
      live: [ben, person("ann@example.org", { zivverId: "id-other" }), group(ben)],
      findings: [LOST("d@example.org", "1 former member is")],
    },
    {
      name: "an account that the plan created and let in falls out by its id, and is suspended",
      journal: [
        { action: "create", before: null, address: "new@example.org", fields: [], done: "id-new" },
        {
          before: group(ann),
          fields: [
            {
              field: "delegates",
              before: ["ann@example.org"],
              after: ["ann@example.org", "new@example.org"],
              accounts: { before: [ann.zivverId], after: [ann.zivverId, null] },
            },
          ],
        },
      ],
      live: [
        ann,
        person("renamed@example.org", { zivverId: "id-new" }),
        desk("d@example.org", [ann.zivverId, "id-new"]),
      ],
      changes: [
        "update d@example.org delegates: [ann@example.org, renamed@example.org] → [ann@example.org]",
        "suspend renamed@example.org active: true → false",
      ],
    },
    {
      name: "delegates of a person, with the account's key; a guest whom the plan removed does not come back",
      keys: ["ann@example.org"],
      journal: [
        {
          before: now(ann, { delegates: [...names(ben), at("guest@example.net")] }),
          fields: [
            {
              field: "delegates",
              before: ["ben@example.org", "guest@example.net"],
              after: ["carl@example.org"],
              accounts: { before: [ben.zivverId, null], after: [carl.zivverId] },
            },
          ],
        },
      ],
      live: [now(ann, { delegates: names(carl, dora) }), ben, carl, dora],
      changes: [
        "update ann@example.org delegates: [carl@example.org, dora@example.org] → [ben@example.org, dora@example.org]",
      ],
      findings: [LOST("ann@example.org", "1 former delegate is")],
    },
    {
      name: "aliases: what somebody added since stays, what somebody took away since stays away",
      keys: ["ann@example.org"],
      journal: [
        {
          before: now(ann, { aliases: [at("a@example.org"), at("b@example.org")] }),
          fields: [
            {
              field: "aliases",
              before: ["a@example.org", "b@example.org"],
              after: ["b@example.org", "c@example.org"],
            },
          ],
        },
      ],
      live: [now(ann, { aliases: [at("c@example.org"), at("d@example.org")] })],
      changes: [
        "update ann@example.org aliases: [c@example.org, d@example.org] → [a@example.org, d@example.org]",
      ],
    },
    {
      name: "a journal without the accounts of delegates says not whom to bring back",
      journal: [
        {
          before: group(ann),
          fields: [
            {
              field: "delegates",
              before: ["ann@example.org"],
              after: [],
              accounts: { before: [], after: [] },
            },
          ],
        },
      ],
      live: [ann, group()],
      findings: [
        IMPOSSIBLE(
          "d@example.org",
          "The journal does not say which accounts the delegates are, so they stay as they are.",
        ),
      ],
    },
  ]);
});

describe("only what the apply did goes back", () => {
  table([
    {
      name: "a request that was refused changed nothing, whatever the account is now",
      journal: [
        { before: ann, fields: [named], refused: true },
        { action: "create", before: null, address: "ben@example.org", fields: [], refused: true },
      ],
      live: [now(ann, { fullName: "Ann" }), ben],
    },
    {
      name: "an account that was there already, under another name, was not created",
      journal: [
        {
          action: "create",
          before: null,
          address: "ben@example.org",
          fields: [{ field: "fullName", before: null, after: "Somebody" }],
        },
      ],
      live: [ben],
    },
    {
      name: "nor one that the apply left alone",
      journal: [
        { action: "create", before: null, address: "ben@example.org", fields: [], outcome: "conflict" },
      ],
      live: [ben],
    },
    {
      name: "who was suspended by somebody since stays suspended",
      journal: [{ action: "reactivate", before: now(ann, { active: false }), fields: [reactivated, named] }],
      live: [now(ann, { active: false, fullName: "Ann" })],
      changes: ["update ann@example.org fullName: Ann → Name of ann"],
    },
    {
      name: "an account key that was sent stays, and that is said",
      keys: ["ann@example.org"],
      journal: [
        { before: ann, fields: [{ field: "accountKey", before: null, after: "hmac-sha256:0" }, named] },
      ],
      live: [now(ann, { fullName: "Ann" })],
      changes: ["update ann@example.org fullName: Ann → Name of ann"],
      findings: [
        IMPOSSIBLE(
          "ann@example.org",
          "The account key that the plan sent stays: Zivver shows no keys, so the one before it is not known. If it is wrong, correct it in the source, then plan and apply.",
        ),
      ],
    },
  ]);

  test("an account gets the key of its own id, whoever has its former address", () => {
    const setting: Setting = {
      journal: [{ before: ann, address: "wed@example.org", fields: [married, aliased] }],
      live: [
        now(ann, { address: at("wed@example.org"), aliases }),
        person("bob@example.org", { aliases: ["ann.b@example.org"] }),
      ],
      keys: ["ann@example.org", "bob@example.org", "wed@example.org"],
    };
    const [change] = revertOf(setting).body.changes;
    const key = change && "accountKey" in change ? change.accountKey : undefined;
    expect(key?.reveal()).toBe("key of ann@example.org");
  });
});

describe("accounts that no profile manages by now are left as they are", () => {
  table([
    {
      name: "whatever the journal says",
      exclude: "ann@example.org",
      journal: [{ before: ann, fields: [named] }],
      live: [now(ann, { fullName: "Ann" })],
      findings: [
        "account-unmanaged ann@example.org: No profile, or more than one, manages this account by now, so nothing of it goes back.",
      ],
    },
  ]);
});

describe("guards", () => {
  const people = ["a", "b", "c"].map((name) => person(`${name}@example.org`));
  const setting: Setting = {
    organization: { guards: { ...GUARDS_OFF, suspend: { count: 2 } } },
    journal: people.map(({ address, zivverId }) => ({
      action: "create",
      before: null,
      address,
      fields: [],
      done: zivverId,
    })),
    live: people,
  };
  const verdict = ({ body, unusedAcceptances }: RevertResult) => ({
    applicable: body.applicable,
    suspends: body.summary.suspend,
    guards: body.guards.filter(({ limit }) => limit !== null),
    unusedAcceptances,
  });
  const measured = { guard: "suspend", kind: "personal", measured: 3, of: 3, limit: 2 };
  const none = { guard: "suspend", kind: "functional", measured: 0, of: 0, limit: 2, verdict: "passed" };

  test("refuse a revert that is too large", () => {
    expect(verdict(revertOf(setting))).toEqual({
      applicable: false,
      suspends: 3,
      guards: [{ ...measured, verdict: "refused" }, none],
      unusedAcceptances: [],
    });
  });

  test("take exactly the acceptance that was given", () => {
    const accepted: Acceptance[] = [
      { guard: "suspend", count: 3 },
      { guard: "delete", count: 1 },
    ];
    expect(verdict(revertOf({ ...setting, accepted }))).toEqual({
      applicable: true,
      suspends: 3,
      guards: [{ ...measured, verdict: "accepted" }, none],
      unusedAcceptances: [{ guard: "delete", count: 1 }],
    });
  });
});
