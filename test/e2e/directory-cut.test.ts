import { describe, expect, it, onTestFinished } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { CORPORATION, trueGroups } from "../servers/corporation.ts";
import { PEOPLE_OF_THE_CORPORATION } from "../servers/corporation-people.ts";
import { startSamba } from "../servers/samba.ts";
import { type Cut, startTcpProxy } from "../servers/tcp-proxy.ts";
import { simulated, workplace } from "../support/cli.ts";
import { runs } from "../support/runs.ts";
import {
  corporationServer,
  FEW_DN,
  LOADER,
  planIn,
  withPassword,
  writeDirectory,
} from "./corporation-server.ts";

const server = corporationServer();

const LEAVERS = ["leaver@example.org", "gone@example.com"];
const staff = PEOPLE_OF_THE_CORPORATION.flatMap(({ entry, truth }) =>
  truth && entry.dn.includes("OU=Few") ? [truth] : [],
);
const desks = trueGroups().filter(({ dn }) => dn.includes("OU=Few"));

/** Everybody under OU=Few is live, and two who left; each desk still lets the first of them in. */
const seed = () => ({
  claimedDomains: ["example.org", "example.com"],
  personal: [
    ...staff.map(({ address, fullName, aliases }) => ({ address, fullName, aliases })),
    ...LEAVERS.map((address) => ({ address, fullName: "Lee Ver" })),
  ],
  functional: [
    ...desks.map(({ address, fullName, delegates }) => ({
      address,
      fullName,
      members: [...delegates, "leaver@example.org"],
    })),
    { address: "old-desk@example.org", fullName: "Old desk", members: ["gone@example.com"] },
  ],
});

type Planned = { readonly code: number | null; readonly plan: Plan | undefined; readonly err: string };

/** What `plan` makes of the directory as it comes through a proxy that is cut; bytes of answers, and the plan. */
async function planThrough(cut?: Cut, target = server.samba): Promise<Planned & { readonly bytes: number }> {
  const proxy = await startTcpProxy({ host: target.address, port: 636 }, cut);
  onTestFinished(() => proxy.close());
  const simulator = await simulated(seed());
  const place = await workplace();
  await writeDirectory(place, simulator.url, {
    urls: [`ldaps://127.0.0.1:${proxy.port}`],
    ca: target.ca,
    more: [`baseDns: "${FEW_DN}"`, "pageSize: 40"],
  });
  const { code, err } = await withPassword(place, ["plan"]);
  const plan = (await place.written()).includes("plan.json") ? await planIn(place) : undefined;
  return { code, err, plan, bytes: proxy.passed() };
}

/** Changes by which somebody could lose something: removed accounts, and accounts that fewer people may open. */
function removals(plan: Plan | undefined): string[] {
  return (plan?.changes ?? []).flatMap(({ action, address, fields }) => {
    if (action === "suspend" || action === "delete") return [`${action} ${address}`];
    const fewer = fields.filter(({ field, before, after }) => {
      if (field !== "delegates" && field !== "aliases") return false;
      return Array.isArray(before) && before.some((one) => !Array.isArray(after) || !after.includes(one));
    });
    return fewer.map(({ field }) => `fewer ${field} ${address}`);
  });
}

/** A plan that was made of a part removes nothing; without a plan there is an error that says why. */
function expectNothingRemoved({ code, plan, err }: Planned): void {
  if (plan === undefined) {
    expect(code).toBe(1);
    expect(err).toMatch(/^error\[directory-(unreachable|tls|answer|timeout)\] profiles\/all\.yaml:6:5\n/);
    return;
  }
  expect(code).toBe(0);
  expect(plan.sources).toMatchObject([{ name: "directory", complete: false }]);
  expect(removals(plan)).toEqual([]);
  expect(plan.findings).toContainEqual(
    expect.objectContaining({
      code: "source-incomplete",
      severity: "error",
      summary: expect.stringMatching(/Nothing is removed because of this source\.$/),
    }),
  );
}

/** From the first byte to nearly the last, close together where a page or a record of TLS begins or ends somewhere. */
const SHARES = [
  0, 0.003, 0.01, 0.02, 0.04, 0.08, 0.13, 0.18, 0.23, 0.28, 0.33, 0.38, 0.43, 0.48, 0.53, 0.58, 0.63, 0.68,
  0.73, 0.78, 0.83, 0.88, 0.91, 0.94, 0.96,
];
/** Every third of them, or each. */
const TRIED = SHARES.filter((_, nth) => nth % runs(3, 1) === 0);
const DEATHS = [0.5, 0.2, 0.8].slice(0, runs(1, 3));

describe("a reading that is cut off", () => {
  let whole: Awaited<ReturnType<typeof planThrough>>;
  const readUntilThen: number[] = [];

  it("does not happen on a whole connection: then the plan removes who has left", async () => {
    whole = await planThrough();
    expect(whole).toMatchObject({ code: 0, plan: { sources: [{ complete: true }] } });
    const inactive = staff.filter(({ active }) => !active).map(({ address }) => `suspend ${address}`);
    expect(removals(whole.plan).sort()).toEqual(
      [
        ...inactive,
        ...LEAVERS.map((address) => `suspend ${address}`),
        "suspend old-desk@example.org",
        ...desks.map(({ address }) => `fewer delegates ${address}`),
      ].sort(),
    );
  });

  it.each(TRIED.map((share, nth) => [share, nth % 2 ? "reset" : "close"] as const))(
    "at %d of its length, the connection %s, removes nothing",
    async (share, how) => {
      const after = Math.floor(whole.bytes * share);
      const cut = await planThrough({ after, how });
      expectNothingRemoved(cut);
      readUntilThen.push(cut.plan?.sources[0]?.records ?? 0);
    },
  );

  it("has had nothing, all people and some groups, and much in between", () => {
    expect(Math.min(...readUntilThen)).toBe(0);
    expect(Math.max(...readUntilThen)).toBeGreaterThan(staff.length);
    expect(new Set(readUntilThen).size).toBeGreaterThan(runs(4, 8));
  });

  it("in its very last bytes, is whole or removes nothing", async () => {
    for (const missing of [1, 40]) {
      const cut = await planThrough({ after: whole.bytes - missing, how: "close" });
      if (cut.plan?.sources[0]?.complete) expect(cut.plan.changes).toEqual(whole.plan?.changes);
      else expectNothingRemoved(cut);
    }
  });

  it.each(DEATHS)("by the death of the server at %d of its length, removes nothing", async (share) => {
    const samba = await startSamba({ entries: CORPORATION, loader: LOADER });
    onTestFinished(() => samba.close());
    const kill = () => void samba.daemon.stop("SIGKILL");
    expectNothingRemoved(await planThrough({ after: Math.floor(whole.bytes * share), how: kill }, samba));
  });
});
