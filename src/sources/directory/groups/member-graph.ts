import { dnKey } from "../search/dn.ts";
import type { Sid } from "../search/sid.ts";

/** The facts about a member of groups. */
export type Standing =
  /** Not looked at yet. */
  | "unknown"
  /** Enabled, with an address. */
  | "person"
  /** Disabled, without an address, a computer: no delegate, and rightly so. */
  | "nobody"
  | "group"
  | "contact"
  /** Neither person nor group nor contact. */
  | "other"
  // The rest: zivsync cannot tell who stands behind it.
  | "unclear"
  | "missing"
  | "elsewhere"
  /** Named by a `uid` that entries have which are not the same person. */
  | "ambiguous"
  | "foreign"
  /** Another name for an entry, which is not followed. */
  | "alias"
  | "dynamic";

/** A group, or an account with a list of delegates: who is in it, directly. */
export type MemberList = {
  readonly dn: string;
  readonly members: number[];
  /** The reason why members may be missing from the list, as half a sentence. */
  gap: string | undefined;
  /** A distribution group: being in it gives no rights. */
  readonly isDistribution?: boolean;
  /** In lower case, the class by which it should have members, where it shows none. */
  readonly emptyClass?: string;
  /** In lower case, the attributes by which groups of its classes name their members, where it shows none. */
  readonly emptyOf?: readonly string[];
  /** Of a group that can be somebody's primary group. */
  readonly sid?: Sid;
};

/**
 * The members of every group. Entries have numbers, so that a list of 100,000 members is an array of numbers; an entry that
 * is only named as a member has its number already, and becomes known when it is read.
 */
export class MemberGraph {
  readonly #numbers = new Map<string, number>();
  readonly #standings: Standing[] = [];
  readonly #addresses: (string | undefined)[] = [];
  readonly #lists = new Map<number, MemberList>();
  readonly #uids = new Set<number>();
  /** The entry that gave a `uid` its meaning. */
  readonly #owners = new Map<number, number>();
  /** Names as written, of those that nobody has read yet or that led nowhere. */
  readonly #names = new Map<number, string>();
  #marks = new Uint32Array(1024);
  #mark = 0;

  /** The number of the entry with this DN. */
  numberOf(dn: string): number {
    return this.#number(dnKey(dn), dn);
  }
  /** The number of the entry with this `uid`, as `memberUid` names it. */
  numberOfUid(uid: string): number {
    const number = this.#number(`${UID}${uid.toLowerCase()}`, uid);
    this.#uids.add(number);
    return number;
  }
  isUid(number: number): boolean {
    return this.#uids.has(number);
  }
  /** The numbers under which an entry is known already. */
  known(dn: string, uids: readonly string[]): readonly number[] {
    const keys = [dnKey(dn), ...uids.map((uid) => `${UID}${uid.toLowerCase()}`)];
    return keys.flatMap((key) => this.#numbers.get(key) ?? []);
  }
  #number(key: string, name: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#add(key, "unknown", undefined);
    this.#names.set(number, name);
    return number;
  }
  #add(key: string, standing: Standing, address: string | undefined): number {
    const number = this.#standings.push(standing) - 1;
    this.#addresses.push(address);
    this.#numbers.set(key, number);
    return number;
  }

  standing(number: number): Standing {
    return this.#standings[number] ?? "unknown";
  }
  address(number: number): string | undefined {
    return this.#addresses[number];
  }
  list(number: number): MemberList | undefined {
    return this.#lists.get(number);
  }
  nameOf(number: number): string {
    return this.#names.get(number) ?? "";
  }
  get size(): number {
    return this.#standings.length;
  }

  /** Makes somebody known who was read: by DN, and by `uid` where members are named so. */
  introduce(dn: string, uids: readonly string[], standing: Standing, address: string | undefined): number {
    const number = this.#introduceEntry(dn, standing, address);
    for (const uid of uids) this.#claim(uid, number, standing, address);
    return number;
  }
  #introduceEntry(dn: string, standing: Standing, address: string | undefined): number {
    const key = dnKey(dn);
    const known = this.#numbers.get(key);
    if (known === undefined) {
      const number = this.#add(key, standing, address);
      if (!IS_SETTLED.has(standing)) this.#names.set(number, dn);
      return number;
    }
    this.settle(known, standing, address);
    return known;
  }
  /**
   * A `uid` is unique in its own part of a directory only: of two people who have it, zivsync cannot tell which one a group
   * means. An entry without an address, such as that of a log-on beside the person's own, does not count against one.
   */
  #claim(uid: string, entry: number, standing: Standing, address: string | undefined): void {
    const number = this.numberOfUid(uid);
    const owner = this.#owners.get(number);
    const before = this.standing(number);
    if (before === "ambiguous") return;
    if (owner !== undefined && owner !== entry) {
      const own = this.address(number);
      if (standing === "nobody" && address === undefined) return;
      const isSame = before === standing && own?.toLowerCase() === address?.toLowerCase();
      if (isSame) return;
      if (before !== "nobody" || own !== undefined) {
        this.settle(number, "ambiguous", undefined);
        this.#names.set(number, uid);
        return;
      }
    }
    this.#owners.set(number, entry);
    this.settle(number, standing, address);
  }
  /** Says what a member is; a person comes with an address. */
  settle(number: number, standing: Standing, address: string | undefined): void {
    this.#standings[number] = standing;
    this.#addresses[number] = address;
    if (IS_SETTLED.has(standing)) this.#names.delete(number);
  }
  settleGroup(number: number, list: MemberList): void {
    this.#standings[number] = "group";
    this.#lists.set(number, list);
    this.#names.delete(number);
  }

  /** Starts a walk: `visit` gives true the first time that a number comes up in it. */
  startWalk(): (number: number) => boolean {
    if (this.#marks.length < this.size) this.#marks = new Uint32Array(this.size * 2);
    const marks = this.#marks;
    const mark = ++this.#mark;
    return (number) => {
      if (marks[number] === mark) return false;
      marks[number] = mark;
      return true;
    };
  }
}

/** Nobody asks for their names again. */
const IS_SETTLED: ReadonlySet<Standing> = new Set(["person", "nobody", "group"]);
/** No DN begins so. */
const UID = "\0uid=";
