import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { likeReport } from "../../../src/commands/try/simulator.ts";
import { validateReport } from "../../../src/config/schema/conformance.ts";
import type { ConformanceReport } from "../../../src/model/conformance.ts";
import { DEFAULT_QUIRKS, QUIRKS, type Quirk } from "../../../src/simulator/world/quirks.ts";
import type { World } from "../../../src/simulator/world/world.ts";
import { answersUnder, QUESTIONS, QUIRK_ROWS } from "../../../src/zivver/conformance/questions/questions.ts";
import {
  ask,
  cleanUp,
  deathAt,
  type Journal,
  LIMIT,
  organisationWith,
} from "../../support/asked-organisation.ts";
import { runs } from "../../support/runs.ts";

/*
 * Whatever an organisation is like, the experiments find out what it is like, and leave it as it was.
 */

const sorted = (names: Iterable<string>) => [...names].sort();
const contents = (world: World) => [...world.accounts.values()];
const isWrite = ({ method }: { readonly method: string }) => method !== "GET";

const subset = fc.subarray(QUIRKS.map(({ name }) => name)).map((names) => new Set<Quirk>(names));

/**
 * The quirks that can be seen: of several that answer one question, the first; and none whose question makes no sense beside
 * the others, such as what a rename does where no account can be renamed.
 */
function visibleQuirks(quirks: ReadonlySet<Quirk>): ReadonlySet<Quirk> {
  const answers = answersUnder(quirks);
  return new Set(
    QUIRK_ROWS.filter(({ name, question, when }) => {
      const needs = QUESTIONS.find(({ id }) => id === question)?.needs;
      const isAsked = needs === undefined || answers.get(needs.id) === needs.answer;
      return quirks.has(name) && answers.get(question) === when && isAsked;
    }).map(({ name }) => name),
  );
}

describe("the experiments", () => {
  it("name exactly the quirks that are on, and leave the organisation as it was", async () => {
    const most = { requests: 0, seconds: 0 };
    await fc.assert(
      fc.asyncProperty(subset, fc.integer({ min: 300, max: 4000 }), async (quirks, lagMs) => {
        const organisation = organisationWith(quirks, lagMs);
        const before = contents(organisation.world);
        const report = await organisation.clock.run(ask(organisation));
        expect(sorted(report.quirks)).toEqual(sorted(visibleQuirks(quirks)));
        expect(report.left).toEqual([]);
        expect(contents(organisation.world)).toEqual(before);
        expect(report.answers.map(({ id }) => id)).toEqual(QUESTIONS.map(({ id }) => id));
        if (quirks.has("lists-lag") || quirks.has("reads-lag")) {
          expect(report.lagMs).toBeGreaterThanOrEqual(lagMs);
          expect(report.lagMs).toBeLessThan(lagMs + 1500 + LIMIT.seconds * 1000);
        }
        most.requests = Math.max(most.requests, report.requests);
        if (report.lagMs === 0) most.seconds = Math.max(most.seconds, report.seconds);
      }),
      { numRuns: runs(5, 200) },
    );
    expect(most.requests).toBeLessThanOrEqual(280);
    expect(most.seconds).toBeLessThan(60);
  });

  it("answer every question of an organisation as Zivver is believed to be, within the rate limit", async () => {
    const organisation = organisationWith(DEFAULT_QUIRKS);
    const report = await organisation.clock.run(ask(organisation));
    const others = report.answers.filter(({ verdict }) => verdict !== "as-expected");
    expect(others).toEqual([]);
    expect(report.rateLimit).toEqual(LIMIT);
    expect(report.seconds).toBeLessThan(60);
    expect(report.requests).toBeLessThanOrEqual(150);
    // The limit is used up once, on purpose, by reading.
    const refused = organisation.log.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ path }) => path === "/Users?count=1")).toBe(true);
  });

  it("make six accounts at most, and write to no other one", async () => {
    const organisation = organisationWith(new Set());
    const others = new Set(contents(organisation.world).map(({ id }) => id));
    await organisation.clock.run(ask(organisation));
    const written = organisation.log.filter(isWrite).map(({ path }) => path.split("/")[2]);
    expect(written.filter((id) => id !== undefined && others.has(id))).toEqual([]);
    expect(organisation.log.filter(({ method, status }) => method === "POST" && status === 201)).toHaveLength(
      4,
    );
  });

  it("hold no address, no id and no secret in what they report", async () => {
    const organisation = organisationWith(new Set(["organization-answers"]));
    const text = JSON.stringify(await organisation.clock.run(ask(organisation)));
    expect(text).not.toMatch(/example\.org|canary|0123456789|[0-9a-f]{8}-[0-9a-f]{4}-|Jane|Kim/);
  });
});

describe("the simulator that is like a report", () => {
  it("gives the answers of the organisation that the report is of", async () => {
    const answersIn = (report: ConformanceReport) =>
      report.answers.map(({ id, answer, verdict }) => ({ id, answer, verdict }));
    await fc.assert(
      fc.asyncProperty(
        subset,
        fc.integer({ min: 300, max: 4000 }),
        fc.constantFrom(LIMIT, { requests: 20, seconds: 4 }, null),
        async (quirks, lagMs, rateLimit) => {
          const first = organisationWith(quirks, lagMs);
          const seen = await first.clock.run(ask(first, { rateLimit }));
          const written: ConformanceReport = JSON.parse(JSON.stringify(seen));
          expect(validateReport(written)).toEqual([]);
          const like = likeReport(written, "conformance.json");
          expect(like.unlike).toEqual([]);
          const second = organisationWith(like.quirks, like.lagMs);
          const again = await second.clock.run(ask(second, { rateLimit: like.rateLimit }));
          expect(answersIn(again)).toEqual(answersIn(seen));
          expect(sorted(again.quirks)).toEqual(sorted(seen.quirks));
          expect(again.rateLimit).toEqual(seen.rateLimit);
          // Late readings are looked for with pauses, and after a refusal once the limit's time is over.
          const pauseMs = 2000 + 1000 * (rateLimit?.seconds ?? 0);
          expect(Math.abs(again.lagMs - seen.lagMs)).toBeLessThan(pauseMs);
        },
      ),
      { numRuns: runs(5, 200) },
    );
  });

  it("names the questions that it answers in another way", async () => {
    const organisation = organisationWith(DEFAULT_QUIRKS);
    const report = await organisation.clock.run(ask(organisation));
    const answers = report.answers.map((one) =>
      one.id === "patch-add" ? { ...one, answer: "refused" } : one,
    );
    expect(likeReport({ ...report, answers }, "conformance.json").unlike).toEqual([
      "Does PATCH `add` of `members` work?",
    ]);
  });
});

describe("a run that is killed", () => {
  /** Kills a run at a request, cleans up, and gives what is different from before. */
  async function killedAt(at: number, isCarriedOut: boolean, quirks: ReadonlySet<Quirk>) {
    const organisation = organisationWith(quirks);
    const before = contents(organisation.world);
    const journal: Journal = { pending: [], accounts: [] };
    const end = ask(organisation, { journal, troubles: deathAt(at, isCarriedOut) }).then(() => "ended");
    const died = await organisation.clock.run(end).catch((error: Error) => error.message);
    const left = await organisation.clock.run(cleanUp(organisation, journal));
    return { died, left, isAsBefore: contents(organisation.world).length === before.length };
  }

  it("is cleaned up afterwards, whichever request it was", async () => {
    const settings: readonly ReadonlySet<Quirk>[] = [
      DEFAULT_QUIRKS,
      new Set(["lists-lag", "reads-lag", "write-answers-without-body", "pages-lists"]),
    ];
    let kills = 0;
    for (const quirks of settings) {
      const step = runs(9, 1);
      for (let at = 1; ; at += step) {
        const results = await Promise.all([killedAt(at, false, quirks), killedAt(at, true, quirks)]);
        for (const { left, isAsBefore } of results)
          expect({ at, left, isAsBefore }).toEqual({ at, left: [], isAsBefore: true });
        if (results.some(({ died }) => died === "ended")) break;
        kills += 2;
      }
    }
    expect(kills).toBeGreaterThan(runs(20, 200));
  });
});
