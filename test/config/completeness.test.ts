import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../docs/pages.ts";
import { organizationYaml, simulated, workplace } from "../support/cli.ts";

/* A source that could not be read in full removes nothing: no key of the configuration may say otherwise. */

const LIVE = {
  claimedDomains: ["example.org"],
  personal: ["ann", "bo", "len"].map((name) => ({ address: `${name}@example.org`, fullName: name })),
};
/** As loose as a configuration can be: nothing protected, no guard, and what is missing is deleted. */
const LOOSE =
  "protected: none\nguards: { create: off, update: off, suspend: off, reactivate: off, delete: off, rename: off, memberRemoval: off, addDelegate: off, accountKey: off, sourceShrink: off }\n";
const PROFILE = (ofProfile: string, ofSource: string) => `apiVersion: zivsync/v1
kind: Profile
name: staff
manages: { kinds: [personal] }
${ofProfile}
sources: [{ name: hr, type: spreadsheet, personal: { file: ../hr.csv }${ofSource} }]
`;

async function planned(list: string, ofProfile = "", ofSource = "") {
  const simulator = await simulated(LIVE);
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, LOOSE),
    "desired-state/profiles/staff.yaml": PROFILE(ofProfile, ofSource),
    "desired-state/hr.csv": list,
  });
  const run = await place.zivsync("plan", "--json");
  return { code: run.code, err: run.err, plan: run.code === 0 ? JSON.parse(run.out) : undefined };
}

const WHOLE = "Email,Full name\nann@example.org,ann\n";
const EMPTY = "Email,Full name\n";
const CUT = `${WHOLE},Bo without an address\n`;

describe("the completeness of sources", () => {
  test("a list that is whole removes who is missing, so loose is this configuration", async () => {
    const { plan } = await planned(WHOLE, "sync: { personal: { missing: delete } }");
    expect(plan.changes.map(({ action }: { action: string }) => action)).toEqual(["delete", "delete"]);
  });

  test.each([
    ["an empty list", EMPTY],
    ["a list with a person whose address is lost", CUT],
  ])("%s removes nobody, however loose the configuration is", async (_, list) => {
    const { plan } = await planned(list, "sync: { personal: { missing: delete } }");
    expect(plan.changes).toEqual([]);
    expect(plan.attention.heldBack).toBeGreaterThan(0);
  });

  test.each([
    ["", ", complete: true"],
    ["", ", allowIncomplete: true"],
    ["incomplete: ignore", ""],
    ["complete: true", ""],
  ])("is switched off by no key of a profile or source (%s%s)", async (ofProfile, ofSource) => {
    const { code, err } = await planned(EMPTY, ofProfile, ofSource);
    expect([code, err]).toEqual([1, expect.stringContaining("error[unknown-key]")]);
  });

  test("no key of any file of the configuration speaks of it", () => {
    const folder = join(root, "schemas");
    const files = readdirSync(folder).filter((name) => /^(organization|profile|accounts)\./.test(name));
    expect(files.length).toBe(3);
    const keys = files.flatMap((name) => keysOf(JSON.parse(readFileSync(join(folder, name), "utf8"))));
    expect(keys.length).toBeGreaterThan(50);
    expect(keys.filter((key) => /complete|partial|whole|trust|force/i.test(key))).toEqual([]);
  });
});

function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties } = schema as { readonly properties?: unknown };
  const own = typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}
