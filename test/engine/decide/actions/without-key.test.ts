import { describe, expect, test } from "vitest";
import { desk, deskRecord, known, person, planOf, record } from "../../../support/engine.ts";
import { planTable } from "../../table.ts";

const A = "a@example.org";
const B = "b@example.org";
const had = { known: [known(A, { id: "1", key: "of a" }), known(B, { id: "2", key: `key of ${B}` })] };
const b = record(B, { id: "2" });
const keyless = (more: Parameters<typeof record>[1]) => record(A, { id: "1", accountKey: null, ...more });
const inDoubt = [{ attribute: "key", message: "The cell holds an error.", field: "accountKey" as const }];

/** Also where nothing waits for it: nobody could log in with a new account. */
const MISSING = [`account-key-missing ${A}`];

describe("a key that is known and given by no source any more", () => {
  planTable([
    {
      name: "aliases wait, since Zivver may forget the key with them; the rest goes on",
      desired: [b, keyless({ aliases: ["x@example.org"], fullName: "New" })],
      live: [person(A), person(B)],
      ...had,
      expect: {
        changes: [`update ${A} fullName: Name of a → New`],
        findings: [...MISSING, ...MISSING],
      },
    },
    {
      name: "delegates wait as well",
      desired: [b, keyless({ delegates: [B] })],
      live: [person(A), person(B)],
      ...had,
      expect: { findings: MISSING },
    },
    {
      name: "a new address alone does not touch the key",
      desired: [b, record("new@example.org", { id: "1", accountKey: null, fullName: "Name of a" })],
      live: [person(A), person(B)],
      ...had,
      profile: { aliases: { excludeDomains: [], unclaimed: "skip", former: "drop" } },
      expect: {
        changes: [`update new@example.org address: ${A} → new@example.org`],
        findings: ["account-key-missing new@example.org"],
      },
    },
    {
      name: "a key in doubt is as good as none",
      desired: [b, keyless({ aliases: ["x@example.org"], problems: inDoubt })],
      live: [person(A), person(B)],
      known: [known(B, { id: "2", key: `key of ${B}` })],
      expect: { findings: [`account-key-missing ${A}`, `record-unreadable ${A}`] },
    },
    {
      name: "other fields in doubt stay in doubt",
      desired: [
        b,
        keyless({
          delegates: [B],
          division: "/new",
          problems: [{ attribute: "division", message: "The cell holds an error.", field: "division" }],
        }),
      ],
      live: [person(A, { division: "/old" }), person(B)],
      ...had,
      expect: { findings: [...MISSING, `record-unreadable ${A}`] },
    },
    {
      name: "an account that never had one from here changes as its sources say",
      desired: [b, keyless({ aliases: ["x@example.org"], delegates: [B] })],
      live: [person(A), person(B)],
      known: [known(A, { id: "1" }), known(B, { id: "2", key: `key of ${B}` })],
      expect: {
        changes: [`update ${A} aliases: [] → [x@example.org]; delegates: [] → [${B}]`],
        findings: MISSING,
      },
    },
    {
      name: "so does one whose key is given",
      desired: [b, record(A, { id: "1", accountKey: "of a", aliases: ["x@example.org"] })],
      live: [person(A), person(B)],
      ...had,
      expect: { changes: [`update ${A} aliases: [] → [x@example.org]`] },
    },
    {
      name: "so does everybody where people have passwords",
      desired: [b, keyless({ aliases: ["x@example.org"] })],
      live: [person(A), person(B)],
      ...had,
      organization: { loginMethod: "password" },
      expect: { changes: [`update ${A} aliases: [] → [x@example.org]`] },
    },
    {
      name: "and so does a functional account, whatever is remembered of it",
      desired: [b, deskRecord("d@example.org", { aliases: ["x@example.org"] })],
      live: [person(B), desk("d@example.org", ["id-b@example.org"])],
      known: [...had.known.slice(1), known("d@example.org", { kind: "functional", key: "of d" })],
      expect: { changes: ["update d@example.org aliases: [] → [x@example.org]"] },
    },
  ]);

  test("it is said why, and what to do", () => {
    const setting = {
      desired: [b, keyless({ aliases: ["x@example.org"] })],
      live: [person(A), person(B)],
      ...had,
    };
    expect(planOf(setting).body.findings).toContainEqual({
      code: "account-key-missing",
      severity: "error",
      summary: `Name of a <${A}> has an account key, and no source gives it now. Aliases are written together with the key, and Zivver may forget a key that is left out, so address and aliases wait until a source gives it again.`,
      where: { profile: "staff", source: "hr", place: `row of ${A}`, kind: "personal", address: A },
    });
  });
});
