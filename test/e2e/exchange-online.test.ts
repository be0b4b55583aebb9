import { describe, expect, onTestFinished, test } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { corporation } from "../servers/exchange-corporation.ts";
import type { Reply } from "../servers/exchange-entra.ts";
import { type Asked, type FakeExchangeOptions, startExchange } from "../servers/exchange-online.ts";
import { grant, type Row, SELF, user } from "../servers/exchange-tenant.ts";
import { CLIENT_ID, certificates, SECRET, TENANT_ID } from "../sources/exchange-online/stage.ts";
import { organizationYaml, simulated, type Workplace, workplace } from "../support/cli.ts";
import { GUARDS_OFF, listingOf, planIn } from "./corporation-server.ts";

const certs = certificates();
const { tenant, truth, groupsInUse, names } = corporation(60, 30, 8);
const DESKS = [...truth.keys()];
const LEAVER = "leaver@example.org";
const GONE = "gone@example.org";

/** Everybody of Exchange is live, two more are, and each desk still lets the one who left in. */
const seed = () => ({
  claimedDomains: ["example.org", "example.com"],
  personal: [
    ...Array.from({ length: 60 }, (_, nth) => ({
      address: `user${nth}@example.org`,
      fullName: `Person ${nth}`,
    })),
    { address: LEAVER, fullName: "Lee Ver" },
    { address: GONE, fullName: "Gone" },
  ],
  functional: [
    ...[...truth].map(([address, members]) => ({
      address,
      fullName: `Desk ${address.split("@")[0]}`,
      members: [...members, LEAVER],
    })),
    { address: "old-desk@example.org", fullName: "Old desk", members: [GONE] },
  ],
});

type Given = Pick<FakeExchangeOptions, "fault" | "rate" | "pageSize"> & {
  readonly auth?: string;
  /** One more mailbox, with a name that another recipient has, too. */
  readonly namesake?: Row;
};

async function organisation(given: Given = {}) {
  const { all } = certs;
  const exchange = await startExchange({
    certificate: { cert: all.server.cert, key: all.server.key },
    tenant: given.namesake ? { ...tenant, mailboxes: [...tenant.mailboxes, given.namesake] } : tenant,
    entra: { tenantId: TENANT_ID, tenantDomain: "example.test", clientId: CLIENT_ID, secret: SECRET },
    ...given,
  });
  onTestFinished(() => exchange.close());
  const simulator = await simulated(seed());
  const place = await workplace();
  await place.write({
    "desired-state/ca.pem": all.ca.cert,
    "desired-state/organization.yaml": organizationYaml(simulator.url, GUARDS_OFF),
    "desired-state/profiles/all.yaml": `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal, functional] }
sources:
  - name: exchange
    type: exchange-online
    tenant: example.test
    auth: ${given.auth ?? `{ clientId: ${CLIENT_ID}, secret: { env: EXCHANGE_SECRET } }`}
    baseUrl: ${exchange.origin}
    authority: ${exchange.origin}
    caFile: ../ca.pem
`,
  });
  const run = (...words: string[]) => place.zivsyncWith({ EXCHANGE_SECRET: SECRET }, ...words);
  return { exchange, place, run };
}

/** Changes by which somebody could lose something. */
function removals(plan: Plan): string[] {
  return plan.changes.flatMap(({ action, address, fields }) => {
    if (action === "suspend" || action === "delete") return [`${action} ${address}`];
    return fields.flatMap(({ field, before, after }) => {
      if (field !== "delegates" || !Array.isArray(before)) return [];
      const lost = before.filter((one) => !Array.isArray(after) || !after.includes(one));
      return lost.map((one) => `${address} loses ${one}`);
    });
  });
}

async function planOf(
  place: Workplace,
  run: (...words: string[]) => Promise<{ code: number | null; err: string }>,
) {
  const { code, err } = await run("plan");
  expect({ code, err: err.replace(/^Plan .*\n|^.*plan\.json.*\n/gm, "") }).toMatchObject({ code: 0 });
  return planIn(place);
}

const suspended = Array.from({ length: 60 }, (_, nth) => nth)
  .filter((nth) => nth % 50 === 7)
  .map((nth) => `suspend user${nth}@example.org`);
const leavers = [`suspend ${GONE}`, `suspend ${LEAVER}`, "suspend old-desk@example.org"];

describe("from Exchange Online to a plan", () => {
  test("a whole reading removes who has left", async () => {
    const { place, run, exchange } = await organisation();
    const plan = await planOf(place, run);
    expect(plan.sources).toMatchObject([{ complete: true, records: 90 }]);
    const lost = removals(plan).filter((one) => one.includes("loses"));
    expect(lost.sort()).toEqual(DESKS.map((desk) => `${desk} loses ${LEAVER}`).sort());
    expect(
      removals(plan)
        .filter((one) => !one.includes("loses"))
        .sort(),
    ).toEqual([...leavers, ...suspended].sort());
    expect(exchange.complaints).toEqual([]);
  });

  test("one mailbox of all is refused: it alone is held back, and named", async () => {
    const desk = "desk4@example.org";
    const fault = ({ kind, key }: Asked): Reply | undefined =>
      kind === "permissions" && key === desk
        ? { status: 403, body: { error: { message: "Forbidden" } } }
        : undefined;
    const { place, run } = await organisation({ fault });
    const plan = await planOf(place, run);
    expect(plan.sources).toMatchObject([{ complete: true }]);
    const lost = removals(plan).filter((one) => one.includes("loses"));
    expect(lost.sort()).toEqual(
      DESKS.filter((one) => one !== desk)
        .map((one) => `${one} loses ${LEAVER}`)
        .sort(),
    );
    expect(plan.findings.filter(({ code }) => code === "delegates-incomplete")).toEqual([
      {
        code: "delegates-incomplete",
        severity: "warning",
        summary: `Its permissions could not be read. Asked to read the permissions of ${desk}, Exchange answered 403 with "Forbidden". Delegates are added to this account, and none is removed.`,
        where: {
          profile: "all",
          source: "exchange",
          kind: "functional",
          address: desk,
          place: `mailbox ${desk}`,
        },
      },
    ]);
  });

  test("the members of a group are refused: no account it is in loses anybody", async () => {
    const fault = ({ kind, key }: Asked): Reply | undefined =>
      kind === "Get-DistributionGroupMember" && key === "Group 1" ? { status: 403, body: {} } : undefined;
    const { place, run } = await organisation({ fault });
    const plan = await planOf(place, run);
    const held = plan.findings.flatMap(({ code, where }) =>
      code === "delegates-incomplete" ? [where.address] : [],
    );
    expect(held.length).toBeGreaterThan(3);
    const lost = removals(plan).filter((one) => one.includes("loses"));
    expect(lost.sort()).toEqual(
      DESKS.filter((one) => !held.includes(one))
        .map((one) => `${one} loses ${LEAVER}`)
        .sort(),
    );
  });

  const noSelf = "without the entry for NT AUTHORITY\\SELF that every mailbox has, so some may be missing.";
  const DESK = "desk4@example.org";
  const granted = (name: string) => ({ status: 200, body: { value: [SELF, grant(name)] } });
  const silent: readonly (readonly [string, Reply, string])[] = [
    [
      "the permissions are empty",
      { status: 200, body: { value: [] } },
      `Its list of permissions came empty, even ${noSelf}`,
    ],
    [
      "the permissions lack SELF",
      { status: 200, body: { value: [grant("user1@example.org")] } },
      `Its permissions came ${noSelf}`,
    ],
    [
      "a name is a group's and a user's",
      granted("Group 1"),
      `Not identified in the permissions of ${DESK}, or in groups there: "Group 1" (the name of 2 recipients).`,
    ],
  ];
  test.each(silent)("%s: nobody gets in or falls out, and the mailbox is named", async (_, reply, reason) => {
    const { place, run } = await organisation({
      fault: ({ kind, key }) => (kind === "permissions" && key === DESK ? reply : undefined),
      namesake: user("namesake@example.org", { DisplayName: "Group 1" }),
    });
    const plan = await planOf(place, run);
    const change = plan.changes.find(({ address }) => address === DESK);
    const delegates = change?.fields.find(({ field }) => field === "delegates");
    const before = [...(truth.get(DESK) ?? []), LEAVER].sort();
    const added = reason.startsWith("Its permissions came") ? ["user1@example.org"] : [];
    expect(delegates?.after ?? before).toEqual([...new Set([...before, ...added])].sort());
    const found = plan.findings.filter(
      ({ code, where }) => code === "delegates-incomplete" && where.address === DESK,
    );
    expect(found.map(({ summary }) => summary)).toEqual([
      `${reason} Delegates are added to this account, and none is removed.`,
    ]);
  });

  test("a group that comes empty: no account that it gives access to loses anybody", async () => {
    const { place, run } = await organisation({
      fault: ({ kind, key }) =>
        kind === "Get-DistributionGroupMember" && key === "Group 1"
          ? { status: 200, body: { value: [] } }
          : undefined,
    });
    const plan = await planOf(place, run);
    const held = plan.findings.filter(({ code }) => code === "delegates-incomplete");
    expect(held.length).toBeGreaterThan(3);
    expect([...new Set(held.map(({ summary }) => summary))]).toEqual([
      'Exchange gave an empty list of members for the group "Group 1", as it also does where it does not show the members. Delegates are added to this account, and none is removed.',
    ]);
    const lost = removals(plan).filter((one) => one.includes("loses"));
    const named = held.map(({ where }) => `${where.address} loses ${LEAVER}`);
    expect(lost.sort()).toEqual(
      DESKS.map((desk) => `${desk} loses ${LEAVER}`)
        .filter((one) => !named.includes(one))
        .sort(),
    );
  });

  const many: Reply = { status: 429, headers: { "retry-after": "3600" }, body: "" };
  const cases: readonly (readonly [string, (asked: Asked) => Reply | undefined, number])[] = [
    ["throttled for good", ({ kind, nth }) => (kind === "permissions" && nth > 10 ? many : undefined), 1000],
    [
      "the token is revoked",
      ({ kind, nth }) => (kind === "permissions" && nth > 10 ? { status: 401, body: "" } : undefined),
      1000,
    ],
    [
      "the list is cut off",
      ({ kind, nth }) => (kind === "list" && nth > 2 ? { status: 400, body: "" } : undefined),
      30,
    ],
    [
      "throttled among the groups",
      ({ kind }) => (kind === "Get-DistributionGroupMember" ? many : undefined),
      1000,
    ],
  ];
  test.each(cases)(
    "%s in mid-run: nothing is removed, and the accounts are named",
    async (_, fault, pageSize) => {
      const { place, run } = await organisation({ fault, pageSize });
      const plan = await planOf(place, run);
      expect(plan.sources).toMatchObject([{ complete: false }]);
      expect(removals(plan).filter((one) => one.includes("loses") || leavers.includes(one))).toEqual([]);
      expect(plan.findings).toContainEqual(
        expect.objectContaining({
          code: "source-incomplete",
          severity: "error",
          summary: expect.stringMatching(
            /^The reading broke off\. .* Nothing is removed because of this source\.$/,
          ),
        }),
      );
    },
  );
});

describe("what the commands show", () => {
  test("records", async () => {
    const { run } = await organisation();
    const { complete, records, findings } = listingOf(await run("records", "--json"));
    expect({ complete, findings, records: records.length }).toEqual({
      complete: true,
      findings: [],
      records: 90,
    });
    expect(records.find(({ email }) => email === DESKS[1])).toMatchObject({
      place: `mailbox ${DESKS[1]}`,
      kind: "functional",
      delegates: truth.get(DESKS[1] ?? ""),
      becomes: `${DESKS[1]}, active`,
    });
  });

  test("check", async () => {
    const { run } = await organisation();
    const { code, out } = await run("check", "exchange", "--json");
    expect(code).toBe(0);
    const [{ facts }] = JSON.parse(out).sources;
    expect(
      facts.map(({ label, value }: { label: string; value: string }) =>
        label === "time" ? label : `${label}: ${value}`,
      ),
    ).toEqual([
      `tenant: ${TENANT_ID}`,
      `application: ${CLIENT_ID}`,
      "mailboxes: 90 mailboxes: 60 personal, 30 functional, 0 left out",
      `groups asked: ${groupsInUse.size}`,
      `names looked up: ${names}`,
      `requests: ${1 + 30 + 3 * names + groupsInUse.size}`,
      "time",
    ]);
  });

  test("a wrong secret", async () => {
    const { place } = await organisation();
    const { code, out, err } = await place.zivsyncWith({ EXCHANGE_SECRET: "canary-api-key-wrong" }, "plan");
    expect({ code, out, err }).toEqual({
      code: 1,
      out: "",
      err: `error[exchange-credentials] profiles/all.yaml:6:5
  Entra ID gave no token: The client secret is wrong (AADSTS7000215). It said "AADSTS7000215: Invalid client secret provided.".
  Put the value of the secret there, not its id; a secret shows its value only when it is made.
`,
    });
  });
});
