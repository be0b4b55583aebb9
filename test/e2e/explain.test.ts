import { expect, it } from "vitest";
import { accountAt, store } from "../../src/simulator/index.ts";
import { ACCOUNT_KEY, organizationYaml, simulated, workplace } from "../support/cli.ts";

const PROFILE = `apiVersion: zivsync/v1
kind: Profile
name: staff
manages: { kinds: [personal], exclude: [{ address: admin@example.org }] }
sources:
  - { name: hr, type: spreadsheet, file: ../users.csv, filter: [{ field: division, values: [/care] }] }
  - { name: more, type: declared, files: ../more.yaml }
`;

const MORE = `apiVersion: zivsync/v1
kind: Accounts
personal:
  - { email: jane@example.org, aliases: [jd@example.org], fullName: Not this name }
`;

const USERS = `Id;Email;Full name;Account key;Division
1;jane@example.org;Jane Doe;${ACCOUNT_KEY}1;/care
2;left.out@example.org;Left Out;${ACCOUNT_KEY}2;/office
3;held@example.org;Held;;/care
`;

async function office() {
  const simulator = await simulated({
    claimedDomains: ["example.org", "example.com"],
    divisions: ["/care"],
    personal: [{ address: "admin@example.org", fullName: "Admin" }],
  });
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      "state: { store: file, path: ../state.jsonl }\n",
    ),
    "desired-state/profiles/staff.yaml": PROFILE,
    "desired-state/more.yaml": MORE,
    "desired-state/users.csv": USERS,
  });
  return { simulator, place };
}

it("tells records, precedence, live account, what is remembered, and the change", async () => {
  const { simulator, place } = await office();
  const plan = JSON.parse((await place.zivsync("plan", "--json")).out);
  expect((await place.zivsync("apply", "plan.json", "--approve", plan.digest)).code).toBe(0);
  const account = accountAt(simulator.world, "jane@example.org");
  if (account) store(simulator.world, { ...account, fullName: "By hand" });
  expect(await place.zivsync("explain", "JD@example.org")).toEqual({
    code: 0,
    out: `jd@example.org

Records
  staff / hr: users.csv, line 2
    email: "jane@example.org"
    id: "1"
    fullName: "Jane Doe"  (Full name; counts)
    division: "/care"  (Division; counts)
    accountKey: set (hidden)  (Account key; counts)
  staff / more: more.yaml:4:5
    email: "jane@example.org"
    fullName: "Not this name"  (fullName; does not count)
    aliases: jd@example.org  (aliases; counts)

What the sources make of it
  profile staff: personal account jane@example.org, active

In Zivver
  personal account ${account?.id}, active
  managed (staff: all personal accounts)
  address: jane@example.org
  full name: "By hand"
  aliases: jd@example.org
  delegates: (none)
  division: "/care"
  phone: (none)

Remembered
  it is the record of staff / hr with the same id
  account key: as zivsync sent it
  applied before: active, aliases, division, fullName

Plan
  ~ update personal jane@example.org
      full name: "By hand" → "Jane Doe" (hr, users.csv, line 2, Full name; changed in Zivver since)
`,
    err: "",
  });
});

it("tells of the filter that leaves somebody out, of the rule that excludes, and of what holds back", async () => {
  const { place } = await office();
  const leftOut = await place.zivsync("explain", "left.out@example.org");
  expect(leftOut).toMatchObject({ code: 0, err: "" });
  expect(leftOut.out).toContain("Records\n  staff / hr: left out by its filter\n");
  const admin = await place.zivsync("explain", "admin@example.org");
  expect(admin.out).toContain("  unmanaged (staff: exclude address admin@example.org)\n");
  expect(admin.out).toContain("Plan\n  no change: no plan touches an account that is not managed\n");
  const held = await place.zivsync("explain", "held@example.org");
  expect(held.out).toContain("profile staff: personal account held@example.org, active");
  expect(held.out).toContain("Plan\n  no change: it is left as it is, see above\n");
  expect(held.out).toMatch(
    /^held@example\.org\n\nLeft as they are: 1 account\n {2}error account-key-missing \(1\)\n {4}held@example\.org: /,
  );
  const machine = JSON.parse((await place.zivsync("explain", "jane@example.org", "--json")).out);
  expect(machine).toMatchObject({
    address: "jane@example.org",
    records: [
      { profile: "staff", source: "hr", where: "users.csv, line 2" },
      { profile: "staff", source: "more", where: "more.yaml:4:5" },
    ],
    change: { action: "create", address: "jane@example.org" },
    general: [],
    incompleteSources: [],
    nearest: [],
  });
});

it("begins with the sources that are incomplete, and with what is held back for it", async () => {
  const { place, simulator } = await office();
  store(simulator.world, {
    ...accountAt(simulator.world, "admin@example.org"),
    id: "11111111-1111-4111-8111-111111111111",
    address: "leaver@example.org",
    fullName: "Lea Ver",
  } as NonNullable<ReturnType<typeof accountAt>>);
  await place.write({ "desired-state/users.csv": "Id;Email;Full name;Account key;Division\n" });
  const leaver = await place.zivsync("explain", "leaver@example.org");
  expect(leaver.code).toBe(0);
  expect(leaver.out).toMatch(
    /^leaver@example\.org\n\nIncomplete: 1 source could not be read in full: staff\/hr\n {2}warning source-empty \(1\)\n(?: {4,}.*\n)+Held back: .*\n {2}warning removal-held-back \(1\)\n[\s\S]*leaver@example\.org[\s\S]*\nRecords\n {2}no source has one\n/,
  );
  const told = JSON.parse((await place.zivsync("explain", "leaver@example.org", "--json")).out);
  expect(told.incompleteSources).toEqual(["staff/hr"]);
  expect(told.general.map(({ code }: { code: string }) => code)).toContain("source-empty");
});

it("names the nearest addresses of one that nobody knows", async () => {
  const { place } = await office();
  const unknown = await place.zivsync("explain", "jame@example.org");
  expect(unknown).toEqual({
    code: 1,
    out: `jame@example.org

Records
  no source has one

In Zivver
  there is no such account

Plan
  no change

Did you mean
  jane@example.org
`,
    err: "",
  });
  expect(await place.zivsync("explain", "nobody")).toMatchObject({ code: 1, out: "" });
});
