import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadConfiguration } from "../../src/config/load.ts";
import type { Configuration } from "../../src/config/organization/configuration.ts";
import { declareLive, type LeftOut, renderLiveStart } from "../../src/config/starter/live-start.ts";
import { STARTER_SOURCES } from "../../src/config/starter/sources.ts";
import { startConfiguration } from "../../src/config/starter/start-configuration.ts";
import {
  type OrganizationChoices,
  renderOrganization,
  renderStarter,
  type StarterFile,
} from "../../src/config/starter/starter.ts";
import { MAX_BYTES } from "../../src/config/yaml/config-file.ts";
import { quoted } from "../../src/config/yaml/yaml.ts";
import type { LiveAccount } from "../../src/model/account/account.ts";
import { DEFAULT_GUARDS } from "../../src/model/plan/default-guards.ts";
import { type Address, parseAddress } from "../../src/model/values/address.ts";
import { hostileText } from "../support/hostile-text.ts";
import { runs } from "../support/runs.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "zivsync-starter-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function load(files: readonly StarterFile[]): Promise<Configuration> {
  const folder = await mkdtemp(join(root, "start-"));
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return loadConfiguration(folder);
}

const domains = fc.uniqueArray(
  fc.constantFrom(
    "example.org",
    "example.com",
    "xn--bcher-kva.example",
    "null.example.org",
    "1e3.example.net",
  ),
  { minLength: 1, maxLength: 5 },
);
const common = {
  domains,
  loginMethod: fc.constantFrom("sso" as const, "password" as const),
  state: fc.constantFrom("git" as const, "file" as const),
};
const also = {
  url: fc.constantFrom("https://app.zivver.com/api/scim/v2", "http://127.0.0.1:8080/api"),
  environment: fc.constantFrom("zivver-production", "yes", "a: b #c"),
};

describe("a start", () => {
  it("loads, whatever was chosen", async () => {
    const choices = fc.record(
      {
        ...common,
        ...also,
        sources: fc.uniqueArray(fc.constantFrom(...STARTER_SOURCES), { minLength: 1 }),
        spreadsheet: fc.constantFrom("../accounts.xlsx", '../../Our "list", #1: all.csv', "../{x}.xlsx"),
      },
      { requiredKeys: ["domains", "loginMethod", "state", "sources"] },
    );
    await fc.assert(
      fc.asyncProperty(choices, async (chosen) => {
        const configuration = await load(renderStarter(chosen));
        expect(configuration.policy.claimedDomains).toEqual(chosen.domains);
        expect(configuration.policy.loginMethod).toBe(chosen.loginMethod);
        expect(configuration.state?.store).toBe(chosen.state);
        expect(configuration.approval?.github?.environment).toBe(chosen.environment);
        const [profile] = configuration.profiles;
        expect(profile?.sources.map(({ type }) => type)).toEqual(chosen.sources);
      }),
      { numRuns: runs(8, 60) },
    );
  });

  it("names the default guards, and nobody to be protected", async () => {
    const text = renderOrganization({ domains: ["example.com"], loginMethod: "sso", state: "git" }, "");
    const [commented = ""] = /^# guards:\n(?:# {3}.*\n)+/m.exec(text) ?? [];
    expect(parse(commented.replace(/^# /gm, ""))).toEqual({ guards: DEFAULT_GUARDS });
    const [shield = ""] = /^# protected:\n(?:# {3}.*\n)+/m.exec(text) ?? [];
    expect(parse(shield.replace(/^# /gm, ""))).toEqual({
      protected: ["admin@example.com", "*@board.example.org"],
    });
    expect(parse(text)).not.toHaveProperty("protected");
  });

  it("writes organization.yaml last, so that a folder with it is whole", () => {
    const files = renderStarter({
      domains: ["example.org"],
      loginMethod: "sso",
      state: "git",
      sources: ["spreadsheet"],
    });
    expect(files.at(-1)?.path).toBe("organization.yaml");
    expect(liveStart([], { domains: ["example.org"], loginMethod: "sso", state: "git" }).at(-1)?.path).toBe(
      "organization.yaml",
    );
  });
});

const NOTHING: LeftOut = { fields: new Map(), accounts: new Set<string>() };
const liveStart = (live: readonly LiveAccount[], choices: OrganizationChoices, leftOut = NOTHING) =>
  renderLiveStart(declareLive(live, choices.domains, leftOut), choices);
const person = (number: number, more: Partial<LiveAccount> = {}): LiveAccount => ({
  kind: "personal",
  zivverId: `p${number}`,
  address: parseAddress(`p${number}@example.org`) as Address,
  fullName: `Person ${number}`,
  active: true,
  aliases: [],
  delegates: [],
  members: [],
  division: "/",
  phone: "",
  fingerprint: "sha256:",
  ...more,
});

/** Where an entry is written, and a digest over that, are known once there are files. */
const withoutPlaces = (configuration: Configuration) => ({
  ...configuration,
  digest: "",
  profiles: configuration.profiles.map((profile) => ({
    ...profile,
    sources: profile.sources.map((source) =>
      source.type === "declared"
        ? { ...source, accounts: source.accounts.map((account) => ({ ...account, where: "" })) }
        : source,
    ),
  })),
});

describe("a start from live accounts", () => {
  const choices = { domains: ["example.org"], loginMethod: "sso", state: "git" } as const;

  it("loads, whatever they are called", async () => {
    const texts = fc.record({ fullName: hostileText, division: hostileText, phone: hostileText });
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { maxLength: 5 }), async (all) => {
        const live = all.map((more, at) => person(at, more));
        const declaredLive = declareLive(live, choices.domains, NOTHING);
        const files = renderLiveStart(declaredLive, choices);
        const loaded = await load(files);
        const { directory } = loaded;
        expect(withoutPlaces(startConfiguration(files, declaredLive, directory))).toEqual(
          withoutPlaces(loaded),
        );
        const [source] = loaded.profiles[0]?.sources ?? [];
        const declared = source?.type === "declared" ? source.accounts : [];
        expect(declared.map(({ email }) => email)).toEqual(live.map(({ address }) => address));
        for (const [at, account] of declared.entries()) {
          const name = live[at]?.fullName ?? "";
          expect(account.fullName).toBe(name === "" || /\p{Surrogate}/u.test(name) ? undefined : name);
        }
      }),
      { numRuns: runs(8, 60) },
    );
  });

  it("divides many accounts among files, sorted", () => {
    const live = Array.from({ length: 4_500 }, (_, at) => person(9_999 - at));
    const files = liveStart(live, choices).filter(({ path }) => path.startsWith("accounts/"));
    expect(files.map(({ path }) => path)).toEqual([
      "accounts/personal-1.yaml",
      "accounts/personal-2.yaml",
      "accounts/personal-3.yaml",
      "accounts/functional.yaml",
    ]);
    const emails = files.flatMap(({ text }) =>
      [...text.matchAll(/email: "(.*)"/g)].map(([, email]) => email),
    );
    expect(emails).toEqual(live.map(({ address }) => address).sort());
  });

  it("divides long entries among files that zivsync reads again", async () => {
    const delegates = Array.from(
      { length: 200 },
      (_, at) => `delegate-${at}@department.example.org` as Address,
    );
    const live = Array.from({ length: 1_000 }, (_, at) => person(at, { delegates }));
    const files = liveStart(live, choices).filter(({ path }) => path.startsWith("accounts/personal"));
    expect(files.map(({ path }) => path)).toEqual(["accounts/personal-1.yaml", "accounts/personal-2.yaml"]);
    for (const { text } of files) expect(Buffer.byteLength(text)).toBeLessThan(MAX_BYTES);
    const emails = files.flatMap(({ text }) =>
      [...text.matchAll(/email: "(.*)"/g)].map(([, email]) => email),
    );
    expect(emails).toEqual(live.map(({ address }) => address).sort());
  });

  it("leaves out what it is told to, and what lies in other domains", () => {
    const live = [
      person(1),
      person(2),
      person(3, { address: parseAddress("p3@example.com") as Address }),
      person(4, {
        active: false,
        phone: "+31201234567",
        division: "/care",
        aliases: [parseAddress("x@example.org") as Address],
      }),
    ];
    const files = liveStart(live, choices, {
      fields: new Map([["p4@example.org", new Set(["phone" as const])]]),
      accounts: new Set(["p2@example.org"]),
    });
    const text = (path: string) => files.find((file) => file.path === path)?.text ?? "";
    expect(parse(text("accounts/personal.yaml")).personal).toEqual([
      { email: "p1@example.org", fullName: "Person 1", aliases: [], delegates: [], division: "/" },
      {
        email: "p4@example.org",
        fullName: "Person 4",
        active: false,
        aliases: ["x@example.org"],
        delegates: [],
        division: "/care",
      },
    ]);
    expect(parse(text("profiles/accounts.yaml")).manages.exclude).toEqual([{ address: "p2@example.org" }]);
  });
});

describe("a quoted text", () => {
  it("reads back as it was", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        fc.pre(!/\p{Surrogate}/u.test(text));
        expect(quoted(text)).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
        expect(parse(quoted(text), { version: "1.2" })).toBe(text);
      }),
    );
  });
});
