import fc from "fast-check";
import type { FieldChange } from "../../src/model/plan/change.ts";
import type { Plan } from "../../src/model/plan/plan.ts";
import { hostileText } from "./hostile-text.ts";
import {
  address,
  createChange,
  deleteChange,
  finding,
  guardResult,
  planOf,
  reactivateChange,
  SEALED_KEY,
  sourceSummary,
  suspendChange,
  updateChange,
} from "./plans.ts";

type PlannedChange = Plan["changes"][number];

const person = fc.nat(999_999).map((number) => `person-${number}@example.org`);
const anyAddress = fc.oneof({ weight: 3, arbitrary: person }, { weight: 1, arbitrary: hostileText });
const hostileOrigin = fc.record({ source: hostileText, where: hostileText, attribute: hostileText });
const list = fc.uniqueArray(anyAddress, { maxLength: 14 });

const fieldChange: fc.Arbitrary<FieldChange> = fc.oneof(
  fc.record({
    field: fc.constantFrom("fullName" as const, "division" as const, "phone" as const, "address" as const),
    before: fc.option(hostileText),
    after: fc.option(hostileText),
    origin: hostileOrigin,
  }),
  fc.record({
    field: fc.constantFrom("aliases" as const, "delegates" as const),
    before: fc.option(list),
    after: fc.option(list),
    origin: hostileOrigin,
  }),
);

const change: fc.Arbitrary<PlannedChange> = fc
  .tuple(
    fc.nat(4),
    anyAddress,
    fc.array(fieldChange, { maxLength: 3 }),
    hostileText,
    fc.constantFrom("personal" as const, "functional" as const),
    hostileText,
  )
  .map(([action, at, fields, profile, kind, fullName]) => {
    const given = { fields, profile, kind };
    if (action === 0) return createChange(at, { ...given, accountKey: SEALED_KEY });
    if (action === 1)
      return updateChange(at, fields, {
        ...given,
        release: { address: address(at), aliases: [address(at)] },
      });
    if (action === 2) return reactivateChange(at, given);
    return action === 3 ? suspendChange(at, { ...given, fullName }) : deleteChange(at, given);
  });

const anyFinding = fc
  .record({
    severity: fc.constantFrom("info" as const, "warning" as const, "error" as const),
    code: fc.constantFrom(
      "alias-unclaimed" as const,
      "source-empty" as const,
      "delegate-unknown" as const,
      "removal-held-back" as const,
      "identity-conflict" as const,
    ),
    // One sentence about several accounts is said once.
    summary: fc.oneof(hostileText, fc.constant("It is due to be suspended.")),
    where: fc.record(
      { place: hostileText, address: anyAddress, source: hostileText, fullName: hostileText },
      { requiredKeys: [] },
    ),
  })
  .map(finding);

const anyGuard = fc
  .record({
    measured: fc.nat(900),
    limit: fc.option(fc.nat(40)),
    verdict: fc.constantFrom("passed" as const, "refused" as const, "accepted" as const),
    address: anyAddress.map(address),
  })
  .map(guardResult);

/** Plans whose every text is hostile, of up to `most` changes. */
export function hostilePlans(most: number): fc.Arbitrary<Plan> {
  return fc
    .tuple(
      fc.array(change, { maxLength: most, size: "max" }),
      fc.array(anyFinding, { maxLength: 40 }),
      fc.array(anyGuard, { maxLength: 6 }),
      fc.array(
        fc
          .record({ name: hostileText, type: hostileText, profile: hostileText, complete: fc.boolean() })
          .map(sourceSummary),
        { maxLength: 4 },
      ),
      fc.array(hostileText, { maxLength: 3 }),
      hostileText,
    )
    .map(([changes, findings, guards, sources, profiles, branch]) =>
      planOf(changes, {
        findings,
        guards,
        sources,
        configuration: {
          digest: branch,
          git: { commit: branch, branch, dirty: true, author: branch },
          profiles,
          only: branch,
        },
      }),
    );
}
