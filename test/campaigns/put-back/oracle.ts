import { live } from "../../truth/life.ts";
import type { Violation } from "../../truth/scene.ts";
import { play } from "../../truth/scripted.ts";
import { ACCESS } from "../../truth/scripts-access.ts";
import { IDENTITY } from "../../truth/scripts-identity.ts";
import { PEOPLE } from "../../truth/scripts-people.ts";
import { SOURCES } from "../../truth/scripts-sources.ts";

/*
 * The oracle as a program of its own: the days with a script, then random lives, until a law of those that it is given is
 * broken. It writes one line, a `Verdict`.
 *
 *   node oracle.mjs LAWS LIVES [DAY]
 *
 * LAWS: `2,4`, or `all`. DAY: only the days with a script whose name has these words, and no lives.
 */

export type Verdict = {
  readonly violation: (Violation & { readonly day: string }) | null;
  readonly days: number;
};

const DAYS = 8;

/** The small organisations first: they are quick. */
const SCRIPTS = [...IDENTITY, ...PEOPLE, ...SOURCES, ...ACCESS].sort(
  (one, other) => (one.size ?? 0) - (other.size ?? 0),
);

const [laws = "all", lives = "0", day = ""] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await judge(laws, day === "" ? Number(lives) : 0)));

async function judge(asked: string, many: number): Promise<Verdict> {
  const isAsked = ({ law }: Violation) => asked === "all" || asked.split(",").includes(String(law));
  let days = 0;
  for (const script of SCRIPTS.filter(({ name }) => name.includes(day))) {
    days += 1 + script.days.length;
    const violation = (await play(script)).violations.find(isAsked);
    if (violation) return { violation: { ...violation, day: script.name }, days };
  }
  for (let seed = 0; seed < many; seed++) {
    const life = await live(seed, DAYS);
    days += life.days;
    const violation = life.failure?.violations.find(isAsked);
    if (violation) return { violation: { ...violation, day: `random life ${seed}, day ${life.days}` }, days };
  }
  return { violation: null, days };
}
