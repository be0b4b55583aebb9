import { expect, test } from "vitest";
import { EMPTY_STATE, type State } from "../../../src/model/plan/state.ts";
import { buildStatus } from "../../../src/model/run/status.ts";
import { renderStatus } from "../../../src/review/text/status.ts";
import { known } from "../../support/engine.ts";

const AT = "2026-11-28T12:00:00.000Z";
const DIGEST = `sha256:${"0".repeat(64)}`;

const text = (state: State, deletedAfterDays?: number) =>
  renderStatus(buildStatus(state, { organization: "example.org", at: AT, deletedAfterDays }), {
    color: false,
    width: 100,
  });

test("all that a state can say", () => {
  const state: State = {
    ...EMPTY_STATE,
    accounts: [
      known("held@example.org", {
        heldBackSince: "2026-11-20T05:17:00.000Z",
        heldBackBecause: "incomplete",
      }),
      known("due@example.org", { suspended: "missing", suspendedAt: "2026-09-05T05:17:00.000Z" }),
      known("old@example.org", { suspended: "missing" }),
    ],
    runs: {
      success: { at: "2026-11-27T05:17:00.000Z", command: "sync" },
      waiting: { digest: DIGEST, since: "2026-11-25T05:17:00.000Z", changes: { create: 2, delete: 1 } },
      incomplete: [{ profile: "staff", name: "hr", since: "2026-11-26T05:17:00.000Z" }],
      undelivered: [
        {
          channel: "notify[0] mail",
          event: "waiting",
          at: "2026-11-28T05:17:00.000Z",
          code: "notify-timeout",
        },
      ],
    },
  };
  expect(text(state, 90)).toBe(`zivsync status of example.org
Last success: 2026-11-27T05:17:00.000Z (\`sync\`, 30 hours ago)
Waiting for approval: 2 to create, 1 to delete, since 2026-11-25 (3 days)
  Digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
Held back: 1 removal on hold for 8 days because not all that the sources of the profile give could
  be read
  personal held@example.org: for 8 days, since 2026-11-20, because not all that the sources of the
    profile give could be read
Incomplete sources: 1
  staff/hr: for 2 days, since 2026-11-26
Deleted by Zivver within 14 days: 1 account
  due@example.org: on 2026-12-04, suspended on 2026-09-05
Suspended by an older zivsync: 1 account, and when Zivver deletes them is not known
Failed notifications: 1
  notify[0] mail, waiting: notify-timeout, at 2026-11-28T05:17:00.000Z
`);
});

test("a state of which all is well, and one that knows of no run", () => {
  const runs = { success: { at: "2026-11-28T11:59:00.000Z", command: "apply" } } as const;
  expect(text({ ...EMPTY_STATE, runs })).toBe(`zivsync status of example.org
Last success: 2026-11-28T11:59:00.000Z (\`apply\`, 60 seconds ago)
Waiting for approval: nothing
Held back: nothing
Incomplete sources: none
Deleted by Zivver within 14 days: none that the state knows of
Failed notifications: none
`);
  expect(text(EMPTY_STATE)).toBe(`zivsync status of example.org
Last success: none that the state knows of
Waiting for approval: nothing that the state knows of
Held back: nothing
Incomplete sources: none
Deleted by Zivver within 14 days: none that the state knows of
Failed notifications: none
`);
});

test("a success of the future, which a wrong clock has written", () => {
  const runs = { success: { at: "2026-12-28T12:00:00.000Z", command: "sync" } } as const;
  expect(text({ ...EMPTY_STATE, runs })).toBe(`zivsync status of example.org
Last success: 2026-12-28T12:00:00.000Z (\`sync\`, in the future: a clock is wrong, or was)
Waiting for approval: nothing
Held back: nothing
Incomplete sources: none
Deleted by Zivver within 14 days: none that the state knows of
Failed notifications: none
`);
});
