import { describe, expect, it } from "vitest";
import { RemoteError } from "../../../src/model/values/errors.ts";
import { DEFAULT_QUIRKS, type Quirk } from "../../../src/simulator/world/quirks.ts";
import { remove, type World } from "../../../src/simulator/world/world.ts";
import {
  ask,
  cleanUp,
  type Journal,
  organisationWith,
  RUN,
  type Trouble,
  type Troubles,
} from "../../support/asked-organisation.ts";
import { runs } from "../../support/runs.ts";

/*
 * Whatever goes wrong while questions are asked: nothing is left that is not remembered, and trouble on the way is not taken for an
 * answer.
 */

const contents = (world: World) => [...world.accounts.values()];
const LATE: ReadonlySet<Quirk> = new Set([...DEFAULT_QUIRKS, "lists-lag", "write-answers-without-body"]);

/** One run in trouble; then the clean-up of what it remembers, without any. */
async function asked(troubles: Troubles, quirks: ReadonlySet<Quirk> = DEFAULT_QUIRKS) {
  const organisation = organisationWith(quirks);
  const { world, clock } = organisation;
  const before = contents(world);
  const journal: Journal = { pending: [], accounts: [] };
  let requests = 0;
  const counted: Troubles = (n, request) => {
    requests = n;
    return troubles(n, request);
  };
  const run = ask(organisation, { journal, troubles: counted });
  const report = await clock.run(run).catch((error: unknown) => {
    if (error instanceof RemoteError) return undefined;
    throw error;
  });
  const isRemembered = journal.pending.length > 0 || journal.accounts.length > 0;
  const isClean = () => JSON.stringify(contents(world)) === JSON.stringify(before);
  const wasClean = isClean();
  const left = isRemembered ? await clock.run(cleanUp(organisation, journal)) : [];
  const wrong = report?.answers.filter(({ verdict }) => verdict === "wrong").map(({ id }) => id) ?? [];
  return { report, requests, isRemembered, wasClean, isClean: isClean(), left, wrong };
}

const PAGE = { status: 200, body: "<!DOCTYPE html><html><title>Sign in</title></html>" };
const SORTS: readonly (readonly [string, Trouble])[] = [
  ["breaks off before it is carried out", { isCarriedOut: false, instead: null }],
  ["breaks off after it was carried out", { isCarriedOut: true, instead: null }],
  ["is answered 503 by something in between", { isCarriedOut: false, instead: { status: 503, body: "" } }],
  ["is answered 500 and carried out", { isCarriedOut: true, instead: { status: 500, body: "no" } }],
  ["is answered with a page", { isCarriedOut: false, instead: PAGE }],
];

describe.each(SORTS)("a request that %s", (_, trouble) => {
  const step = runs(23, 5);

  it.each([["default quirks", DEFAULT_QUIRKS] as const, ["late lists", LATE] as const])(
    "is not taken for an answer, and leaves nothing: %s",
    async (_name, quirks) => {
      let tried = 0;
      for (let at = 1 + (step > 1 ? 4 : 0); ; at += step) {
        const result = await asked((n) => (n === at ? trouble : undefined), quirks);
        if (result.requests < at) break;
        tried += 1;
        const { wrong, isClean, left } = result;
        expect({ at, wrong, isClean, left }).toEqual({ at, wrong: [], isClean: true, left: [] });
      }
      expect(tried).toBeGreaterThan(4);
    },
  );

  it("is remembered with what it left when all that follow are so, too", async () => {
    let tried = 0;
    for (let at = 3 + (step > 1 ? 5 : 0); ; at += step) {
      const first = { ...trouble };
      const rest: Trouble = { ...trouble, isCarriedOut: false };
      const result = await asked((n) => (n === at ? first : n > at ? rest : undefined), LATE);
      if (result.requests < at) break;
      tried += 1;
      const { isRemembered, wasClean, isClean, left, wrong } = result;
      expect({ at, isKnown: isRemembered || wasClean }).toEqual({ at, isKnown: true });
      expect({ at, isClean, left, wrong }).toEqual({ at, isClean: true, left: [], wrong: [] });
    }
    expect(tried).toBeGreaterThan(4);
  });
});

describe("an organisation that answers no more", () => {
  it.each([
    ["that its key is wrong", 401],
    ["that its limit is used up", 429],
    ["that it is broken", 500],
  ])(
    "says %s, in the middle: nothing is said to be wrong, and what is left is remembered",
    async (_, status) => {
      const { wrong, isRemembered, isClean, report } = await asked((n) =>
        n > 30 ? { isCarriedOut: false, instead: { status, body: "no" } } : undefined,
      );
      expect({ wrong, isRemembered, isClean }).toEqual({ wrong: [], isRemembered: true, isClean: true });
      expect(report?.left.length).toBeGreaterThan(0);
      expect(report?.answers.some(({ verdict }) => verdict === "unanswered")).toBe(true);
    },
  );

  it("is left alone soon: a few requests after the connection is gone", async () => {
    const { requests } = await asked((n) => (n > 30 ? { isCarriedOut: false, instead: null } : undefined));
    expect(requests).toBeLessThan(60);
  });
});

describe("others in the organisation", () => {
  it("two runs at once answer alike and leave nothing", async () => {
    const organisation = organisationWith(DEFAULT_QUIRKS);
    const before = contents(organisation.world);
    const other = { token: "fedcba9876543210", domain: RUN.domain };
    const [one, two] = await organisation.clock.run(
      Promise.all([ask(organisation), ask(organisation, { run: other })]),
    );
    const verdicts = (report: typeof one) =>
      report.answers.filter(({ verdict }) => verdict === "wrong" || verdict === "unanswered");
    expect([verdicts(one), verdicts(two)]).toEqual([[], []]);
    expect([one.left, two.left]).toEqual([[], []]);
    expect(contents(organisation.world)).toEqual(before);
  });

  it("an account whose address looks like one of a run stays as it is", async () => {
    const organisation = organisationWith(DEFAULT_QUIRKS);
    const { world } = organisation;
    const [jane] = contents(world);
    if (jane === undefined) throw new Error("nobody is there");
    for (const [n, address] of [
      `zivsync-conformance-${RUN.token}-a@example.org`,
      "zivsync-conformance-x@example.org",
    ].entries()) {
      const id = `00000000-0000-4000-8000-00000000000${n}`;
      world.accounts.set(id, { ...jane, id, address, aliases: [] });
      world.owners.set(address, id);
    }
    const before = contents(world);
    const report = await organisation.clock.run(ask(organisation));
    expect(contents(world)).toEqual(before);
    expect(report.left).toEqual([]);
  });

  it("somebody who deletes an account of the run ends no run", async () => {
    for (const name of ["-a@", "-b@", "-c@", "-group@"]) {
      const organisation = organisationWith(DEFAULT_QUIRKS);
      const { world } = organisation;
      const before = contents(world);
      const troubles: Troubles = (n) => {
        const its = contents(world).find(
          ({ address }) => address.includes(RUN.token) && address.includes(name),
        );
        if (n > 60 && its) remove(world, its);
        return undefined;
      };
      const report = await organisation.clock.run(ask(organisation, { troubles }));
      expect(report.left).toEqual([]);
      expect(contents(world)).toEqual(before);
    }
  });
});
