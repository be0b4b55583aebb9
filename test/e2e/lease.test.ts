import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { createGitStateStore } from "../../src/storage/state/git-store.ts";
import { ACCOUNT_KEY, organizationYaml, simulated, workplace } from "../support/cli.ts";
import { COMMON, emptyFolder, git, NOBODY } from "../support/state-places.ts";

/*
 * An apply that loses its lease of the state while a request is under way: nothing is sent after it, the journal stays, and the same
 * command goes on later. The rate limit lets one request through at a time, so that the other changes have begun to wait for their turn.
 */

const PRELOAD = fileURLToPath(new URL("../support/fast-lease.cjs", import.meta.url));
/** After a signal, two minutes pass by the clock of its lease. */
const FAST = { NODE_OPTIONS: `--require=${PRELOAD}` };
const HAVE_PASSED = "[two minutes have passed]";
const BRANCH = "zivsync-state";
const NAMES = ["ada", "bo", "cy", "di"];
const PROFILE = `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal] }
sources: [{ name: list, type: spreadsheet, file: ../users.csv }]
`;
const AT = "2026-01-05T08:00:00.000Z";

async function staged() {
  let arrived = () => {};
  let letGo = () => {};
  const first = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const simulator = await simulated(
    {
      claimedDomains: ["example.org"],
      personal: NAMES.map((name) => ({ address: `${name}@example.org`, fullName: `Old ${name}` })),
    },
    {
      onRequest: async (_, { method }) => {
        if (method === "GET") return;
        arrived();
        await held;
      },
    },
  );
  const place = await workplace();
  const folder = emptyFolder();
  const remote = join(folder, "remote.git");
  git(folder, "init", "-q", "--bare", "remote.git");
  git(place.folder, "init", "-q");
  git(place.folder, "remote", "add", "origin", remote);
  await place.write({
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      "state: { store: git }\nguards: { update: off }\n",
    ).replace(/rateLimit: .*/, "rateLimit: { requests: 1, seconds: 1 }"),
    "desired-state/profiles/all.yaml": PROFILE,
    "desired-state/users.csv": [
      "Id,Email,Full name,Account key",
      ...NAMES.map((name, id) => `${id},${name}@example.org,New ${name},${ACCOUNT_KEY}${name}`),
    ].join("\n"),
  });
  expect(await place.zivsync("plan")).toMatchObject({ code: 0 });
  const plan: Plan = JSON.parse(await place.read("plan.json"));
  const apply = () => place.beginWith(FAST, "apply", "plan.json", "--approve", plan.digest);
  const writes = () => simulator.log.filter(({ method }) => method !== "GET").length;
  const names = () => [...simulator.world.accounts.values()].map(({ fullName }) => fullName);
  const journal = `plan.json.${plan.seal.slice(-8)}.journal`;
  return { place, folder, remote, journal, apply, first, letGo, writes, names };
}

type Staged = Awaited<ReturnType<typeof staged>>;

/** Another machine's lease of the same branch. */
async function leaseOfAnother(folder: string, remote: string) {
  git(folder, "clone", "-q", remote, "other");
  await mkdir(join(folder, "other", "desired-state"));
  const store = createGitStateStore({
    ...COMMON,
    folder: join(folder, "other", "desired-state"),
    branch: BRANCH,
    environment: NOBODY,
  });
  if (store.takeLease === undefined) throw new Error("a store in Git has a lease");
  return store.takeLease({ organization: "aa", at: AT, onWait: () => undefined });
}

const ATTACKS: readonly {
  readonly name: string;
  /** Gives what puts everything right again. */
  readonly attack: (stage: Staged) => Promise<() => Promise<void>>;
}[] = [
  {
    name: "was taken off the branch by hand, and another machine took it",
    attack: async ({ folder, remote, apply }) => {
      git(remote, "update-ref", "-d", `refs/heads/${BRANCH}`);
      const lease = await leaseOfAnother(folder, remote);
      return async () => {
        expect(await apply().ended).toMatchObject({ code: 3, err: expect.stringContaining("plan-locked") });
        await lease.release();
      };
    },
  },
  {
    name: "was pushed away by force",
    attack: async ({ folder, remote }) => {
      git(folder, "clone", "-q", remote, "other");
      const other = join(folder, "other");
      const tree = git(other, "rev-parse", `origin/${BRANCH}^{tree}`);
      const commit = git(other, "commit-tree", tree, "-m", "By hand");
      git(other, "push", "-q", "--force", "origin", `${commit}:refs/heads/${BRANCH}`);
      return async () => void git(remote, "update-ref", "-d", `refs/heads/${BRANCH}`);
    },
  },
  {
    name: "cannot be renewed, for the remote is gone",
    attack: async ({ remote }) => {
      await rename(remote, `${remote}-gone`);
      return () => rename(`${remote}-gone`, remote);
    },
  },
];

/** Sends nothing more once its lease is lost, and the same command goes on later. Gives the name of the attack. */
async function stopped({ name, attack }: (typeof ATTACKS)[number]): Promise<string> {
  const stage = await staged();
  const { place, apply, first, letGo, writes, names, journal } = stage;
  const running = apply();
  await Promise.race([first, running.shows("a request that is under way")]);
  const putRight = await attack(stage);
  running.kill("SIGUSR2");
  await running.shows(HAVE_PASSED);
  letGo();
  const run = await running.ended;
  expect(run.code, `${name}: ${run.err}`).toBe(4);
  expect(run.err, name).toContain(
    "The apply stopped: its lease of the state could not be renewed in time, so that another machine may apply now. Check the connection to the Git remote, then run the same command again.",
  );
  expect(writes(), name).toBe(1);
  expect(names().filter((one) => one.startsWith("New"))).toHaveLength(1);
  expect(await place.written()).toContain(journal);
  await putRight();
  expect(await apply().ended, name).toMatchObject({ code: 0 });
  expect(writes(), name).toBe(NAMES.length);
  expect(names()).toEqual(NAMES.map((one) => `New ${one}`));
  return name;
}

// Side by side, as each of them waits for its rate limit most of the time.
it("an apply that loses its lease sends nothing more, and the same command goes on later", async () => {
  expect(await Promise.all(ATTACKS.map(stopped))).toEqual(ATTACKS.map(({ name }) => name));
}, 120_000);
