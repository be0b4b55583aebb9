import { expect, it } from "vitest";
import { liveAll, reportOf, upTo } from "../truth/report.ts";

/*
 * Random days in random organisations, judged by the laws of what is true: what each plan would do, and what each apply has
 * done. `ZIVSYNC_TRUTH_SEED=1234` lives others, `ZIVSYNC_TRUTH_LIVES=5000` more of them.
 */

const SEED = Number(process.env.ZIVSYNC_TRUTH_SEED ?? 0);
const LIVES = Number(process.env.ZIVSYNC_TRUTH_LIVES ?? 640);
const DAYS = 10;

it("every law is kept, whatever the days bring", async () => {
  const { days, plans, failed } = await liveAll(upTo(LIVES, SEED), DAYS);
  const bySeed = failed.map(({ seed, failure }) => {
    const laws = [...new Set(failure?.violations.map(({ law }) => law))].sort((a, b) => a - b);
    return `  seed ${seed}, day ${failure?.day}: law ${laws.join(", ")}`;
  });
  process.stdout.write(
    [`${LIVES} lives: ${days} days, ${plans} plans, ${failed.length} violations`, ...bySeed, ""].join("\n"),
  );
  const [first] = failed;
  expect(first && (await reportOf(first))).toBeUndefined();
});
