import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExchangeOnlineConfig } from "../../../src/model/source-config/exchange.ts";
import type { HttpAnswer } from "../../../src/network/http.ts";
import { fullAccessIn } from "../../../src/sources/exchange-online/access/access.ts";
import { Listing } from "../../../src/sources/exchange-online/mailboxes/list.ts";
import { Pace } from "../../../src/sources/microsoft/service/pace.ts";
import { Collected } from "../../../src/sources/records/findings.ts";
import { grant, user } from "../../servers/exchange-tenant.ts";
import { VirtualClock } from "../../zivver/virtual-clock.ts";

const CONFIG: ExchangeOnlineConfig = {
  type: "exchange-online",
  name: "exchange",
  where: "profiles/all.yaml:6:5",
  tenant: "example.test",
  credential: { type: "managedIdentity" },
  baseUrl: "https://outlook.office365.com",
  apiPath: "adminapi/beta",
  authority: "https://login.microsoftonline.com",
  mailboxTypes: { personal: ["UserMailbox"], functional: ["SharedMailbox"] },
  concurrency: 4,
  timeoutMs: 1000,
  map: { phone: "CustomAttribute1", active: "CustomAttribute2" },
};

const junk = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom("SMTP:a@example.org", ["smtp:b@example.org"], "UserMailbox", "SharedMailbox", true, null),
);
// Without ids, as a mailbox that comes twice counts once.
const PROPERTIES = Object.keys({ ...user("a@example.org"), CustomAttribute1: 1, CustomAttribute2: 1 }).filter(
  (name) => !/Guid|ObjectId/.test(name),
);
const row = fc.record(Object.fromEntries(PROPERTIES.map((name) => [name, junk])), { requiredKeys: [] });

describe("laws", () => {
  test("whatever comes as a mailbox is a record, is left out, or is said to be missing", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(row, junk), { maxLength: 6 }), (rows) => {
        const collected = new Collected("exchange");
        const listing = new Listing(CONFIG, collected);
        for (const one of rows) listing.take(one);
        expect(listing.count).toBe(rows.length);
        const types = rows.map((one) =>
          one !== null && typeof one === "object" && !Array.isArray(one)
            ? one.RecipientTypeDetails
            : undefined,
        );
        const told = collected.findings().filter(({ code }) => code === "source-incomplete").length;
        expect(told).toBe(types.filter((type) => typeof type !== "string" || type.trim() === "").length);
        expect(listing.records.length).toBe(
          types.filter((type) => type === "UserMailbox" || type === "SharedMailbox").length,
        );
      }),
    );
  });

  test("full access is what explicit entries say; an entry that cannot be read is a gap", () => {
    const entry = fc.record({
      user: fc.constantFrom("a", "b", "c"),
      inherited: fc.boolean(),
      deny: fc.boolean(),
      full: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(entry), fc.array(junk), (entries, rubbish) => {
        const rows = entries.map(({ user: name, inherited, deny, full }) =>
          grant(name, {
            IsInherited: inherited,
            Deny: deny,
            AccessRights: [full ? "FullAccess" : "ReadPermission"],
          }),
        );
        const counts = entries.filter(({ inherited, full }) => full && !inherited);
        const access = fullAccessIn([...rubbish, ...rows]);
        expect(new Set(access.allowed)).toEqual(
          new Set(counts.flatMap((one) => (one.deny ? [] : [one.user]))),
        );
        expect(new Set(access.denied)).toEqual(
          new Set(counts.flatMap((one) => (one.deny ? [one.user] : []))),
        );
        expect(access.gaps.length > 0).toBe(rubbish.length > 0);
      }),
    );
  });

  test("never more at once than allowed, never before a pause is over, and everybody gets a turn", async () => {
    const work = fc.record({
      lasts: fc.nat(50),
      throttle: fc.option(fc.nat(5_000), { nil: undefined }),
      remaining: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(work, { maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        async (works, most) => {
          const clock = new VirtualClock();
          const pace = new Pace(clock, most);
          let under = 0;
          let quiet = 0;
          let done = 0;
          const one = async ({ lasts, throttle, remaining }: (typeof works)[number]) => {
            const sentAt = await pace.enter();
            expect(++under).toBeLessThanOrEqual(most);
            expect(clock.now()).toBeGreaterThanOrEqual(quiet);
            await clock.sleep(lasts);
            const headers = {
              "rate-limit-limit": "20",
              "rate-limit-remaining": String(remaining),
              "rate-limit-reset": new Date(clock.now() + 3_000).toISOString(),
            };
            const answer: HttpAnswer = { status: throttle === undefined ? 200 : 429, headers, text: "" };
            pace.observe(answer);
            if (throttle !== undefined && pace.throttled(sentAt, throttle))
              quiet = Math.max(quiet, clock.now() + throttle);
            under--;
            pace.leave();
            done++;
          };
          await clock.run(Promise.all(works.map(one)));
          expect(done).toBe(works.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
