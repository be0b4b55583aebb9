import { spawnSync } from "node:child_process";

/** For a checkout without Git, such as an unpacked archive. */
const OTHERWISE = 20_260_101;

/**
 * The seed of all properties: `ZIVSYNC_SEED`, or a number made from the committed `src`. Each state of the sources is tried
 * with other values than the one before, and one state with the same values everywhere: what passed here passes in CI.
 * `ZIVSYNC_SEED=random` takes a new one.
 */
export function seedOfCheckout(): number {
  const asked = process.env.ZIVSYNC_SEED ?? "";
  if (asked === "random") return Date.now() % 2 ** 31;
  if (/^-?\d+$/.test(asked)) return Number(asked) | 0;
  const { status, stdout } = spawnSync("git", ["rev-parse", "HEAD:src"], { encoding: "utf8" });
  return status === 0 ? Number.parseInt(stdout.slice(0, 7), 16) : OTHERWISE;
}
