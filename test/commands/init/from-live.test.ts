import fc from "fast-check";
import { expect, it } from "vitest";
import { buildLiveStart } from "../../../src/commands/init/from-live.ts";
import type { CommandIo } from "../../../src/commands/shared/io.ts";
import type { LiveAccount } from "../../../src/model/account/account.ts";
import { type Address, parseAddress } from "../../../src/model/values/address.ts";
import { hostileText } from "../../support/hostile-text.ts";
import { runs } from "../../support/runs.ts";

const address = fc
  .constantFrom("a", "b", "c", "d", "e@example.com", "f@elsewhere.test")
  .map((name) => parseAddress(name.includes("@") ? name : `${name}@example.org`) as Address);
const addresses = fc.uniqueArray(address, { maxLength: 3 }).map((all) => [...all].sort());
const ids = fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 3 });
const account = fc.record({
  kind: fc.constantFrom("personal" as const, "functional" as const),
  address,
  fullName: fc.oneof(fc.constantFrom("Ann", "  Bob  Jones ", ""), hostileText),
  active: fc.boolean(),
  aliases: addresses,
  delegates: addresses,
  members: ids,
  phone: fc.constantFrom("", "+31205551000", "+31 20 555 10 00", "abc"),
  division: fc.constantFrom("/", "/care", "", "care"),
});

/** Any lists: addresses shared by several accounts, members that are not in the list, names that no source may give. */
const organisation = fc.array(account, { maxLength: 6 }).map((all) =>
  all.map((one, at): LiveAccount => {
    const isPersonal = one.kind === "personal";
    const members = one.members.filter((id) => id !== at).map((id) => `id${id}`);
    return {
      ...one,
      zivverId: `id${at}`,
      fingerprint: `sha256:${at}`,
      delegates: isPersonal ? one.delegates : [],
      members: isPersonal ? [] : members,
    };
  }),
);

const io = {
  clock: { now: () => 0 },
  environment: { ZIVVER_API_KEY: "key" },
  progress: () => {},
} as unknown as CommandIo;
const CHOICES = {
  domains: ["example.org", "example.com"],
  loginMethod: "sso",
  state: "file",
} as const;

it("makes a start for any organisation, with every account declared or excluded, and writes no file for it", async () => {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = "/nowhere/at/all";
  try {
    await fc.assert(
      fc.asyncProperty(organisation, async (live) => {
        const { files, partly, excluded } = await buildLiveStart(live, CHOICES, "/nowhere/at/all", io);
        const texts = files.map(({ text }) => text).join("");
        for (const { address } of live.filter((one) => /example\.(org|com)$/.test(one.address)))
          expect(texts).toContain(`${excluded.includes(address) ? "address" : "email"}: "${address}"`);
        for (const left of partly.keys()) expect(excluded).not.toContain(left);
      }),
      { numRuns: runs(30, 100) },
    );
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
});
