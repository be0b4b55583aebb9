import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { accountAt, type Simulator, store } from "../../src/simulator/index.ts";
import {
  ACCOUNT_KEY,
  API_KEY,
  organizationYaml,
  PROFILE_YAML,
  simulated,
  workplace,
} from "../support/cli.ts";
import { copyWithDepartment, node, PATCHES } from "../support/new-field.ts";

const ANN = "ann@example.org";
const DESK = "desk@example.org";

/** The patched command in a workplace of its own. */
async function setUp() {
  const program = await copyWithDepartment();
  expect(await node(program, ["scripts/build.mjs", "--no-types"])).toEqual({ code: 0, out: "", err: "" });
  const simulator = await simulated({
    claimedDomains: ["example.org", "example.com"],
    personal: [{ address: ANN, fullName: "Ann", accountKey: `${ACCOUNT_KEY}a` }],
    functional: [{ address: DESK, fullName: "Desk", members: [ANN], enterprise: { department: "Old" } }],
  });
  const { folder, write } = await workplace();
  const extra = "guards: { update: off }\nstate: { store: file, path: ../state.jsonl }\n";
  await write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, extra),
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/users.csv": `Email,Full name,Department,Account key\n${ANN},Ann,Surgery,${ACCOUNT_KEY}a\n`,
    "desired-state/shared.csv": `Email,Full name,Delegates,Department\n${DESK},Desk,${ANN},Front\n`,
  });
  const zivsync = (...words: string[]) =>
    node(folder, [join(program, "dist/cli.js"), ...words], { ZIVVER_API_KEY: API_KEY });
  const plan = async (file: string): Promise<Plan> => JSON.parse(await readFile(join(folder, file), "utf8"));
  const apply = async (file: string) => zivsync("apply", file, "--approve", (await plan(file)).digest);
  return { folder, simulator, zivsync, plan, apply };
}

const departments = ({ world }: Simulator) =>
  [ANN, DESK].map((address) => accountAt(world, address)?.enterprise?.department);

const fieldsOf = ({ changes }: Plan) =>
  changes.map(({ address, fields }) => [
    address,
    fields.map(({ field, before, after, changedIn }) => ({ field, before, after, changedIn })),
  ]);

it("touches eight files at most", () => {
  expect(Object.keys(PATCHES).length).toBeLessThanOrEqual(8);
});

it("a new text is read, planned, shown, applied, verified, remembered and reverted", async () => {
  const { folder, simulator, zivsync, plan, apply } = await setUp();

  const records = await zivsync("records", "--json");
  expect(JSON.parse(records.out).sources[0].records).toMatchObject([
    { email: ANN, department: "Surgery" },
    { email: DESK, department: "Front" },
  ]);

  const planned = await zivsync("plan");
  expect({ code: planned.code, err: planned.err }).toEqual({
    code: 0,
    err: "The plan was written to plan.json.\n",
  });
  expect(planned.out).toContain('department: (none) → "Surgery"');
  expect(fieldsOf(await plan("plan.json"))).toEqual([
    [ANN, [{ field: "department", before: "", after: "Surgery" }]],
    [DESK, [{ field: "department", before: "Old", after: "Front" }]],
  ]);

  const applied = await apply("plan.json");
  expect({ code: applied.code, out: applied.out }).toEqual({ code: 0, out: "Applied 2.\n" });
  expect(departments(simulator)).toEqual(["Surgery", "Front"]);
  expect(await zivsync("plan", "-o", "second.json", "--detailed-exitcode")).toMatchObject({ code: 0 });

  const ann = accountAt(simulator.world, ANN);
  if (ann === undefined) throw new Error("Ann is gone");
  store(simulator.world, { ...ann, enterprise: { department: "Elsewhere" } });
  await zivsync("plan", "-o", "drift.json");
  expect(fieldsOf(await plan("drift.json"))).toEqual([
    [ANN, [{ field: "department", before: "Elsewhere", after: "Surgery", changedIn: "zivver" }]],
  ]);
  store(simulator.world, ann);

  const journal = (await readdir(folder)).find((file) => /^plan.*\.journal$/.test(file)) ?? "";
  await zivsync("revert", journal);
  expect((await apply("revert.json")).code).toBe(0);
  expect(departments(simulator)).toEqual(["", "Old"]);
});
