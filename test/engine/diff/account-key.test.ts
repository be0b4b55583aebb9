import { describe } from "vitest";
import { Secret } from "../../../src/model/values/secret.ts";
import { desk, deskRecord, known, PLAIN_NAMES, person, record, type Setting } from "../../support/engine.ts";
import { planTable } from "../table.ts";

/* When an account key is sent: Zivver shows none, so it is compared with what was last sent or seen. */

const A = "a@example.org";
const digest = (key: string) => PLAIN_NAMES.accountKey(`id-${A}`, new Secret(key));
const given = (key: string | null, remembered: { key?: string; seen?: string } = {}): Setting => ({
  desired: [record(A, { id: "1", accountKey: key })],
  live: [person(A)],
  known: [known(A, { id: "1", ...remembered })],
});
const back = (key: string, remembered: { key?: string; seen?: string } = {}): Setting => ({
  ...given(key, remembered),
  desired: [record(A, { id: "1", accountKey: key, active: true })],
  live: [person(A, { active: false })],
});
const SEND: Pick<Setting, "organization"> = { organization: { unknownAccountKeys: "send" } };
const sends = (before: string | undefined, after: string) =>
  `accountKey: ${before === undefined ? "-" : digest(before)} → ${digest(after)}`;

describe("the account key of somebody who stays", () => {
  planTable([
    {
      name: "is sent where another one was sent",
      ...given("new", { key: "old" }),
      expect: { changes: [`update ${A} ${sends("old", "new")}`] },
    },
    { name: "is not sent where it was sent", ...given("old", { key: "old" }), expect: {} },
    {
      name: "is not sent where no source gives one",
      ...given(null, { key: "old" }),
      expect: { findings: [`account-key-missing ${A}`] },
    },
    { name: "is not sent where nothing is remembered of any", ...given("new"), expect: {} },
    {
      name: "is sent where nothing is remembered of any, as configured",
      ...given("new"),
      ...SEND,
      expect: { changes: [`update ${A} ${sends(undefined, "new")}`] },
    },
    {
      name: "is not sent where it was seen at the source, and not sent",
      ...given("old", { seen: "old" }),
      expect: {},
    },
    {
      name: "is sent where another one was seen at the source",
      ...given("new", { seen: "old" }),
      expect: { changes: [`update ${A} ${sends("old", "new")}`] },
    },
    {
      name: "is sent although it was seen, as configured: it was never sent",
      ...given("old", { seen: "old" }),
      ...SEND,
      expect: { changes: [`update ${A} ${sends(undefined, "old")}`] },
    },
    {
      name: "is not sent where it was sent, as configured for unknown ones",
      ...given("old", { key: "old" }),
      ...SEND,
      expect: {},
    },
    {
      name: "is not sent without a state",
      desired: [record(A, { accountKey: "new" })],
      live: [person(A)],
      ...SEND,
      expect: {},
    },
    {
      name: "is not sent where the profile does not update",
      ...given("new", { key: "old" }),
      profile: { personal: { update: false } },
      expect: {},
    },
    {
      name: "is not sent to a functional account",
      desired: [deskRecord("d@example.org", { accountKey: "new" })],
      live: [desk("d@example.org")],
      known: [known("d@example.org", { kind: "functional" })],
      ...SEND,
      expect: {},
    },
  ]);
});

describe("the account key of somebody who comes back", () => {
  planTable([
    {
      name: "is sent, although unknown ones are kept",
      ...back("new"),
      expect: { changes: [`reactivate ${A} active: false → true; ${sends(undefined, "new")}`] },
    },
    {
      name: "is sent, although it was seen at the source",
      ...back("old", { seen: "old" }),
      expect: { changes: [`reactivate ${A} active: false → true; ${sends(undefined, "old")}`] },
    },
    {
      name: "is not sent where it was sent",
      ...back("old", { key: "old" }),
      expect: { changes: [`reactivate ${A} active: false → true`] },
    },
    {
      name: "is sent where another one was sent",
      ...back("new", { key: "old" }),
      expect: { changes: [`reactivate ${A} active: false → true; ${sends("old", "new")}`] },
    },
  ]);
});
