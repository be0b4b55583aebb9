import { type Life, live, shrink } from "./life.ts";

/** A failed life for people: the seed, the days that are needed for it, and the laws that were broken. */
export async function reportOf(life: Life): Promise<string> {
  const short = await shrink(life);
  const laws = short.failure?.violations.map(({ law, story }) => `Law ${law}: ${story}`) ?? [];
  return [
    `Seed ${life.seed}, day ${short.failure?.day} (of the whole life: day ${life.failure?.day})`,
    ...short.story,
    ...laws,
  ].join("\n");
}

/** Lives these lives until so many have failed. */
export async function liveAll(
  seeds: readonly number[],
  days: number,
  most = Number.POSITIVE_INFINITY,
): Promise<{ readonly days: number; readonly plans: number; readonly failed: readonly Life[] }> {
  const failed: Life[] = [];
  let lived = 0;
  let plans = 0;
  for (const seed of seeds) {
    const life = await live(seed, days);
    lived += life.days;
    plans += life.plans;
    if (life.failure) failed.push(life);
    if (failed.length >= most) break;
  }
  return { days: lived, plans, failed };
}

export const upTo = (count: number, from = 0): readonly number[] =>
  Array.from({ length: count }, (_, at) => from + at);
