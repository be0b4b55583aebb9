import { describe, expect, it } from "vitest";
import { type Stage, stage } from "./github-stage.ts";

const SEED = {
  claimedDomains: ["example.org", "example.com"],
  divisions: ["/"],
  personal: [
    { address: "bo@example.org", fullName: "Bo" },
    { address: "len@example.org", fullName: "Len" },
  ],
};
const PROFILE = `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal] }
sources:
  - name: lists
    type: spreadsheet
    file: ../users.csv
`;
const DRIFTED = "Email,Full name\nbo@example.org,Bo\n";
const WHOLE = "Email,Full name\nbo@example.org,Bo\nlen@example.org,Len\n";

async function looked(users: string, extra?: string): Promise<Stage> {
  const made = await stage(
    SEED,
    { "desired-state/profiles/all.yaml": PROFILE, "desired-state/users.csv": users },
    extra,
  );
  await made.commit({});
  return made;
}

const issues = ({ github }: Stage) =>
  github.state.issues.map(({ number, title, open, labels }) => ({ number, title, open, labels }));
const OPEN = {
  number: 1,
  title: "zivsync: 1 change is due in desired-state",
  open: true,
  labels: ["zivsync-drift"],
};

const NOTHING_READ =
  "zivsync: no changes, but 1 source is incomplete and removals are held back in desired-state";

describe("one issue for an organisation", () => {
  it("is opened, updated, closed and reopened", async () => {
    const made = await looked(DRIFTED);
    const first = await made.onPush(1, "drift");
    expect({ code: first.code, issue: first.outputs.issue }).toEqual({ code: 0, issue: "1" });
    expect(first.err).toContain("Opened the issue #1.\n");
    expect(issues(made)).toEqual([OPEN]);
    expect(made.github.state.issues[0]?.body).toContain("**Suspensions and deletions (1)**");
    expect(first.summary).toContain("## zivsync: `desired-state`\n");

    expect((await made.onPush(2, "drift")).err).toContain("Updated the issue #1.\n");
    expect(issues(made)).toEqual([OPEN]);

    await made.place.write({ "desired-state/users.csv": WHOLE });
    expect((await made.onPush(3, "drift")).err).toContain("Closed the issue #1: nothing differs now.\n");
    expect(issues(made)).toEqual([{ ...OPEN, open: false }]);
    expect(made.github.state.issues[0]?.body).toContain("### No drift\n");
    expect((await made.onPush(4, "drift")).outputs).toMatchObject({ changes: "0", issue: "" });

    await made.place.write({ "desired-state/users.csv": DRIFTED });
    expect((await made.onPush(5, "drift")).err).toContain("Reopened the issue #1.\n");
    expect(issues(made)).toEqual([OPEN]);
  });

  it("is not opened where nothing differs", async () => {
    const made = await looked(WHOLE);
    expect((await made.onPush(1, "drift")).code).toBe(0);
    expect(issues(made)).toEqual([]);
  });

  it("of somebody else is left alone", async () => {
    const made = await looked(DRIFTED);
    await made.onPush(1, "drift");
    const [issue] = made.github.state.issues;
    if (issue === undefined) throw new Error("there is no issue");
    issue.author = "mallory";
    const { body } = issue;
    await made.onPush(2, "drift");
    expect(issues(made).map(({ number }) => number)).toEqual([1, 2]);
    expect(made.github.state.issues[0]?.body).toBe(body);
  });

  it("says what the guards refuse, and is not closed while a source cannot be read in full", async () => {
    const made = await looked(DRIFTED, "guards: { suspend: { count: 0 } }\n");
    const run = await made.onPush(1, "drift");
    expect(run.code).toBe(3);
    expect(issues(made)).toEqual([
      { ...OPEN, title: "zivsync: 1 change is due, and refused by the guards in desired-state" },
    ]);
    await made.place.write({ "desired-state/users.csv": "Email,Full name\n" });
    const empty = await made.onPush(2, "drift");
    expect(empty.code).toBe(0);
    expect(issues(made)).toEqual([{ ...OPEN, title: NOTHING_READ }]);
  });

  it("is opened where nothing is due but a source is incomplete, and closed once it is not", async () => {
    const made = await looked("Email,Full name\n");
    const first = await made.onPush(1, "drift");
    expect(first.outputs).toMatchObject({ changes: "0", incomplete: "1", issue: "1" });
    expect(Number(first.outputs["held-back"])).toBeGreaterThan(0);
    expect(issues(made)).toEqual([{ ...OPEN, title: NOTHING_READ }]);
    const { body = "" } = made.github.state.issues[0] ?? {};
    expect(body).toContain(
      "> [!WARNING]\n> - **Incomplete**: 1 source could not be read in full: `all/lists`\n> - **Held back**: ",
    );
    expect(body).toContain("len@example.org");
    expect(body).toContain("correct what is named at the top: until then leavers may stay active");
    await made.place.write({ "desired-state/users.csv": WHOLE });
    await made.onPush(2, "drift");
    expect(issues(made)).toEqual([{ ...OPEN, title: NOTHING_READ, open: false }]);
  });
});
