import { cloneWorld, type World } from "../../src/simulator/index.ts";

/** All that the accounts of a simulated organisation are, except for ids, which differ with the order of creation. */
export function contentsOf(world: World) {
  const addressOf = (id: string) => world.accounts.get(id)?.address ?? id;
  return [...world.accounts.values()]
    .map((account) => {
      const same = { ...account, id: "", extra: {}, aliases: [...account.aliases].sort() };
      if (account.kind === "personal") return { ...same, delegates: [...account.delegates].sort() };
      const members = account.members.filter((id) => id !== account.id).map(addressOf);
      return { ...same, members: members.sort() };
    })
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** Brings a world back to what a copy of it is. */
export function restore(world: World, copy: World): void {
  const { accounts, owners, created } = cloneWorld(copy);
  world.accounts.clear();
  world.owners.clear();
  for (const [id, account] of accounts) world.accounts.set(id, account);
  for (const [address, id] of owners) world.owners.set(address, id);
  world.created = created;
}
