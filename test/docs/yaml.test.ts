import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse, parseAllDocuments, stringify } from "yaml";
import { loadConfiguration } from "../../src/config/load.ts";
import { blocksOf, PAGES, read } from "./pages.ts";

type Map = Readonly<Record<string, unknown>>;

const ORGANIZATION: Map = {
  apiVersion: "zivsync/v1",
  kind: "Organization",
  target: { apiKey: { env: "ZIVVER_API_KEY" } },
  claimedDomains: ["example.org"],
};
const PROFILE: Map = {
  apiVersion: "zivsync/v1",
  kind: "Profile",
  name: "everybody",
  manages: { kinds: ["personal", "functional"] },
  sources: [
    {
      name: "lists",
      type: "spreadsheet",
      personal: { file: "../users.csv" },
      functional: { file: "../shared.csv" },
    },
  ],
};
const ACCOUNTS: Map = { apiVersion: "zivsync/v1", kind: "Accounts" };

const keysOf = (schema: string) =>
  new Set(Object.keys(JSON.parse(read(`schemas/${schema}.schema.json`)).properties));
const [OF_ORGANIZATION, OF_PROFILE] = [keysOf("organization"), keysOf("profile")];

/** The configuration that a block of documentation is a part of; undefined of what is none of ours. */
function placed(data: unknown): Readonly<Record<"organization" | "profile" | "accounts", Map>> | undefined {
  const whole = { organization: ORGANIZATION, profile: PROFILE, accounts: ACCOUNTS };
  if (Array.isArray(data)) return { ...whole, profile: { ...PROFILE, sources: data } };
  const map = data as Map;
  const keys = Object.keys(map);
  if (map.kind === "Profile") return { ...whole, profile: map };
  if (map.kind === "Accounts") return { ...whole, accounts: map };
  if (map.kind !== undefined) return undefined;
  if (keys.length === 1 && keys[0] === "filter") {
    const source = { name: "head-office", type: "ldap", urls: "ldaps://ldap.example.org", ...map };
    return { ...whole, profile: { ...PROFILE, sources: [source] } };
  }
  if (keys.every((key) => OF_ORGANIZATION.has(key)))
    return { ...whole, organization: { ...ORGANIZATION, ...map } };
  if (keys.every((key) => OF_PROFILE.has(key))) return { ...whole, profile: { ...PROFILE, ...map } };
  return undefined;
}

async function load(files: NonNullable<ReturnType<typeof placed>>): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-docs-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const written = {
    "organization.yaml": files.organization,
    "profiles/one.yaml": files.profile,
    "accounts/one.yaml": files.accounts,
  };
  for (const [file, data] of Object.entries(written)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), stringify(data));
  }
  const { profiles } = await loadConfiguration(folder);
  return profiles.map(({ policy }) => policy.name);
}

const blocks = PAGES.flatMap(blocksOf).filter(({ language }) => language === "yaml");

describe("YAML in the documentation", () => {
  it.each(blocks.map((block) => [`${block.page}:${block.line}`, block] as const))(
    "%s loads",
    async (_, block) => {
      for (const document of parseAllDocuments(block.text, { version: "1.2", uniqueKeys: true })) {
        expect([...document.errors, ...document.warnings]).toEqual([]);
      }
      const files = placed(parse(block.text));
      // What is not ours says who reads it; what is ours is loaded.
      expect({ ours: files !== undefined, notRun: block.notRun }).toEqual(
        files === undefined ? { ours: false, notRun: expect.any(String) } : { ours: true, notRun: undefined },
      );
      if (files !== undefined) expect(await load(files)).toHaveLength(1);
    },
  );

  it("sees the blocks", () => {
    expect(blocks.length).toBeGreaterThan(12);
  });

  it("is refused where it is wrong", async () => {
    const files = placed({ approval: { requires: 1 } });
    await expect(files && load(files)).rejects.toMatchObject({ problems: [{ code: "unknown-key" }] });
  });
});
