import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import type { SyncResult } from "../../src/model/sync-result.ts";
import { accountAt } from "../../src/simulator/index.ts";
import { STANDING, type Stage, syncStage } from "./sync-stage.ts";

/*
 * `zivsync sync` through the command line and the simulator: what goes, what waits and why, the window, the exit codes, and that
 * a plan file brings no permission of its own.
 */

const waitsOf = ({ waiting }: SyncResult) =>
  Object.fromEntries(waiting.changes.map(({ address, because }) => [address, because]));

async function approveWaiting({ place }: Stage) {
  const { digest } = JSON.parse(await place.read("waiting.json")) as Plan;
  return place.zivsync("apply", "waiting.json", "--approve", digest);
}

describe("a sync", () => {
  it("applies what is within its numbers, and leaves the rest for people", async () => {
    const stage = await syncStage({ standing: { ...STANDING, create: 2 } });
    stage.leave("p1");
    stage.join("n1", "n2", "n3");
    stage.rename("p2", "New Name");
    const { code, result } = await stage.sync();
    expect(code).toBe(2);
    expect(result).toMatchObject({
      exitCode: 2,
      dryRun: false,
      applied: { suspend: 1, update: 1 },
      failures: [],
    });
    expect(waitsOf(result)).toEqual({
      "n1@example.org": "number",
      "n2@example.org": "number",
      "n3@example.org": "number",
    });
    expect(accountAt(stage.world, "p1@example.org")).toMatchObject({ active: false });
    expect(accountAt(stage.world, "p2@example.org")).toMatchObject({ fullName: "New Name" });
    expect(accountAt(stage.world, "n1@example.org")).toBeUndefined();
    const applied = await approveWaiting(stage);
    expect(applied, applied.err).toMatchObject({ code: 0 });
    expect(accountAt(stage.world, "n3@example.org")).toMatchObject({ active: true });
    expect(await stage.sync()).toMatchObject({ code: 0 });
  });

  it("renames a linked account that keeps its old address as an alias", async () => {
    const stage = await syncStage({});
    stage.setAddress("p5", "p5.new@example.org");
    expect((await stage.sync()).result).toMatchObject({ exitCode: 0, applied: { rename: 1 } });
    expect(accountAt(stage.world, "p5.new@example.org")).toMatchObject({
      address: "p5.new@example.org",
      aliases: ["p5@example.org"],
    });
    expect(await stage.sync()).toMatchObject({ code: 0, result: { routine: { changes: 0 } } });
  });

  it("counts what went within the window before, also by another run", async () => {
    const stage = await syncStage({ standing: { ...STANDING, create: 3 } });
    stage.join("n1", "n2");
    expect((await stage.sync()).result).toMatchObject({ exitCode: 0, applied: { create: 2 } });
    stage.join("n3", "n4");
    const { result } = await stage.sync();
    expect(result).toMatchObject({ exitCode: 2, applied: {}, standing: { before: { create: 2 } } });
    expect(result.waiting.changes).toEqual([
      expect.objectContaining({ because: "number", type: "create", count: 2, used: 2, number: 3 }),
      expect.objectContaining({ because: "number", type: "create", count: 2, used: 2, number: 3 }),
    ]);
  });

  it("gives a waiting plan the digest that it has the next night, so that its approval holds", async () => {
    const stage = await syncStage({ standing: { ...STANDING, update: 0 } });
    stage.rename("p1", "First");
    stage.rename("p2", "Second");
    const first = await stage.sync();
    stage.join("n1");
    stage.leave("p3");
    const second = await stage.sync();
    expect(second.result.applied).toEqual({ create: 1, suspend: 1 });
    expect(second.result.waiting.digest).toBe(first.result.waiting.digest);
  });

  it("knows a newcomer whom a waiting change names by the account that it has by then", async () => {
    const stage = await syncStage({ standing: { ...STANDING, addDelegate: 0 } });
    stage.join("n1");
    stage.setMembers("p1", "p2", "n1");
    const first = await stage.sync();
    expect(first.result).toMatchObject({ exitCode: 2, applied: { create: 1 } });
    const second = await stage.sync();
    expect(second.result.waiting.digest).toBe(first.result.waiting.digest);
    const applied = await approveWaiting(stage);
    expect(applied, applied.err).toMatchObject({ code: 0 });
    const desk = accountAt(stage.world, "desk@example.org");
    expect(desk).toMatchObject({
      members: expect.arrayContaining([accountAt(stage.world, "n1@example.org")?.id]),
    });
    expect(await stage.sync()).toMatchObject({ code: 0 });
  });

  it("refuses the whole plan where a guard does, and applies nothing", async () => {
    const stage = await syncStage({ guards: "guards: { suspend: { count: 1 } }\n" });
    stage.leave("p1", "p2");
    stage.join("n1");
    const { code, result } = await stage.sync();
    expect(code).toBe(3);
    expect(result).toMatchObject({ applied: {}, refused: [{ guard: "suspend", measured: 2, limit: 1 }] });
    expect(stage.writes()).toEqual([]);
  });

  it("writes the plan files and nothing else in a dry run", async () => {
    const stage = await syncStage({});
    const before = await stage.place.read("state.jsonl");
    stage.join("n1");
    const { code, result } = await stage.sync("--dry-run");
    expect(code).toBe(0);
    expect(result).toMatchObject({
      dryRun: true,
      applied: {},
      routine: { changes: 1, counts: { create: 1 } },
    });
    expect(stage.writes()).toEqual([]);
    expect(await stage.place.read("state.jsonl")).toBe(before);
    expect(JSON.parse(await stage.place.read("routine.json")).changes).toHaveLength(1);
  });

  it("ends with 2 where a removal is held back, and names it", async () => {
    const stage = await syncStage({});
    stage.leave("p1");
    stage.setAddress("n1", "");
    const { code, result } = await stage.sync();
    expect(code).toBe(2);
    expect(result).toMatchObject({
      applied: {},
      waiting: { changes: [] },
      heldBack: [{ address: "p1@example.org", profile: "all" }],
    });
    expect(accountAt(stage.world, "p1@example.org")).toMatchObject({ active: true });
  });

  it("prints the report, what waits and why, and a summary without names", async () => {
    const stage = await syncStage({ standing: { ...STANDING, create: 1 } });
    stage.join("n1", "n2");
    stage.rename("p2", "New Name");
    await stage.writeSources();
    const { code, out } = await stage.place.zivsync("sync");
    const { digest } = JSON.parse(await stage.place.read("waiting.json")) as Plan;
    expect(code).toBe(2);
    expect(out).toContain("Applied 1.");
    expect(out).toContain(
      "Why they wait for people:\n  2 creations; approved in advance: 1: n1@example.org, n2@example.org",
    );
    expect(
      out.endsWith(`Applied by standing approval: 1 update. Used within the window: update 1 of 9.
2 changes wait for people in waiting.json: ${digest}
`),
    ).toBe(true);
  });

  it("ends with 4 where a change failed, and does not count what Zivver refused", async () => {
    const stage = await syncStage({});
    stage.join("n1", "n2");
    stage.simulator.world.claimedDomains.delete("example.org");
    const failed = await stage.sync();
    expect(failed.code).toBe(4);
    expect(failed.result.failures.map(({ address }) => address)).toEqual([
      "n1@example.org",
      "n2@example.org",
    ]);
    stage.simulator.world.claimedDomains.add("example.org");
    const again = await stage.sync();
    expect(again.result).toMatchObject({ exitCode: 0, applied: { create: 2 }, standing: { before: {} } });
  });

  it("refuses one file for both plans, so that what is begun is not written over", async () => {
    const stage = await syncStage({});
    await stage.writeSources();
    const run = await stage.place.zivsync("sync", "--waiting", "./routine.json");
    expect([run.code, run.out]).toEqual([1, ""]);
    expect(run.err).toContain("--routine and --waiting name the same file.");
    expect(await stage.place.written()).not.toContain("routine.json");
  });

  it.each([
    ["sync", "--waiting"],
    ["sync", "--routine"],
    ["plan", "-o"],
  ])("refuses the file of the state for a plan: %s %s", async (command, option) => {
    const stage = await syncStage({});
    await stage.writeSources();
    const before = await stage.place.read("state.jsonl");
    const run = await stage.place.zivsync(command, option, "state.jsonl");
    expect([run.code, run.out, run.err]).toEqual([
      1,
      "",
      "error[usage] state.jsonl\n  This is the file of the state, and what is written would take its place.\n  Name another file.\n",
    ]);
    expect(await stage.place.read("state.jsonl")).toBe(before);
  });

  it("says why it needs a state", async () => {
    const stage = await syncStage({ state: "" });
    expect(await stage.place.zivsync("sync")).toEqual({
      code: 1,
      out: "",
      err: `error[sync-needs-state] organization.yaml
  \`zivsync sync\` needs \`state\`: without it nothing remembers what was applied without a person, and the numbers of \`approval.standing\` would hold for one run alone.
  Add \`state\`, for example \`state: { store: git, branch: zivsync-state }\`.
`,
    });
  });
});

describe("what is never approved in advance", () => {
  it.each([
    {
      name: "deletions",
      extra: { missing: "delete" },
      day: (stage: Stage) => stage.leave("p1"),
      waits: { "p1@example.org": "deletion", "desk@example.org": "needs" },
    },
    {
      name: "an address that moves from one account to another",
      extra: {},
      day: (stage: Stage) => {
        stage.setAliases("p1", "extra@example.org");
        stage.setAliases("p4", "");
      },
      waits: { "p1@example.org": "address-moves", "p4@example.org": "address-moves" },
    },
    {
      name: "account keys of existing accounts",
      extra: {},
      day: (stage: Stage) => stage.setKey("p1", "another"),
      waits: { "p1@example.org": "account-key" },
    },
    {
      name: "changes to a protected address",
      extra: { protected: 'protected: ["p1@example.org"]\n' },
      day: (stage: Stage) => stage.rename("p1", "Somebody"),
      waits: { "p1@example.org": "protected" },
    },
    {
      name: "profiles that are not covered",
      extra: { profiles: "[nobody]" },
      day: (stage: Stage) => stage.rename("p1", "Somebody"),
      waits: { "p1@example.org": "profile" },
    },
  ])("$name", async ({ extra, day, waits }) => {
    const stage = await syncStage(extra);
    day(stage);
    const { code, result } = await stage.sync();
    expect(code).toBe(2);
    expect(waitsOf(result)).toEqual(waits);
    expect(stage.writes()).toEqual([]);
  });

  it("a plan with an accepted guard", async () => {
    const stage = await syncStage({ guards: "guards: { suspend: { count: 0 } }\n" });
    stage.leave("p1");
    stage.join("n1");
    const { code, result } = await stage.sync("--accept", "suspend=1");
    expect(code).toBe(2);
    expect(waitsOf(result)).toEqual({
      "n1@example.org": "accepted-guard",
      "p1@example.org": "accepted-guard",
    });
    expect(stage.writes()).toEqual([]);
  });

  it("the first plan of a state that was lost, also where there is nothing to change", async () => {
    const stage = await syncStage({ standing: { ...STANDING, create: 3 } });
    stage.join("n1", "n2");
    await stage.sync();
    await rm(join(stage.place.folder, "state.jsonl"));
    expect(await stage.sync()).toMatchObject({ code: 2, result: { applied: {}, waiting: { changes: [] } } });
    stage.join("n3", "n4");
    const lost = await stage.sync();
    expect(waitsOf(lost.result)).toEqual({ "n3@example.org": "first-plan", "n4@example.org": "first-plan" });
    expect(await approveWaiting(stage)).toMatchObject({ code: 0 });
    stage.join("n5", "n6");
    const { result } = await stage.sync();
    // Two went before the state was lost, and the window still counts them.
    expect(result).toMatchObject({ applied: {}, standing: { before: { create: 2 } } });
    expect(waitsOf(result)).toEqual({ "n5@example.org": "number", "n6@example.org": "number" });
  });
});

describe("a plan file brings no permission of its own", () => {
  it("names the approval in plan and journal", async () => {
    const stage = await syncStage({});
    stage.join("n1");
    const { result } = await stage.sync();
    const { standing } = JSON.parse(await stage.place.read("routine.json")) as Plan;
    expect(standing).toMatchObject({ type: "standing", before: {}, after: { create: 1 } });
    const [begin = ""] = (await stage.place.read(result.routine.journal ?? "")).split("\n");
    expect(JSON.parse(begin)).toMatchObject({ type: "begin", approval: standing });
  });

  it("is applied by apply under the same checks, once", async () => {
    const stage = await syncStage({});
    stage.join("n1");
    await stage.sync("--dry-run");
    const applied = await stage.place.zivsync("apply", "routine.json");
    expect(applied, applied.err).toMatchObject({ code: 0 });
    expect(await stage.place.read("state.jsonl")).toContain('"type":"standing"');
    expect(await stage.place.zivsync("apply", "routine.json")).toMatchObject({ code: 3 });
  });

  it("is refused once others have used the numbers up", async () => {
    const stage = await syncStage({ standing: { ...STANDING, create: 1 } });
    stage.join("n1");
    await stage.sync("--dry-run", "--routine", "first.json");
    stage.join("n2");
    stage.leaveOut("n1");
    await stage.sync("--routine", "second.json");
    const late = await stage.place.zivsync("apply", "first.json");
    expect(late.code).toBe(3);
    expect(late.err).toContain("1 creation after 1 within the window; approved in advance: 1");
    expect(accountAt(stage.world, "n1@example.org")).toBeUndefined();
  });

  it("is refused once the policy was changed", async () => {
    const stage = await syncStage({});
    stage.join("n1");
    await stage.sync("--dry-run");
    await stage.configure({ standing: { ...STANDING, create: 0 } });
    expect(await stage.place.zivsync("apply", "routine.json")).toMatchObject({ code: 3 });
    expect(stage.writes()).toEqual([]);
  });
});
