// Deciding alone: `buildPlan` on made-up data, beside a bare comparison of the same two lists by address in two Maps.
// Usage: node bench/engine.mjs [ACCOUNTS] [MOVES] [GROUPS] [ROUNDS]
import { loadTypeScript } from "../scripts/load-typescript.mjs";
import { machine, mb, median, path } from "./figures.mjs";

const [accounts = 1_000_000, moves = 100_000, groups = 5_000, rounds = 5] = process.argv.slice(2).map(Number);
const MEMBERS = 200;
const { asRead, buildPlan, inputOf, known, person, deskRecord, desk, record } = await loadTypeScript(
  path("bench/engine-data.ts"),
);

/** Half the rounds may be spoilt by others on the machine: the median, and the least. */
function timed(run) {
  const times = [];
  let result;
  for (let round = 0; round < rounds; round++) {
    globalThis.gc?.();
    const from = performance.now();
    result = run();
    times.push((performance.now() - from) / 1000);
  }
  return { result, middle: median(times), least: Math.min(...times) };
}

const words = ({ middle, least }) => `${middle.toFixed(2)} s (least ${least.toFixed(2)} s)`;

/** What no comparison can do without: one list in a Map, the other looked up in it. */
function bareComparison({ readings, live }) {
  const byAddress = new Map(live.map((account) => [account.address, account]));
  let different = 0;
  for (const { email, fullName } of readings[0].readings[0].records)
    if (byAddress.get(email.value)?.fullName !== fullName.value) different += 1;
  return different;
}

function compare(count) {
  const address = (at) => `person-${at}@example.org`;
  const input = inputOf({
    desired: Array.from({ length: count }, (_, at) =>
      asRead(
        record(address(at), {
          aliases: [`p${at}@example.com`],
          division: `/Division ${at % 300}`,
          fullName: at % 100 === 0 ? `New name ${at}` : `Person ${at}`,
        }),
      ),
    ),
    live: Array.from({ length: count }, (_, at) =>
      asRead(
        person(address(at), {
          aliases: [`p${at}@example.com`],
          division: `/Division ${at % 300}`,
          fullName: `Person ${at}`,
        }),
      ),
    ),
  });
  const bare = timed(() => bareComparison(input));
  const plan = timed(() => buildPlan(input));
  const changes = plan.result.body.changes.length;
  if (changes !== bare.result) throw new Error(`${changes} changes instead of ${bare.result}`);
  console.log(
    `${count} desired x ${count} live, ${changes} changes: ${words(plan)}; ${(plan.middle / bare.middle).toFixed(1)} x two Maps (${bare.middle.toFixed(2)} s); ${mb(process.memoryUsage.rss())} MB in all`,
  );
}

/** Everybody takes the address of the next one, who takes that of the one after: one chain. */
function chain(count) {
  const input = inputOf({
    known: Array.from({ length: count }, (_, at) =>
      known(`a${at}@example.org`, { id: String(at), key: `key of a${at + 1}@example.org` }),
    ),
    desired: Array.from({ length: count }, (_, at) =>
      asRead(record(`a${at + 1}@example.org`, { id: String(at), fullName: `Name of a${at}` })),
    ),
    live: Array.from({ length: count }, (_, at) => asRead(person(`a${at}@example.org`))),
  });
  const plan = timed(() => buildPlan(input));
  const { changes } = plan.result.body;
  const needs = changes.reduce((sum, change) => sum + change.needs.length, 0);
  if (changes.length !== count || needs !== count - 1)
    throw new Error(`${changes.length} moves, ${needs} needs`);
  return plan;
}

function chains() {
  const half = chain(moves >> 1);
  const whole = chain(moves);
  console.log(
    `${moves} moves in one chain: ${words(whole)}; ${(whole.least / half.least).toFixed(2)} x half as many (linear: 2)`,
  );
}

function groupsOf(count) {
  const people = Array.from({ length: 20_000 }, (_, at) => `person-${at}@example.org`);
  const ids = people.map((address) => person(address).zivverId);
  const membersOf = (all, at) =>
    Array.from({ length: MEMBERS }, (_, nth) => all[(at * 37 + nth) % all.length]);
  const name = (at) => `group-${at}@example.org`;
  const input = inputOf({
    desired: [
      ...people.map((address) => record(address)),
      ...Array.from({ length: count }, (_, at) => deskRecord(name(at), { delegates: membersOf(people, at) })),
    ],
    live: [
      ...people.map((address) => person(address)),
      ...Array.from({ length: count }, (_, at) =>
        desk(name(at), membersOf(ids, at).slice(at % 100 === 0 ? 1 : 0)),
      ),
    ],
  });
  const plan = timed(() => buildPlan(input));
  const expected = Math.ceil(count / 100);
  if (plan.result.body.changes.length !== expected)
    throw new Error(`${plan.result.body.changes.length} changes`);
  console.log(
    `${count} groups of ${MEMBERS} members each, 1 % different: ${words(plan)}; ${((plan.middle / count / MEMBERS) * 1e6).toFixed(2)} us a member`,
  );
}

console.log(`deciding alone, medians of ${rounds}; ${machine()}`);
chains();
groupsOf(groups);
compare(Math.round(accounts / 10));
compare(accounts);
