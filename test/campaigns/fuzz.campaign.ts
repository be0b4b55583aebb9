import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { loadConfiguration } from "../../src/config/load.ts";
import { checkShape } from "../../src/config/schema/check.ts";
import { validatePlan } from "../../src/config/schema/plan.ts";
import { parseYaml } from "../../src/config/yaml/yaml.ts";
import { buildRevert } from "../../src/engine/revert/revert.ts";
import type { Address } from "../../src/model/values/address.ts";
import { canonicalJson } from "../../src/model/values/canonical-json.ts";
import { InternalError, type Problem, ZivsyncError } from "../../src/model/values/errors.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { openTableFile } from "../../src/sources/spreadsheet/table-file.ts";
import { readTable } from "../../src/sources/spreadsheet/table-records.ts";
import { checkApprovals, readApprovals, signStatement } from "../../src/storage/approvals/signatures.ts";
import { type Statement, statementText } from "../../src/storage/approvals/statement.ts";
import { openJournal, readJournalEntries } from "../../src/storage/journal.ts";
import { parsePlan, sealPlan, verifyPlan } from "../../src/storage/plan/plan-file.ts";
import type { Send } from "../../src/zivver/http/client.ts";
import { RateLimiter } from "../../src/zivver/http/rate-limiter.ts";
import { AccountReader } from "../../src/zivver/reader.ts";
import { AccountWriter } from "../../src/zivver/writer.ts";
import { ACCOUNTS, ORGANIZATION, PROFILE } from "../config/folder.ts";
import { virtualClock } from "../support/machine-target.ts";
import { mutateBytes, mutateText, type Random, randomOf } from "./mutations.ts";
import {
  AT,
  KEYS,
  NOW,
  PARTS,
  type Seed,
  seedsOf,
  TABLES,
  URL_OF_TARGET,
  WORKBOOK,
  workbookWith,
} from "./seeds.ts";

/*
 * Everything that zivsync reads from outside, fed with what nobody would write: each input gives a result or an error for
 * people, in reasonable time, and leaves no memory behind. The inputs are the same every time; `ZIVSYNC_FUZZ_SEED=1234` gives others.
 */

const SEED = Number(process.env.ZIVSYNC_FUZZ_SEED ?? 142_748_404);
const SLOWEST_MS = 2_000;
const MOST_GROWTH = 150 * 2 ** 20;
const ROUNDS = 10;

/** Reads one input; the text is of how it was taken, for the count. Throws what the reader throws. */
type Reader = (random: Random) => Promise<string> | string;
/** `good` is how an input is taken that got through, as some must: where none does, the depths are not tried. */
type Lane = { readonly name: string; readonly inputs: number; readonly good: string; readonly read: Reader };

const folder = mkdtempSync(join(tmpdir(), "zivsync-fuzz-"));

function planReader(seeds: readonly Seed[]): Reader {
  return (random) => {
    const { planText } = random.pick(seeds);
    const text = mutateText(planText, random.pick(seeds).planText, random);
    const plan = parsePlan(text, "plan.json", validatePlan);
    verifyPlan(plan, "plan.json", KEYS, URL_OF_TARGET, NOW);
    // Spaces between tokens and other ways to write a character are not change.
    const known = seeds.some((seed) => seed.planText === canonicalJson(plan));
    if (!known) throw new Error("A changed plan was believed.");
    return "believed";
  };
}

const PROFILES = (seed: Seed) => [seed.policies.profile];

function journalReader(seeds: readonly Seed[]): Reader {
  const path = join(folder, "plan.json.journal");
  return async (random) => {
    const seed = random.pick(seeds);
    writeFileSync(path, mutateJournal(seed.journal, random.pick(seeds).journal, random));
    const entries = await readJournalEntries(path);
    const { body } = buildRevert({
      organization: seed.policies.organization,
      profiles: PROFILES(seed),
      entries,
      live: seed.live,
      liveDigest: seed.plan.live.digest,
      accountKeys: new Map(
        seed.live.map(({ address, zivverId }) => [zivverId, new Secret(`key of ${address}`)]),
      ),
      accepted: [],
      deleteCreated: random.below(2) === 0,
      journal: path,
    });
    const { zivsync, createdAt, expiresAt, configuration } = seed.plan;
    const plan = sealPlan(body, { zivsync, createdAt, expiresAt, configuration, url: URL_OF_TARGET }, KEYS);
    canonicalJson(plan);
    return "a revert";
  };
}

/** By bytes, or one line of it by content. */
function mutateJournal(journal: string, other: string, random: Random): string {
  const lines = journal.split("\n");
  const at = random.below(lines.length - 1);
  if (random.below(3) === 0)
    return mutateBytes(Buffer.from(journal), Buffer.from(other), random).toString("utf8");
  return lines.map((line, index) => (index === at ? mutateText(line, other, random) : line)).join("\n");
}

function journalOpener(seeds: readonly Seed[]): Reader {
  const path = join(folder, "open.journal");
  return async (random) => {
    const { journal, plan } = random.pick(seeds);
    const begun = journal.split("\n").slice(0, -2).join("\n");
    writeFileSync(path, mutateJournal(`${begun}\n`, journal, random));
    const file = await openJournal(path, plan, AT);
    await file.close();
    // What was opened can be opened again.
    await (await openJournal(path, plan, AT)).close();
    return "opened";
  };
}

const DEMAND = {
  digest: `sha256:${"a".repeat(64)}`,
  organization: "b".repeat(32),
  expiresMs: 3_600_000,
  now: Date.parse("2026-11-23T12:30:00.000Z"),
};
const STATEMENT: Statement = {
  formatVersion: 2,
  digest: DEMAND.digest,
  organization: DEMAND.organization,
  signedAt: "2026-11-23T12:00:00.000Z",
  until: "2026-11-23T13:00:00.000Z",
};

/** The signatures of two approvers, and the file that names them. */
async function signatures() {
  const approvers = join(folder, "approvers");
  const lines: string[] = [];
  const signed: string[] = [];
  for (const name of ["ann", "ben"]) {
    const key = join(folder, name);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    lines.push(`${name}@example.org ${readFileSync(`${key}.pub`, "utf8")}`);
    signed.push(statementText(STATEMENT) + (await signStatement(STATEMENT, key)));
  }
  writeFileSync(approvers, lines.join(""));
  return { approvers, text: signed.join("") };
}

function approvalsReader(text: string): Reader {
  const path = join(folder, "plan.json.approvals");
  return async (random) => {
    writeFileSync(path, mutateBytes(Buffer.from(text), Buffer.from(text), random));
    const found = await readApprovals(path);
    if (
      !found.every(({ signature }) =>
        /^-----BEGIN SSH SIGNATURE-----[\s\S]*-----END SSH SIGNATURE-----$/.test(signature),
      )
    )
      throw new Error("Something else than a signature was read.");
    return `${found.length} signatures`;
  };
}

function approvalsChecker(text: string, approvers: string): Reader {
  const path = join(folder, "checked.approvals");
  return async (random) => {
    writeFileSync(path, mutateBytes(Buffer.from(text), Buffer.from(text), random));
    const checked = await checkApprovals(DEMAND, (await readApprovals(path)).slice(0, 3), approvers);
    const valid = checked.flatMap((approval) => ("principal" in approval ? [approval.principal] : []));
    if (valid.some((one) => one !== "ann@example.org" && one !== "ben@example.org") || valid.length > 2)
      throw new Error("Somebody approved who did not.");
    return `${valid.length} approvals`;
  };
}

const YAML = [
  ["Organization", ORGANIZATION],
  ["Profile", PROFILE],
  ["Accounts", ACCOUNTS],
] as const;

const yamlReader: Reader = (random) => {
  const [kind, text] = random.pick(YAML);
  const mutated = mutateBytes(Buffer.from(text), Buffer.from(random.pick(YAML)[1]), random).toString("utf8");
  const problems: Problem[] = [];
  const document = parseYaml(mutated, "x.yaml", problems);
  const written = document && checkShape(kind, document, problems);
  if ((written === undefined) !== problems.length > 0) throw new Error("Neither a document nor a problem.");
  return written === undefined ? "problems" : "a document";
};

const configurationReader: Reader = async (random) => {
  const names = ["organization.yaml", "profiles/a.yaml", "accounts/a.yaml"];
  const changed = random.below(3);
  for (const [index, [, text]] of YAML.entries()) {
    const bytes = Buffer.from(text);
    const content = index === changed ? mutateBytes(bytes, Buffer.from(random.pick(YAML)[1]), random) : bytes;
    writeFileSync(join(folder, "desired-state", names[index] ?? ""), content);
  }
  await loadConfiguration(join(folder, "desired-state"));
  return "a configuration";
};

async function readBytes(path: string, bytes: Uint8Array): Promise<string> {
  const file = await openTableFile({ path, shownAs: path, bytes, sha256: "" });
  const { records } = readTable(await file.read(undefined), { source: "hr", kind: "personal", map: {} });
  return records.length === 0 ? "no records" : "records";
}

const csvReader: Reader = (random) =>
  readBytes("u.csv", mutateBytes(random.pick(TABLES), random.pick(TABLES), random));

const workbookReader: Reader = (random) => {
  if (random.below(3) === 0) return readBytes("u.xlsx", mutateBytes(WORKBOOK, WORKBOOK, random));
  const [part, content] = random.pick(Object.entries(PARTS));
  const other = Buffer.from(random.pick(Object.values(PARTS)));
  return readBytes("u.xlsx", workbookWith(part, mutateBytes(Buffer.from(content), other, random)));
};

const STATUSES = [...Array<number>(20).fill(200), 201, 204, 302, 400, 401, 404, 409, 429, 500, 503];
const HEADERS = ["", "0", "-1", "3", "1e9", "soon", "Wed, 21 Oct 2099 07:28:00 GMT", "9".repeat(300)];

function answersReader(seeds: readonly Seed[]): Reader {
  return async (random) => {
    const seed = random.pick(seeds);
    const bodyOf = (path: string) => (path.startsWith("/Groups") ? seed.groups : seed.users);
    const others = random.pick(seeds);
    const send: Send = async ({ path }) => {
      const text = bodyOf(path);
      const body = random.below(3) === 0 ? text : mutateText(text, others.groups, random);
      const headers = { "retry-after": random.pick(HEADERS), "content-type": "application/scim+json" };
      return { answer: { status: random.pick(STATUSES), headers, body } };
    };
    const clock = virtualClock();
    const limiter = new RateLimiter({ requests: 1000, seconds: 1 }, clock);
    const base = "http://localhost/api/scim/v2";
    const line = { base, send, limiter, clock, random: () => 0, windowSeconds: 1, onProgress: () => {} };
    const reader = new AccountReader(line, (text) => text);
    if (random.below(4) > 0) {
      canonicalJson(await reader.readAll());
      return "accounts";
    }
    const writer = new AccountWriter(line, reader, new Secret("an API key"));
    const account = random.pick(random.pick(seeds.filter(({ live }) => live.length > 0)).live);
    const fields = { address: "a@example.org" as Address, fullName: "Ada" };
    await (random.below(2) === 0
      ? writer.write({ op: "create", kind: account.kind, fields })
      : writer.write({ op: "update", live: account, fields }));
    return "written";
  };
}

async function lanesOf(seeds: readonly Seed[]): Promise<readonly Lane[]> {
  for (const name of ["profiles", "accounts"])
    mkdirSync(join(folder, "desired-state", name), { recursive: true });
  const { text, approvers } = await signatures();
  return [
    { name: "plan files", inputs: 30_000, good: "plan-tampered", read: planReader(seeds) },
    { name: "journals, reverted", inputs: 20_000, good: "a revert", read: journalReader(seeds) },
    { name: "journals, opened", inputs: 1_000, good: "opened", read: journalOpener(seeds) },
    { name: "approvals, read", inputs: 10_000, good: "2 signatures", read: approvalsReader(text) },
    { name: "approvals, checked", inputs: 200, good: "1 approvals", read: approvalsChecker(text, approvers) },
    { name: "YAML", inputs: 15_000, good: "a document", read: yamlReader },
    { name: "configurations", inputs: 1_000, good: "a configuration", read: configurationReader },
    { name: "CSV", inputs: 20_000, good: "records", read: csvReader },
    { name: "workbooks", inputs: 10_000, good: "records", read: workbookReader },
    { name: "answers of Zivver", inputs: 20_000, good: "accounts", read: answersReader(seeds) },
  ];
}

type Tally = { readonly outcomes: Map<string, number>; readonly failures: string[]; slowest: number };

/** How one input was taken. Of an error that is none for people, the number that makes the input again is noted. */
async function outcomeOf(lane: Lane, seed: number, failures: string[]): Promise<string> {
  try {
    return await lane.read(randomOf(seed));
  } catch (error) {
    const forPeople = error instanceof ZivsyncError && !(error instanceof InternalError);
    if (
      forPeople &&
      error.problems.length > 0 &&
      error.problems.every(({ code, message }) => code && message)
    )
      return error.problems[0]?.code ?? "";
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    failures.push(`${lane.name}, number ${seed}: ${told}`);
    return "FAILED";
  }
}

async function runRound(lane: Lane, round: number, tally: Tally): Promise<void> {
  const size = lane.inputs / ROUNDS;
  for (let at = round * size; at < (round + 1) * size; at += 1) {
    const seed = (SEED + at * 7919 + lane.inputs) >>> 0;
    const begun = performance.now();
    const outcome = await outcomeOf(lane, seed, tally.failures);
    const took = performance.now() - begun;
    tally.slowest = Math.max(tally.slowest, took);
    if (took > SLOWEST_MS)
      tally.failures.push(`${lane.name}, number ${seed}: it took ${Math.round(took)} ms.`);
    tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1);
  }
}

function heapAfterCollection(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  return process.memoryUsage().heapUsed;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

test("more than 100,000 inputs that nobody would write", async () => {
  say(`ZIVSYNC_FUZZ_SEED=${SEED}`);
  try {
    const seeds = await seedsOf(SEED, 40);
    for (const { planText } of seeds)
      verifyPlan(parsePlan(planText, "plan.json", validatePlan), "plan.json", KEYS, URL_OF_TARGET, NOW);
    const lanes = await lanesOf(seeds);
    const tallies = lanes.map((): Tally => ({ outcomes: new Map(), failures: [], slowest: 0 }));
    let first = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, lane] of lanes.entries()) {
        const tally = tallies[index];
        if (tally) await runRound(lane, round, tally);
      }
      if (round === 0) first = heapAfterCollection();
    }
    const growth = heapAfterCollection() - first;
    let total = 0;
    for (const [index, { name }] of lanes.entries()) {
      const { outcomes, slowest } = tallies[index] ?? { outcomes: new Map<string, number>(), slowest: 0 };
      const counts = [...outcomes].sort(([, a], [, b]) => b - a);
      const inputs = counts.reduce((sum, [, count]) => sum + count, 0);
      total += inputs;
      const shown = counts.map(([outcome, count]) => `${outcome} ${count}`).join(", ");
      say(`${name}: ${inputs} inputs, the slowest ${Math.round(slowest)} ms: ${shown}`);
    }
    say(`${total} inputs; the heap grew by ${Math.round(growth / 2 ** 20)} MB after the first tenth`);
    expect(tallies.flatMap(({ failures }) => failures.slice(0, 3))).toEqual([]);
    expect(total).toBeGreaterThan(100_000);
    expect(growth).toBeLessThan(MOST_GROWTH);
    expect(lanes.filter(({ good }, index) => !tallies[index]?.outcomes.has(good))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
