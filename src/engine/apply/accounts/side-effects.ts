import type { LiveAccount } from "../../../model/account/account.ts";
import { TEXT_FIELDS } from "../../../model/account/fields.ts";
import { addressBefore, type Change, releaseOf } from "../../../model/plan/change.ts";
import { canonicalJson } from "../../../model/values/canonical-json.ts";

/*
 * The effects of a plan on accounts beside the one that a change is about: an account that it deletes leaves the members and
 * delegates of others, and one that it renames may, or may not, be listed under its new address. So accounts are compared
 * in words that both leave as they are: what the plan has deleted is left out, and all addresses that one rename, or a circle of
 * them, touches are one word.
 */
export class SideEffects {
  readonly #isThere: (id: string) => boolean;
  readonly #deleted: ReadonlySet<string>;
  readonly #renamed: ReadonlyMap<string, string>;
  /** Address → the address that its whole circle of renames is called by. */
  readonly #circles = new Map<string, string>();
  /** Address, or circle → the accounts of it that the plan deletes. */
  readonly #leaving = new Map<string, string[]>();

  /** `isThere`: whether the account with this id is in Zivver by now. */
  constructor(changes: readonly Change[], isThere: (id: string) => boolean) {
    this.#isThere = isThere;
    const deleted = changes.filter((change) => change.action === "delete");
    this.#deleted = new Set(deleted.map(({ zivverId }) => zivverId));
    const renamed = new Map<string, string>();
    for (const change of changes) {
      const addresses = addressesOf(change);
      if (change.action === "create" || addresses.length < 2) continue;
      for (const address of addresses) this.#join(addresses[0] ?? address, address);
      renamed.set(change.zivverId, change.address);
    }
    this.#renamed = renamed;
    for (const { address, zivverId } of deleted) {
      const circle = this.#circleOf(address);
      this.#leaving.set(circle, [...(this.#leaving.get(circle) ?? []), zivverId]);
    }
  }

  /** Whether a change of another account can show on this one. */
  reaches(account: LiveAccount): boolean {
    const isTouched = (address: string) => this.#circles.has(address) || this.#leaving.has(address);
    return account.members.some((id) => this.#deleted.has(id)) || account.delegates.some(isTouched);
  }

  /** Somebody by an address, and by the id of its holder where there is one; undefined for one whom the plan has deleted. */
  wordOfAddress(address: string, holder?: string): string | undefined {
    const circle = this.#circleOf(address);
    if (this.#leaving.get(circle)?.some((id) => !this.#isThere(id))) return undefined;
    return this.#circles.has(address) ? circle : (holder ?? address);
  }

  /** The same of an id, with the address that it has. */
  wordOfId(id: string, address: string | undefined): string | undefined {
    if (this.#hasLeft(id)) return undefined;
    return this.wordOfAddress(this.#renamed.get(id) ?? address ?? id, id);
  }

  /** All that an account is, except for what changes of other accounts do to it. Equal texts: nobody has edited it. */
  settled(account: LiveAccount): string {
    const { kind, address } = account;
    const texts = TEXT_FIELDS.map((field) => account[field]);
    const listed =
      kind === "functional"
        ? account.members.filter((id) => !this.#hasLeft(id))
        : account.delegates.flatMap((one) => this.wordOfAddress(one) ?? []);
    const active = kind === "personal" ? account.active : null;
    const aliases = [...account.aliases].sort();
    return canonicalJson([kind, address, texts, aliases, active, [...listed].sort()]);
  }

  #hasLeft(id: string): boolean {
    return this.#deleted.has(id) && !this.#isThere(id);
  }

  #circleOf(address: string): string {
    let found = address;
    for (let next = this.#circles.get(found); next !== undefined && next !== found; )
      [found, next] = [next, this.#circles.get(next)];
    return found;
  }

  #join(one: string, other: string): void {
    const [root, branch] = [this.#circleOf(one), this.#circleOf(other)];
    this.#circles.set(root, root);
    this.#circles.set(branch, root);
  }
}

/** The addresses that a change takes an account through; one where it keeps its address. */
function addressesOf(change: Change): readonly string[] {
  const all = [addressBefore(change), releaseOf(change)?.address, change.address];
  return [...new Set(all.filter((address) => address !== undefined))];
}
