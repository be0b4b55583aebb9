import type { RecordField, SourceRecord } from "../../../model/account/account.ts";
import type { EntraIdConfig, UserType } from "../../../model/source-config/entra.ts";
import { asObject, asText, type JsonObject } from "../../../model/values/json.ts";
import type { Graph } from "../service/graph.ts";
import { type List, readList, type Taken, type Taker } from "../service/lists.ts";
import {
  areAddressesUnsaid,
  ENABLED,
  NAMES,
  ofManager,
  propertyOf,
  readText,
  selectedFor,
  userAddresses,
  userRecord,
} from "./user-record.ts";

export const USERS_PERMISSION = "User.Read.All";

/** A user as a member of a group. `person` has the address of the personal account. */
export type Standing =
  | { readonly type: "person"; readonly address: string }
  | { readonly type: "nobody" | "guest" | "unclear" };

const NOBODY: Standing = { type: "nobody" };
const GUEST: Standing = { type: "guest" };
const UNCLEAR: Standing = { type: "unclear" };

/** The parts of a user that are kept: a record where it is an account. */
export type User = {
  readonly id: string;
  readonly standing: Standing;
  readonly record?: SourceRecord;
  /** The values for the filter beside the record. */
  readonly row?: JsonObject;
  readonly managerId?: string;
};

/** All users of the tenant, as one reading of the list gives them. */
export class Users implements Taker {
  readonly byId = new Map<string, User>();
  /** Properties that some user has. */
  readonly shown = new Set<string>();
  /** Users who came with an id and nulls: of a type that the application may not read. */
  withheld = 0;
  guests = 0;
  withoutAddress = 0;
  readonly mismatches: { readonly place: string; readonly said: string; readonly email: string }[] = [];
  readonly #config: EntraIdConfig;
  readonly #types: ReadonlySet<string>;
  readonly #looksAt: readonly string[];
  readonly #watched: readonly string[];
  /** The origin of the division, of all who may be a manager. */
  readonly #managers = new Map<string, JsonObject>();

  /** `looksAt`: names of the source's own that a filter needs. */
  constructor(config: EntraIdConfig, looksAt: readonly string[]) {
    this.#config = config;
    this.#types = new Set(config.userTypes ?? ["Member"]);
    this.#looksAt = looksAt;
    const mapped = Object.values(config.map).map(({ property }) => property);
    this.#watched = [ENABLED, "proxyAddresses", ...NAMES, ...mapped];
  }

  get size(): number {
    return this.byId.size;
  }

  take(row: JsonObject, id: string): void {
    for (const name of this.#watched) if (!this.shown.has(name)) this.#watch(row, name);
    const user = this.#userOf(row, id);
    const before = this.byId.get(id);
    if (before !== undefined) {
      if (!isSame(before, user)) this.byId.set(id, inDoubt(before));
      return;
    }
    this.byId.set(id, user);
    const ofManagers = managerProperty(this.#config);
    if (ofManagers !== undefined) this.#managers.set(id, pick(row, [ofManagers]));
  }

  /** The records of people, with what comes from their managers. */
  people(): readonly (User & { readonly record: SourceRecord })[] {
    const people: (User & { readonly record: SourceRecord })[] = [];
    for (const user of this.byId.values()) {
      const { record } = user;
      if (record !== undefined) people.push({ ...user, record: this.#withManager(record, user) });
    }
    return people;
  }

  #userOf(row: JsonObject, id: string): User {
    // Every user has a name for signing in, so without it the rest is withheld, too.
    const signIn = asText(row.userPrincipalName);
    const isSaid = this.#config.map.email !== undefined || !areAddressesUnsaid(row);
    if (signIn === undefined || !isSaid) {
      this.withheld++;
      return { id, standing: UNCLEAR };
    }
    const type = userTypeOf(row);
    if (!this.#types.has(type)) {
      if (type === "Guest") this.guests++;
      return { id, standing: type === "Guest" ? GUEST : NOBODY };
    }
    const addresses = userAddresses(row, this.#config);
    const isAbout = (field: RecordField) => record.problems.some((one) => one.field === field);
    const record = userRecord(row, id, addresses, this.#config);
    if (addresses.email === undefined && !isAbout("email")) {
      this.withoutAddress++;
      return { id, standing: NOBODY };
    }
    const { email, active } = record;
    if (addresses.mismatch !== undefined && email)
      this.mismatches.push({ place: record.where, said: addresses.mismatch, email: email.value });
    const isActive = active?.value ?? (isAbout("active") ? undefined : true);
    const isClear = email !== undefined && !isAbout("email") && isActive !== undefined;
    const standing: Standing =
      isActive === false ? NOBODY : isClear ? { type: "person", address: email.value.trim() } : UNCLEAR;
    const managerId = asText(asObject(row.manager)?.id)?.toLowerCase();
    return {
      id,
      standing,
      record,
      ...(this.#looksAt.length === 0 ? {} : { row: pick(row, this.#looksAt) }),
      ...(managerId === undefined ? {} : { managerId }),
    };
  }

  #watch(row: JsonObject, name: string): void {
    const value = name === "id" || ofManager(name) !== undefined ? true : propertyOf(row, name);
    if (value !== undefined) this.shown.add(name);
  }

  #withManager(record: SourceRecord, { managerId }: User): SourceRecord {
    const { division } = this.#config.map;
    const property = managerProperty(this.#config);
    if (division === undefined || property === undefined || managerId === undefined) return record;
    const attribute = division.property;
    const problems = [...record.problems];
    const row = this.#managers.get(managerId);
    const value =
      row &&
      readText(propertyOf(row, property), { property: attribute, encoding: "text" }, "division", problems);
    if (row === undefined) {
      const message = "The manager is not among the users that were read.";
      problems.push({ attribute, message, field: "division" });
    }
    const origin = { source: this.#config.name, where: record.where, attribute };
    return { ...record, ...(value === undefined ? {} : { division: { value, origin } }), problems };
  }
}

/** Somebody with `#EXT#` in the name for signing in is from elsewhere, whatever else is said; before 2014 nothing was. */
function userTypeOf(row: JsonObject): string {
  if (asText(row.userPrincipalName)?.toUpperCase().includes("#EXT#")) return "Guest";
  const said = asText(row.userType) ?? "Member";
  return USER_TYPES.find((type) => type.toLowerCase() === said.toLowerCase()) ?? said;
}

const USER_TYPES: readonly UserType[] = ["Member", "Guest"];

function isSame(a: User, b: User): boolean {
  return JSON.stringify(contentOf(a)) === JSON.stringify(contentOf(b));
}

/** The key in clear: as it prints itself, all keys are the same. */
function contentOf(user: User): unknown {
  return [user, user.record?.accountKey?.value.reveal()];
}

/** The list changed while its pages came: which of the two is true is not known. */
function inDoubt(user: User): User {
  const { record } = user;
  const message = "The user came twice, and not the same both times.";
  const held = record && { ...record, problems: [...record.problems, { attribute: "id", message }] };
  return { ...user, standing: UNCLEAR, ...(held ? { record: held } : {}) };
}

function pick(row: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, propertyOf(row, name)]));
}

function managerProperty({ map }: Pick<EntraIdConfig, "map">): string | undefined {
  return map.division && ofManager(map.division.property);
}

const ALWAYS = ["id", "userPrincipalName", "userType", "mail", "proxyAddresses", ENABLED, ...NAMES];

/** Reads all users, guests and disabled ones among them: of members of groups it must be known who they are. */
export async function readUsers(
  graph: Graph,
  config: EntraIdConfig,
  looksAt: readonly string[],
): Promise<Taken<Users>> {
  const manager = managerProperty(config);
  const named = [
    ...Object.values(config.map).map(({ property }) => property),
    ...looksAt,
    ...(manager === undefined ? [] : [manager]),
  ];
  const selected = [...ALWAYS, ...named.flatMap((name) => selectedFor(name) ?? [])];
  const list: List = {
    what: "list the users",
    path: "users",
    query: {
      $select: [...new Set(selected)].join(","),
      ...(manager === undefined ? {} : { $expand: "manager($select=id)" }),
    },
    needs: USERS_PERMISSION,
    // With $expand the index is not asked, and what answers does not count.
    counted: manager === undefined ? "inline" : "apart",
  };
  return readList(graph, list, () => new Users(config, looksAt));
}
