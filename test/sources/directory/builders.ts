import type { SourceRecord } from "../../../src/model/account/account.ts";
import type { Reading } from "../../../src/model/ports.ts";
import type { DirectoryConfig, DirectoryTable } from "../../../src/model/source-config/directory.ts";
import { ZivsyncError } from "../../../src/model/values/errors.ts";
import { readEntries } from "../../../src/sources/directory/read-directory.ts";
import { entry, type Memory, type MemoryEntry, memorySession, type Values } from "./memory-session.ts";

export const ROOT = "DC=corp,DC=example,DC=test";
/** 2026-01-01T00:00:00Z */
export const NOW = 1_767_225_600_000;

export const table = (more: Partial<DirectoryTable> = {}): DirectoryTable => ({
  baseDns: [],
  scope: "subtree",
  memberOf: [],
  map: {},
  ...more,
});

export const config = (more: Partial<DirectoryConfig> = {}): DirectoryConfig => ({
  type: "active-directory",
  name: "head-office",
  where: "profiles/staff.yaml:4:5",
  urls: ["ldaps://dc1.corp.example.test"],
  startTls: false,
  pageSize: 500,
  timeouts: { connectMs: 1000, answerMs: 1000 },
  primary: "mail",
  ...more,
});

export const personal = (more: Partial<DirectoryTable> = {}) => config({ personal: table(more) });
export const functional = (more: Partial<DirectoryTable> = {}) => config({ functional: table(more) });

/** Sixteen bytes that end in a number. */
export function guid(number: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(12, number);
  return bytes;
}
export const guidOf = (number: number) =>
  `00000000-0000-0000-0000-0000${number.toString(16).padStart(8, "0")}`;

/** `S-1-5-21-<domain>-<rid>` in bytes. */
export function sid(domain: number, rid: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(20));
  view.setUint8(0, 1);
  view.setUint8(1, 3);
  view.setUint8(7, 5);
  for (const [index, part] of [21, domain, rid].entries()) view.setUint32(8 + 4 * index, part, true);
  return new Uint8Array(view.buffer);
}

/** Far from the numbers that tests give themselves: several files may share this count. */
let count = 1000;
/** As a domain controller writes it for every user who does not expire. */
const NEVER = "9223372036854775807";

/** An enabled user with address and name, unless told otherwise. */
export function user(name: string, more: Readonly<Record<string, Values>> = {}): MemoryEntry {
  return entry(`CN=${name},OU=Staff,${ROOT}`, {
    objectClass: ["top", "person", "organizationalPerson", "user"],
    objectCategory: "person",
    objectGUID: guid(++count),
    userAccountControl: "512",
    accountExpires: NEVER,
    mail: `${name.toLowerCase()}@example.org`,
    displayName: name,
    ...more,
  });
}

/** A universal security group with an address, and these members. */
export function group(
  name: string,
  member: readonly string[],
  more: Readonly<Record<string, Values>> = {},
): MemoryEntry {
  return entry(`CN=${name},OU=Groups,${ROOT}`, {
    objectClass: ["top", "group"],
    objectCategory: "group",
    objectGUID: guid(++count),
    groupType: "-2147483640",
    mail: `${name.toLowerCase()}@example.org`,
    displayName: name,
    member,
    ...more,
  });
}

export const dnOf = ({ dn }: MemoryEntry) => dn;

export function read(config: DirectoryConfig, memory: Memory): Promise<Reading> {
  return readEntries(
    memorySession({ rootDse: { defaultNamingContext: [ROOT], namingContexts: [ROOT] }, ...memory }),
    config,
    { now: () => NOW },
  );
}

export async function problemsOf(reading: Promise<Reading>) {
  try {
    await reading;
  } catch (error) {
    if (error instanceof ZivsyncError) return { name: error.name, problems: error.problems };
    throw error;
  }
  return undefined;
}

const FIELDS = [
  "email",
  "id",
  "fullName",
  "aliases",
  "delegates",
  "active",
  "division",
  "phone",
  "accountKey",
] as const;

/** A record as a table of expectations names it: `[value, attribute]`, keys in clear. */
export function plain(record: SourceRecord) {
  const given = FIELDS.flatMap((field) => {
    const one = record[field];
    if (one === undefined) return [];
    const value = field === "accountKey" ? record.accountKey?.value.reveal() : one.value;
    if (one.origin.source !== "head-office" || one.origin.where !== record.where) throw new Error("origin");
    return [[field, [value, one.origin.attribute]]];
  });
  const { kind, where, delegatesIncomplete, problems } = record;
  return {
    kind,
    where,
    ...Object.fromEntries(given),
    ...(delegatesIncomplete === undefined ? {} : { delegatesIncomplete }),
    ...(problems.length > 0 ? { problems } : {}),
  };
}

/** The values of one field by address. */
export function byAddress(reading: Reading, field: "delegates" | "aliases" | "active" | "fullName") {
  return Object.fromEntries(reading.records.map((one) => [one.email?.value, one[field]?.value]));
}
