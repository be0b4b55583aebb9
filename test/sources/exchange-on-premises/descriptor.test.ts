import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedDescriptor, readAccessList } from "../../../src/sources/exchange-on-premises/descriptor.ts";
import { runs } from "../../support/runs.ts";
import {
  ALLOW,
  AUDIT,
  DENY,
  descriptorBytes,
  OBJECT_TYPES,
  type WrittenAce,
  type WrittenDescriptor,
} from "./descriptors.ts";

const ANN = "S-1-5-21-1-2-3-1104";
const SOME_TYPE = "ba7996bfe60dd011a28500aa003049e2";
const NO_TYPE = "00".repeat(16);

/** What comes of bytes: the list, or why there is none. */
function read(bytes: Uint8Array) {
  try {
    return readAccessList(bytes);
  } catch (error) {
    if (error instanceof MalformedDescriptor) return error.message;
    throw error;
  }
}

const entry = (more: object) => ({
  effect: "allow",
  sid: ANN,
  mask: 1,
  inherited: false,
  inheritOnly: false,
  narrowed: false,
  conditional: false,
  ...more,
});

describe("an entry of a list of permissions", () => {
  const cases: readonly (readonly [string, WrittenAce, unknown])[] = [
    ["allows", { type: ALLOW, sid: ANN, mask: 0x20001 }, entry({ mask: 0x20001 })],
    ["denies", { type: DENY, sid: ANN }, entry({ effect: "deny" })],
    ["has all bits", { type: ALLOW, sid: ANN, mask: 0xffffffff }, entry({ mask: 0xffffffff })],
    ["is inherited", { type: ALLOW, flags: 0x12, sid: ANN }, entry({ inherited: true })],
    ["is for the folders only", { type: ALLOW, flags: 0xa, sid: ANN }, entry({ inheritOnly: true })],
    ["is for a type of object", { type: 5, objectType: SOME_TYPE, sid: ANN }, entry({ narrowed: true })],
    ["is for the type of object that is none", { type: 5, objectType: NO_TYPE, sid: ANN }, entry({})],
    [
      "is inherited by a type of object",
      { type: 6, inheritedObjectType: SOME_TYPE, sid: ANN },
      entry({ effect: "deny" }),
    ],
    [
      "is for a type of object, and inherited by another",
      { type: 6, objectType: SOME_TYPE, inheritedObjectType: NO_TYPE, sid: ANN },
      entry({ effect: "deny", narrowed: true }),
    ],
    ["has room behind it", { type: ALLOW, sid: ANN, rest: 8 }, entry({})],
    ["allows under a condition", { type: 9, sid: ANN, rest: 24 }, entry({ conditional: true })],
    [
      "denies under a condition",
      { type: 10, sid: ANN, rest: 24 },
      entry({ effect: "deny", conditional: true }),
    ],
    ["allows an object under a condition", { type: 11, sid: ANN }, entry({ conditional: true })],
    [
      "is for somebody with many parts",
      { type: ALLOW, sid: "S-1-281474976710655-4294967295-0-3-4-5-6-7-8-9-10-11-12-13-14-15" },
      entry({ sid: "S-1-281474976710655-4294967295-0-3-4-5-6-7-8-9-10-11-12-13-14-15" }),
    ],
  ];
  test.each(cases)("%s", (_, ace, expected) => {
    expect(read(descriptorBytes({ dacl: [ace] }))).toEqual([expected]);
  });

  test.each([2, 3, 4, 7, 8, 13, 17, 255])("of the type %i neither allows nor denies", (type) => {
    const dacl = [
      { type, sid: ANN },
      { type: ALLOW, sid: ANN },
    ];
    expect(read(descriptorBytes({ dacl }))).toEqual([entry({})]);
  });
});

describe("a descriptor", () => {
  const audit = [{ type: AUDIT, sid: "S-1-1-0" }];
  const dacl = [{ type: ALLOW, sid: ANN }];
  const whole: WrittenDescriptor = { owner: "S-1-5-18", group: "S-1-5-32-544", sacl: audit, dacl };
  const patched = (patch: (bytes: Buffer) => void, written = whole) => {
    const bytes = Buffer.from(descriptorBytes(written));
    patch(bytes);
    return new Uint8Array(bytes);
  };
  /** Where the list of permissions begins when nothing stands before it. */
  const LIST = 20;

  test.each([
    ["whole", descriptorBytes(whole), [entry({})]],
    ["with the list first", descriptorBytes({ ...whole, daclFirst: true }), [entry({})]],
    ["with a list of revision 2", descriptorBytes({ dacl, listRevision: 2 }), [entry({})]],
    ["with an empty list", descriptorBytes({ dacl: [] }), []],
    ["without a list", descriptorBytes({ owner: "S-1-5-18" }), "everybody"],
    ["with a list that is not there", descriptorBytes({ dacl: null }), "everybody"],
    ["with a list that its flags deny", descriptorBytes({ dacl, control: 0x8000 }), "everybody"],
    ["of no bytes", new Uint8Array(), "it has 0 bytes, and no header"],
    ["of another revision", descriptorBytes({ ...whole, revision: 2 }), "its revision is not 1"],
    ["with pointers", descriptorBytes({ dacl, control: 4 }), "it is not self-relative"],
    [
      "with a list of another revision",
      descriptorBytes({ dacl, listRevision: 3 }),
      "its list of permissions is of no known revision",
    ],
    ["whose owner lies outside", patched((bytes) => bytes.writeUInt32LE(1000, 4)), "its owner is cut off"],
    ["whose group lies in the header", patched((bytes) => bytes.writeUInt32LE(8, 8)), "its group is cut off"],
    [
      "whose log lies outside",
      patched((bytes) => bytes.writeUInt32LE(0xffffffff, 12)),
      "its list of what is logged is cut off",
    ],
    [
      "whose list lies in the header",
      patched((bytes) => bytes.writeUInt32LE(4, 16)),
      "its list of permissions is cut off",
    ],
    [
      "whose list is longer than all",
      patched((bytes) => bytes.writeUInt16LE(0xffff, LIST + 2), { dacl }),
      "its list of permissions is cut off",
    ],
    [
      "whose list counts more than there are",
      patched((bytes) => bytes.writeUInt16LE(2, LIST + 4), { dacl }),
      "its list of permissions is cut off",
    ],
    [
      "with an entry of no size",
      patched((bytes) => bytes.writeUInt16LE(0, LIST + 10), { dacl }),
      "its list of permissions is cut off",
    ],
    [
      "with an entry without anybody",
      descriptorBytes({ dacl: [...dacl, { type: DENY }] }),
      "permission 2 is cut off",
    ],
    [
      "with an entry of a bare head",
      patched((bytes) => bytes.writeUInt16LE(4, LIST + 10), { dacl }),
      "permission 1 is cut off",
    ],
  ])("%s", (_, bytes, expected) => {
    expect(read(bytes)).toEqual(expected);
  });
});

const number = (max: number) => fc.integer({ min: 0, max });
const sid = fc
  .tuple(number(2 ** 48 - 1), fc.array(number(2 ** 32 - 1), { minLength: 1, maxLength: 15 }))
  .map(([authority, parts]) => ["S-1", authority, ...parts].join("-"));
const guid = fc.constantFrom(SOME_TYPE, NO_TYPE);
const ace: fc.Arbitrary<WrittenAce> = fc
  .record({
    type: fc.constantFrom(0, 1, 2, 5, 6, 9, 10, 11, 12, 17),
    flags: number(255),
    mask: number(2 ** 32 - 1),
    sid,
    rest: number(3).map((words) => 4 * words),
    guids: fc.record({ objectType: guid, inheritedObjectType: guid }, { requiredKeys: [] }),
  })
  .map(({ guids, ...one }) => ({ ...one, ...(OBJECT_TYPES.has(one.type) ? guids : {}) }));
const descriptor = fc
  .record(
    {
      owner: sid,
      group: sid,
      sacl: fc.array(ace, { maxLength: 2 }),
      dacl: fc.array(ace, { maxLength: 6 }),
      daclFirst: fc.boolean(),
    },
    { requiredKeys: ["dacl"] },
  )
  .map((written) => ({ written, bytes: descriptorBytes(written) }));

const effects = new Map([
  [0, "allow"],
  [1, "deny"],
  [5, "allow"],
  [6, "deny"],
  [9, "allow"],
  [10, "deny"],
  [11, "allow"],
  [12, "deny"],
]);

test("what is written is read, whatever else is there", () => {
  fc.assert(
    fc.property(descriptor, ({ written: { dacl }, bytes }) => {
      const expected = dacl.flatMap(({ type, flags = 0, mask = 1, sid, objectType }) => {
        const effect = effects.get(type);
        if (effect === undefined) return [];
        const narrowed = objectType === SOME_TYPE;
        const [inherited, inheritOnly] = [(flags & 16) !== 0, (flags & 8) !== 0];
        return [entry({ effect, sid, mask, inherited, inheritOnly, narrowed, conditional: type >= 9 })];
      });
      expect(read(bytes)).toEqual(expected);
    }),
  );
});

test("of a descriptor that was cut off, nobody is read less: it is not a descriptor", () => {
  fc.assert(
    fc.property(descriptor, ({ bytes }) => {
      const all = read(bytes);
      expect(all).not.toBeTypeOf("string");
      for (let length = 0; length < bytes.length; length++) {
        const part = read(bytes.slice(0, length));
        // Only room behind the last entry that nobody looks at can be missing, and then all entries are there.
        if (typeof part !== "string") expect(part).toEqual(all);
      }
    }),
    { numRuns: runs(20, 60) },
  );
});

test("bytes that are not those of a descriptor never end in anything but its own words", () => {
  const spoilt = fc
    .tuple(descriptor, fc.array(fc.tuple(fc.nat(), number(255)), { minLength: 1, maxLength: 4 }))
    .map(([{ bytes }, changes]) => {
      const copy = new Uint8Array(bytes);
      for (const [at, value] of changes) copy[at % copy.length] = value;
      return copy;
    });
  fc.assert(
    fc.property(fc.oneof(spoilt, fc.uint8Array({ maxLength: 80 })), (bytes) => {
      expect(() => read(bytes)).not.toThrow();
    }),
    { numRuns: runs(200, 500) },
  );
});
