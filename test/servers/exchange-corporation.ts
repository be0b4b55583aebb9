import {
  type FakeGroup,
  type FakeTenant,
  grant,
  group,
  groupRow,
  guid,
  member,
  SELF,
  shared,
  user,
} from "./exchange-tenant.ts";

export type Corporation = {
  readonly tenant: FakeTenant;
  /** Of each shared mailbox, by address: who may open it, sorted. */
  readonly truth: ReadonlyMap<string, readonly string[]>;
  /** Groups that somebody has access through, at any depth. */
  readonly groupsInUse: ReadonlySet<string>;
  /** Names in permissions that the list of mailboxes does not tell. */
  readonly names: number;
};

/**
 * A tenant of so many users, shared mailboxes and groups, with groups in groups and in circles. What should come out is
 * worked out naively: by going over all groups until nothing is added any more.
 */
export function corporation(users: number, desks: number, groups: number): Corporation {
  const people = Array.from({ length: users }, (_, nth) =>
    user(`user${nth}@example.org`, { AccountDisabled: nth % 50 === 7, DisplayName: `Person ${nth}` }),
  );
  const addressOf = (nth: number) => `user${nth % users}@example.org`;
  const groupName = (nth: number) => `Group ${nth % groups}`;
  // Each group has ten people and two groups of its own half; every tenth closes a circle. Nobody asks about the other half.
  const half = Math.ceil(groups / 2);
  const inner = (nth: number) => {
    const first = nth < half ? 0 : half;
    return [nth * 3 + 1, nth % 10 === 0 ? nth + 5 * half - 5 : nth + 7].map((one) => first + (one % half));
  };
  const inGroup = (nth: number) => Array.from({ length: 10 }, (_, one) => (nth * 37 + one * 101) % users);
  const teams: FakeGroup[] = Array.from({ length: groups }, (_, nth) => {
    const nested = inner(nth).map((one) =>
      groupRow({ ...group(groupName(one), []), guid: guid(`group ${groupName(one)}`) }),
    );
    const rows = inGroup(nth).map((one) => member(people[one] ?? {}));
    return group(groupName(nth), [...rows, ...nested]);
  });
  const reach = closures(groups, inner, inGroup);
  const truth = new Map<string, readonly string[]>();
  const permissions: Record<string, readonly unknown[]> = {};
  const inUse = new Set<string>();
  const named = new Set<string>();
  const mailboxes = Array.from({ length: desks }, (_, nth) => {
    const address = `desk${nth}@example.org`;
    // A part of the groups only, so that others must not be asked about.
    const through = nth % 3 === 0 ? [] : [nth % Math.ceil(groups / 4)];
    const direct = [nth * 7, nth * 11 + 3].map((one) => one % users);
    permissions[address] = [
      SELF,
      grant("CONTOSO\\Organization Management", { IsInherited: true }),
      ...direct.map((one) => grant(addressOf(one))),
      ...through.map((one) => grant(groupName(one))),
    ];
    for (const one of through) named.add(groupName(one));
    const all = new Set([...direct, ...through.flatMap((one) => [...(reach.people[one] ?? [])])]);
    for (const one of through) for (const two of reach.groups[one] ?? []) inUse.add(groupName(two));
    truth.set(
      address,
      [...all]
        .filter((one) => one % 50 !== 7)
        .map(addressOf)
        .sort(),
    );
    return shared(address);
  });
  const tenant = { mailboxes: [...people, ...mailboxes], permissions, groups: teams, recipients: [] };
  return { tenant, truth, groupsInUse: inUse, names: named.size };
}

function closures(groups: number, inner: (nth: number) => number[], inGroup: (nth: number) => number[]) {
  const people = Array.from({ length: groups }, (_, nth) => new Set(inGroup(nth)));
  const reached = Array.from({ length: groups }, (_, nth) => new Set([nth]));
  const size = () => [...people, ...reached].reduce((sum, set) => sum + set.size, 0);
  for (let before = 0; before < size(); ) {
    before = size();
    for (let nth = 0; nth < groups; nth++) {
      for (const one of inner(nth)) {
        addAll(people[nth], people[one]);
        addAll(reached[nth], reached[one]);
      }
    }
  }
  return { people, groups: reached };
}

function addAll<T>(to: Set<T> | undefined, from: Iterable<T> | undefined): void {
  for (const one of from ?? []) to?.add(one);
}
