import { open, rm } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { takeFileLock } from "../../src/storage/lock/file-lock.ts";

/*
 * A process of its own that takes a lock again and again: path, rounds and mode by argument. While it holds the lock it makes a file beside
 * it that must not be there yet, so that two holders at once cannot stay hidden. Prints how often it held the lock. In the mode
 * `keep` it says so, and holds the lock until it is killed.
 */

const [path = "", rounds = "", mode = ""] = process.argv.slice(2);
const terms = {
  at: "2026-01-05T08:00:00.000Z",
  waitMs: 60_000,
  timing: { grace: 200, deadline: 60_000, poll: 2 },
  locked: () => ({ code: "plan-locked" as const, message: "It is locked." }),
  remedy: "",
};
let held = 0;
for (let round = 0; round < Number(rounds); round++) {
  const lock = await takeFileLock(path, terms);
  if (mode === "keep") {
    process.stdout.write("held\n");
    await setTimeout(600_000);
  }
  const inside = await open(`${path}-inside`, "wx");
  await inside.close();
  await rm(`${path}-inside`);
  held += 1;
  await lock.release();
}
process.stdout.write(`${held}\n`);
