import { describe, expect, test } from "vitest";
import { corporation } from "../../servers/exchange-corporation.ts";
import { runs } from "../../support/runs.ts";
import { certificates, stage } from "./stage.ts";

const certs = certificates();
const shown = (count: number) => count.toLocaleString("en");

/** Users, shared mailboxes and groups: a fifth of a large organisation, or all of it. */
const USERS = runs(1_000, 5_000);
const SHARED = runs(240, 1_200);
const GROUPS = runs(60, 200);
/** Pages of the list. */
const PAGES = Math.ceil((USERS + SHARED) / 1_000);

describe("thousands of users and hundreds of shared mailboxes", () => {
  const { tenant, truth, groupsInUse, names } = corporation(USERS, SHARED, GROUPS);

  test("each question is asked once, and the answers are right", async () => {
    const { read, exchange } = await stage(certs, tenant);
    const reading = await read();
    const delegates = reading.records.flatMap((one) =>
      one.kind === "functional" ? [[one.email?.value, one.delegates?.value] as const] : [],
    );
    expect(new Map(delegates)).toEqual(truth);
    expect({ complete: reading.complete, findings: reading.findings }).toEqual({
      complete: true,
      findings: [],
    });
    const ofKind = (kind: string) => exchange.asked.filter((one) => one.split(" ")[0] === kind).length;
    expect(groupsInUse.size).toBeGreaterThan(runs(20, 60));
    expect(groupsInUse.size).toBeLessThan(GROUPS);
    expect({
      list: ofKind("list"),
      permissions: ofKind("permissions"),
      names: [ofKind("Get-Recipient"), ofKind("Get-Group"), ofKind("Get-User")],
      groups: ofKind("Get-DistributionGroupMember"),
    }).toEqual({ list: PAGES, permissions: SHARED, names: [names, names, names], groups: groupsInUse.size });
    expect(new Set(exchange.asked.slice(PAGES)).size).toBe(exchange.asked.length - PAGES);
    expect(exchange.asked.length).toBe(PAGES + SHARED + 3 * names + groupsInUse.size);
    expect(exchange.complaints).toEqual([]);
    const facts = Object.fromEntries((reading.facts ?? []).map(({ label, value }) => [label, value]));
    expect(facts).toMatchObject({
      mailboxes: `${shown(USERS + SHARED)} mailboxes: ${shown(USERS)} personal, ${shown(SHARED)} functional, 0 left out`,
      "groups asked": String(groupsInUse.size),
      requests: shown(PAGES + SHARED + 3 * names + groupsInUse.size),
    });
  });

  test("with a budget that is kept, no request is refused", async () => {
    const { read, exchange, clock } = await stage(certs, corporation(300, 250, 40).tenant, {
      rate: { requests: 60, windowMs: 60_000, kind: true },
    });
    const started = clock.now();
    const reading = await read();
    expect(reading.complete).toBe(true);
    expect(exchange.throttled()).toBe(0);
    expect(exchange.complaints).toEqual([]);
    // Five windows, and not much more than what they take.
    expect(exchange.asked.length).toBeGreaterThan(4 * 60);
    expect(clock.now() - started).toBeLessThan(8 * 60_000);
  });

  test.each([true, false])(
    "with a budget smaller than what is sent at once (told how long: %s)",
    async (kind) => {
      const { read, exchange } = await stage(certs, corporation(40, 30, 4).tenant, {
        rate: { requests: 5, windowMs: 2_000, kind },
      });
      const reading = await read();
      expect(reading.complete).toBe(true);
      expect(reading.records.flatMap(({ delegatesIncomplete }) => delegatesIncomplete ?? [])).toEqual([]);
      expect(exchange.complaints).toEqual([]);
    },
  );

  test("never more than the configured number at once", async () => {
    const { read, exchange } = await stage(certs, corporation(40, 60, 4).tenant, { concurrency: 2 });
    expect((await read({ concurrency: 2 })).complete).toBe(true);
    expect(exchange.complaints).toEqual([]);
  });
});
