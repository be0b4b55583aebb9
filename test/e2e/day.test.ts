import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { accountAt, type Simulator } from "../../src/simulator/index.ts";
import { simulated, type Workplace, workplace } from "../support/cli.ts";
import {
  emailOf,
  LEAVER,
  liveSeed,
  MARRIED,
  NEW,
  SWAPPED,
  userRows,
  workbook,
  writeHospital,
} from "./hospital.ts";

async function planIn(place: Workplace): Promise<Plan> {
  return JSON.parse(await place.read("plan.json"));
}

/** Every change in a few words, in the order of the plan. */
const briefly = ({ changes }: Plan) => changes.map(({ action, address }) => `${action} ${address}`);

const shown = (simulator: Simulator, address: string) => {
  const account = accountAt(simulator.world, address);
  return account && { address: account.address, aliases: account.aliases, fullName: account.fullName };
};

const ROWS = 'accounts.xlsx, sheet "Users", row';
const OF_HR = { profile: "everybody", source: "hr" };

/** Nobody is renamed by an alias while not all could be read. */
const UNAFFECTED_BY_WRONG_ROWS = [
  "update p042@example.org",
  "update p041@example.org",
  "update p060@example.org",
  "create p299@example.org",
  "create p300@example.org",
  "update desk3@example.org",
];

describe("the ordinary day of a hospital", () => {
  it("plans around wrong rows, and removes nothing while there are any", async () => {
    const simulator = await simulated(liveSeed());
    const place = await workplace();
    const wrong = userRows();
    Object.assign(wrong[9] ?? {}, { Email: "" });
    Object.assign(wrong[19] ?? {}, { Active: "perhaps" });
    Object.assign(wrong[29] ?? {}, { Email: emailOf(31) });
    await writeHospital(place, simulator.url, wrong);

    const run = await place.zivsync("plan", "--detailed-exitcode");
    expect(run).toMatchObject({ code: 2, err: "The plan was written to plan.json.\n" });
    expect(run.out).toContain("everybody/hr (spreadsheet): 309 records, INCOMPLETE");
    const plan = await planIn(place);
    expect(briefly(plan)).toEqual(UNAFFECTED_BY_WRONG_ROWS);
    const held = (address: string, fullName: string) => ({
      code: "removal-held-back",
      severity: "warning",
      summary:
        "The account would be suspended, but not all that the sources of the profile give could be read.",
      where: { profile: "everybody", kind: "personal", address, fullName },
      heldBack: { action: "suspend", because: "incomplete" },
    });
    expect(plan.findings).toEqual([
      {
        code: "duplicate-record",
        severity: "error",
        summary: `2 records of different people have this address: ${ROWS} 31; ${ROWS} 32. Their accounts are left as they are, and all of these people count as present. Correct the address in the wrong one.`,
        where: { ...OF_HR, address: "p031@example.org" },
      },
      {
        code: "link-doubtful",
        severity: "error",
        summary:
          "An alias of this record is the address of Person 50 <n.jansen@example.org>, and not all that the sources of the profile give could be read, so it is not known whether that account has a record of its own. Nothing is created or renamed, and that account is left as it is, until all can be read.",
        where: { ...OF_HR, kind: "personal", address: "n.devries@example.org", place: `${ROWS} 51` },
      },
      {
        code: "record-unreadable",
        severity: "error",
        summary:
          "Active: The cell says neither yes nor no. Until it is corrected, this field is left as it is.",
        where: { ...OF_HR, kind: "personal", address: "p020@example.org", place: `${ROWS} 21` },
      },
      {
        code: "record-without-address",
        severity: "error",
        summary:
          'The row cannot be matched to an account. Its column "Email" is empty. Nothing is removed because of this source. Correct the row, or exclude it with `filter` if it is not an account, such as a total.',
        where: { ...OF_HR, kind: "personal", place: `${ROWS} 11` },
      },
      {
        code: "delegate-unknown",
        severity: "warning",
        summary:
          "For p010@example.org no account is known: no record claims the address, or its record is held, disabled, out of scope or not planned. It is not added to the delegates, and nobody who may be meant is taken out.",
        where: {
          ...OF_HR,
          kind: "functional",
          address: "desk10@example.org",
          place: 'accounts.xlsx, sheet "Functional accounts", row 11',
        },
      },
      held("leaver@example.org", "Lee Ver"),
      held("p010@example.org", "Person 10"),
      held("p030@example.org", "Person 30"),
    ]);
  });

  it("goes from the corrected rows over review and approval to no changes", async () => {
    const simulator = await simulated(liveSeed());
    const place = await workplace();
    await writeHospital(place, simulator.url);

    expect((await place.zivsync("plan")).code).toBe(0);
    const plan = await planIn(place);
    expect(plan.findings).toEqual([]);
    expect(briefly(plan)).toEqual([
      "update n.devries@example.org",
      "update p042@example.org",
      "update p041@example.org",
      "update p060@example.org",
      "create p299@example.org",
      "create p300@example.org",
      "update desk3@example.org",
      "suspend leaver@example.org",
    ]);

    const review = await place.zivsync("show", "plan.json", "-f", "markdown");
    expect(review).toMatchObject({ code: 0, err: "" });
    expect(review.out).toContain("leaver@example.org");
    expect(review.out).toContain(plan.digest);

    const before = simulator.log.length;
    const digest = plan.digest;
    expect(await place.zivsync("apply", "plan.json")).toEqual({
      code: 3,
      out: "",
      err: `error[plan-unapproved] apply
  Nobody is there to approve the plan: this is not a terminal.
  Review the plan, then run again with --approve ${digest}
`,
    });
    const other = `sha256:${"0".repeat(64)}`;
    expect(await place.zivsync("apply", "plan.json", "--approve", other)).toEqual({
      code: 3,
      out: "",
      err: `error[plan-unapproved] --approve
  The plan's digest is another one than ${other}.
  Review the plan, then give its digest: ${digest}
`,
    });
    expect(simulator.log).toHaveLength(before);
    expect(await place.written()).toEqual(["plan.json"]);

    const journal = `plan.json.${plan.seal.slice(-8)}.journal`;
    expect(await place.zivsync("apply", "plan.json", "--approve", digest)).toEqual({
      code: 0,
      out: "Applied 8.\n",
      err: `The journal is ${journal}.\n`,
    });
    expect(simulator.log.length - before).toBe(plan.summary.requests);
    expect(accountAt(simulator.world, LEAVER)).toMatchObject({ active: false });
    expect(shown(simulator, MARRIED.before)).toEqual({
      address: MARRIED.after,
      aliases: [MARRIED.before],
      fullName: "Person 50",
    });
    expect(SWAPPED.map((at) => accountAt(simulator.world, emailOf(at))?.aliases)).toEqual([
      ["alias42@example.com"],
      ["alias41@example.com"],
    ]);
    const members = accountAt(simulator.world, "desk3@example.org");
    const newcomer = accountAt(simulator.world, emailOf(NEW[0]));
    expect(members).toMatchObject({ members: expect.arrayContaining([newcomer?.id]) });
    for (const at of [41, 42, 50, ...NEW]) {
      const address = at === 50 ? MARRIED.after : emailOf(at);
      expect(accountAt(simulator.world, address)).toMatchObject({
        ssoAccountKey: userRows()[at - 1]?.["Account key"],
      });
    }

    const after = simulator.log.length;
    const used = await place.zivsync("apply", "plan.json", "--approve", digest);
    expect(used).toMatchObject({ code: 3, out: "" });
    expect(used.err).toContain("error[plan-used]");
    expect(simulator.log).toHaveLength(after);

    const again = await place.zivsync("plan", "--detailed-exitcode");
    expect(again.code).toBe(0);
    expect(again.out).toMatch(/^No changes\. The live accounts are as the sources say\. 311 unchanged/);
    const nothing = await place.zivsync("apply", "plan.json");
    expect(nothing).toEqual({ code: 0, out: "No changes: there is nothing to apply.\n", err: "" });
    expect(simulator.log).toHaveLength(after + 2);
  });

  it("has removals come back once the rows are right, with the file otherwise the same", async () => {
    const simulator = await simulated(liveSeed());
    const place = await workplace();
    const wrong = userRows();
    Object.assign(wrong[9] ?? {}, { Email: "" });
    await writeHospital(place, simulator.url, wrong);
    await place.zivsync("plan");
    expect((await planIn(place)).summary.suspend).toBe(0);
    await place.write({ "desired-state/accounts.xlsx": await workbook(userRows()) });
    await place.zivsync("plan");
    expect((await planIn(place)).changes.filter(({ action }) => action === "suspend")).toMatchObject([
      { address: LEAVER, kind: "personal" },
    ]);
  });
});
