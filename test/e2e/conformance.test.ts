import { describe, expect } from "vitest";
import type { ConformanceReport } from "../../src/model/conformance.ts";
import { withQuirks } from "../../src/simulator/index.ts";
import { organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";
import { itOnce as it, itInCampaigns } from "../support/runs.ts";
import { contentsOf } from "../support/world-contents.ts";

/* `zivsync conformance` as a person runs it. */

const SEED = {
  claimedDomains: ["example.org", "example.com"],
  personal: [{ address: "jane@example.org", fullName: "Jane Doe" }],
  functional: [{ address: "desk@example.org", fullName: "Desk", members: ["jane@example.org"] }],
};

async function staged(options: Parameters<typeof simulated>[1] = {}, seed: object = SEED) {
  const simulator = await simulated({ ...SEED, ...seed }, options);
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url).replace(
      "target:",
      "target:\n  settle: 1s",
    ),
    "desired-state/profiles/all.yaml": PROFILE_YAML,
  });
  return { simulator, place };
}

const IN_ORDER = ["conformance", "--domain", "example.org", "--yes"];

describe("zivsync conformance", () => {
  it("asks, reports, writes a file that can be sent, and leaves nothing", async () => {
    const { simulator, place } = await staged();
    const before = contentsOf(simulator.world);
    const run = await place.zivsync(...IN_ORDER);
    // The simulator of this test has no rate limit, which is not as expected.
    expect({ code: run.code, written: await place.written() }).toEqual({
      code: 2,
      written: ["conformance.json"],
    });
    expect(run.out).toContain("zivsync copes: Is there a rate limit?");
    expect(run.out).toMatch(/ as expected, 1 that zivsync copes with, 0 with which it would be wrong, /);
    const text = await place.read("conformance.json");
    expect(text).not.toMatch(/example\.(org|com)|Jane|127\.0\.0\.1/);
    const report: ConformanceReport = JSON.parse(text);
    expect(report.left).toEqual([]);
    expect(contentsOf(simulator.world)).toEqual(before);
  });

  it("sends nothing before a domain of the organisation is named and confirmed", async () => {
    const { simulator, place } = await staged();
    const runs = [
      await place.zivsync("conformance", "--yes"),
      await place.zivsync("conformance", "--domain", "example.net", "--yes"),
      await place.zivsync("conformance", "--domain", "example.org"),
    ];
    expect(runs.map(({ code }) => code)).toEqual([1, 1, 3]);
    expect(runs[2]?.err).toContain("Cannot ask for confirmation: standard input is not a terminal.");
    expect(simulator.log).toEqual([]);
    expect(await place.written()).toEqual([]);
  });

  it("takes the domain that is typed on a terminal", async () => {
    const { simulator, place } = await staged();
    const running = place.beginOnTerminal("conformance", "--domain", "example.org");
    await running.shows("type the domain again");
    running.type("example.com\n");
    expect(await running.ended).toMatchObject({ code: 3 });
    expect(simulator.log).toEqual([]);
  });

  it("writes nothing to an organisation of more than 50 accounts, unless that is meant", async () => {
    const many = Array.from({ length: 50 }, (_, n) => ({ address: `p${n}@example.org`, fullName: `P ${n}` }));
    const { simulator, place } = await staged(
      {},
      { personal: many, functional: [{ address: "d@example.org", fullName: "D" }] },
    );
    const run = await place.zivsync(...IN_ORDER);
    expect(run.code).toBe(3);
    expect(run.err).toContain("The organisation has 51 accounts, more than the 50 of a test organisation.");
    expect(simulator.log.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await place.written()).toEqual([]);
    expect(await place.zivsync(...IN_ORDER, "--in-production")).toMatchObject({ code: 2 });
  });

  it("is cleaned up after it was killed, and begins no new run before", async () => {
    let kill = () => {};
    const { simulator, place } = await staged({
      onRequest: (_, { method }) => {
        if (method === "PATCH") kill();
      },
    });
    const before = contentsOf(simulator.world);
    const running = place.begin(...IN_ORDER);
    kill = () => running.kill("SIGKILL");
    expect(await running.ended).toMatchObject({ code: null });
    kill = () => {};
    expect(contentsOf(simulator.world)).not.toEqual(before);
    const again = await place.zivsync(...IN_ORDER);
    expect(again.code).toBe(1);
    expect(again.err).toContain("An earlier run was not ended, and its accounts may still be there.");
    const cleaned = await place.zivsync("conformance", "--clean-up", "conformance.clean-up.json");
    expect(cleaned).toMatchObject({ code: 0, out: "Nothing is left of the run.\n" });
    expect(contentsOf(simulator.world)).toEqual(before);
    expect(await place.written()).toEqual([]);
  });

  it("leaves no file where the key is refused before the first creation", async () => {
    const { simulator, place } = await staged();
    const run = await place.zivsyncWith({ ZIVVER_API_KEY: "another-key" }, ...IN_ORDER);
    expect({ code: run.code, err: run.err }).toEqual({
      code: 1,
      err: expect.stringContaining("error[target-unauthorized]"),
    });
    expect(simulator.log.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await place.written()).toEqual([]);
  });

  itInCampaigns("keeps the file of a clean-up that cannot reach the organisation", async () => {
    const { simulator, place } = await staged();
    const file = {
      formatVersion: 1,
      url: simulator.url,
      domain: "example.org",
      token: "0123456789",
      at: new Date(0).toISOString(),
      pending: [{ kind: "personal", address: "zivsync-conformance-0123456789-a@example.org" }],
      accounts: [],
    };
    await place.write({ "left.json": JSON.stringify(file) });
    await simulator.close();
    const run = await place.zivsync("conformance", "--clean-up", "left.json");
    expect({ code: run.code, err: run.err }).toEqual({
      code: 1,
      err: expect.stringContaining("error[target-unreachable]"),
    });
    expect(JSON.parse(await place.read("left.json"))).toEqual(file);
  });

  it("deletes nothing because of a file that names other accounts", async () => {
    const { simulator, place } = await staged();
    const before = contentsOf(simulator.world);
    const [jane] = [...simulator.world.accounts.values()];
    const file = {
      formatVersion: 1,
      url: simulator.url,
      domain: "example.org",
      token: "0123456789",
      at: new Date(0).toISOString(),
      pending: [],
      accounts: [{ kind: "personal", id: jane?.id }],
    };
    await place.write({ "left.json": JSON.stringify(file) });
    expect(await place.zivsync("conformance", "--clean-up", "left.json")).toMatchObject({ code: 0 });
    expect(contentsOf(simulator.world)).toEqual(before);
  });

  it("gives what the simulator behaves like", async () => {
    const quirks = withQuirks({
      "create-drops-delegates": false,
      "unknown-id-is-404": true,
      "lists-lag": true,
    });
    const { place, simulator } = await staged();
    simulator.world.quirks = quirks;
    expect(await place.zivsync(...IN_ORDER)).toMatchObject({ code: 2 });
    const seen: ConformanceReport = JSON.parse(await place.read("conformance.json"));
    const like = place.begin("simulator", "--like", "conformance.json", "--no-rate-limit", "--json");
    await like.shows('"url"');
    like.kill("SIGTERM");
    const { out } = await like.ended;
    expect(JSON.parse(out).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/scim\/v2$/);
    const rate = ["rate-body", "retry-after-header", "ratelimit-headers"];
    expect(seen.quirks).toEqual([...quirks].filter((name) => !rate.includes(name)));
    expect(seen.lagMs).toBeGreaterThanOrEqual(1500);
  });

  it("refuses a report that is none", async () => {
    const { place } = await staged();
    await place.write({ "other.json": '{"formatVersion":1}' });
    const run = await place.process("simulator", "--like", "other.json");
    expect(run.code).toBe(1);
    expect(run.err).toContain("is missing.");
  });
});

describe("zivsync simulator --like", () => {
  it("refuses a switch that it does not have, rather than leave it out", async () => {
    const { place } = await staged();
    const report = {
      formatVersion: 1,
      zivsync: "0.0.0",
      requests: 1,
      seconds: 1,
      answers: [],
      quirks: ["text-refusals", "no-such"],
      lagMs: 0,
      left: [],
    };
    await place.write({ "newer.json": JSON.stringify(report) });
    const run = await place.begin("simulator", "--like", "newer.json").ended;
    expect({ code: run.code, err: run.err }).toEqual({
      code: 1,
      err: `error[conformance-file] newer.json/quirks
  This simulator has no switch \`no-such\`, so it would behave in another way than what was seen.
  Give the file that \`zivsync conformance -o\` of this version wrote, unchanged.
`,
    });
  }, 10_000);
});

describe("a plan that is made right after an apply", () => {
  it("says so where it proposes again what Zivver shows late", async () => {
    const { simulator, place } = await staged();
    simulator.world.quirks = withQuirks({ "lists-lag": true });
    const organization = await place.read("desired-state/organization.yaml");
    await place.write({
      "desired-state/organization.yaml": `${organization.replace("settle: 1s", "settle: 60s")}guards: { create: off, update: off }\nstate: { store: file, path: ../state.jsonl }\n`,
      "desired-state/users.csv":
        "Email,Full name,Account key\njane@example.org,Jane Roe,canary-account-key-1\n",
      "desired-state/shared.csv": "Email,Full name,Delegates\ndesk@example.org,Desk,jane@example.org\n",
    });
    expect(await place.zivsync("plan")).toMatchObject({ code: 0 });
    const { digest } = JSON.parse(await place.read("plan.json"));
    const posts = () => simulator.log.filter(({ method }) => method === "PUT").length;
    expect(await place.zivsync("apply", "plan.json", "--approve", digest)).toMatchObject({ code: 0 });
    expect(posts()).toBe(1);
    const again = await place.zivsync("plan", "-o", "again.json");
    expect(again.err).toMatch(/^A plan was applied \d+ s ago, and Zivver's lists may show that late\./);
  });
});
