import { setTimeout } from "node:timers/promises";
import { ZivsyncError } from "../../src/model/values/errors.ts";
import { type GitBranch, openBranch } from "../../src/storage/git/branch.ts";
import { openGitRepository } from "../../src/storage/git/repository.ts";
import { takeGitLease } from "../../src/storage/lock/git-lease.ts";

/*
 * A machine of its own: clone, name and skew of its clock in milliseconds by argument. It takes the lease again and again, and for as
 * long as it holds it begins a "request" every 100 ms, each of which takes 400 ms: `+` when it begins, `-` when it has ended, with the
 * time. A lease lasts 7 s here, with the same proportions as elsewhere.
 */

const [clone = "", host = "", skew = "0"] = process.argv.slice(2);
const timing = { duration: 7_000, renew: 1_000, margin: 3_000, poll: 200 };
const clock = {
  wall: () => Date.now() + Number(skew),
  steady: () => performance.now(),
  sleep: (milliseconds: number) => setTimeout(milliseconds),
  every(milliseconds: number, work: () => void) {
    const timer = setInterval(work, milliseconds);
    return () => clearInterval(timer);
  },
};
const mark = { pid: process.pid, host, boot: `boot of ${host}` };
const tell = (what: string) => process.stdout.write(`${what} ${Date.now()}\n`);

async function apply(branch: GitBranch): Promise<void> {
  const terms = { organization: "aa", at: new Date().toISOString(), onWait: () => undefined };
  const lease = await takeGitLease(branch, terms, { timing, clock, mark });
  const end = performance.now() + 500 + Math.random() * 3_000;
  const underWay: Promise<void>[] = [];
  while (performance.now() < end && lease.isHeld()) {
    tell("+");
    underWay.push(setTimeout(400).then(() => void tell("-")));
    await setTimeout(100);
  }
  await Promise.all(underWay);
  await lease.release();
}

for (;;) {
  try {
    const place = { name: "zivsync-state", file: "state.jsonl", asked: undefined };
    await apply(
      await openBranch(openGitRepository(clone, { PATH: process.env.PATH, HOME: clone }), clone, place),
    );
  } catch (error) {
    if (!(error instanceof ZivsyncError)) throw error;
  }
  await setTimeout(50 + Math.random() * 300);
}
