import { describe, expect, it } from "vitest";
import { simulated, workplace } from "../support/cli.ts";
import { SEED, soundFiles } from "../support/malformed.ts";

const profile = (filter: string) => `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal] }
sources:
  - name: lists
    type: spreadsheet
    file: ../users.csv
    filter: ${filter}
`;

async function office(filter: string) {
  const simulator = await simulated(SEED);
  const place = await workplace();
  await place.write({ ...soundFiles(simulator.url), "desired-state/profiles/all.yaml": profile(filter) });
  return place;
}

/** The changes of a plan and the codes of its findings. */
async function planOf(place: Awaited<ReturnType<typeof office>>) {
  const { code } = await place.zivsync("plan", "-o", "plan.json");
  const { changes, findings } = JSON.parse(await place.read("plan.json"));
  const told = (list: readonly Record<string, string>[], key: string) => list.map((one) => one[key]);
  return { code, changes: told(changes, "address"), findings: told(findings, "code").sort() };
}

describe("a filter, from the configuration to the plan", () => {
  it("is told by records and check, and its plan is about the records that it takes", async () => {
    const place = await office("[{ field: fullName, values: [Anna *, Bert *] }]");
    const records = await place.zivsync("records");
    expect(records.out).toContain("all / lists (spreadsheet): 2 records, 1 left out by the filter\n");
    const listed = JSON.parse((await place.zivsync("records", "-f", "json")).out);
    expect(listed.sources[0].leftOut).toBe(1);
    expect((await place.zivsync("check")).out).toContain("\n  filter: 2 of 3 records taken\n");
    // Claire is in the list and would be created; Zoe does not, and is suspended.
    expect(await planOf(place)).toEqual({ code: 0, changes: ["zoe@example.org"], findings: [] });
  });

  it("that takes nobody removes nobody", async () => {
    const place = await office('[{ field: email, values: "*@example.com" }]');
    const { changes, findings } = await planOf(place);
    expect(changes).toEqual([]);
    expect(findings).toContain("source-empty");
    const { out } = await place.zivsync("records");
    expect(out).toContain(
      "The filter takes none of the 3 records. Nothing is removed because of this source.",
    );
  });

  it("that looks at a column which is not there ends the run", async () => {
    const place = await office("[{ field: Department, values: Care }]");
    const { code, err } = await place.zivsync("plan");
    expect(code).toBe(1);
    expect(err).toContain(
      'There is no column "Department", and the filter at profiles/all.yaml:9:14 looks at it.',
    );
  });
});
