import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readLine } from "../../../src/sources/json-lines/record.ts";
import { plain } from "../reading.ts";

const place = { source: "hr", where: "people.jsonl:3" };
const read = (line: unknown) => readLine(typeof line === "string" ? line : JSON.stringify(line), place);

function problemsOf(line: object): readonly string[] {
  const given = read({ kind: "personal", email: "ann@example.org", ...line });
  if (given.type !== "record") throw new Error(`this is no record: ${JSON.stringify(given)}`);
  return given.record.problems.map(
    ({ attribute, field, message }) => `${attribute} (${field ?? "the record"}): ${message}`,
  );
}

describe("a record", () => {
  it("gives what its line says", () => {
    const line = {
      kind: "functional",
      email: " Desk@example.org ",
      id: "0042",
      fullName: "Front desk",
      aliases: ["hello@example.org"],
      delegates: [],
      active: false,
      division: "/care",
      phone: "",
      accountKey: null,
      extra: { costCentre: 4711, sites: ["A", "B"], open: true },
    };
    const given = read(line);
    expect(given.type === "record" && plain(given.record)).toEqual({
      email: "Desk@example.org",
      id: "0042",
      fullName: "Front desk",
      aliases: ["hello@example.org"],
      delegates: [],
      active: false,
      division: "/care",
    });
    expect(
      given.type === "record" && {
        spoken: given.spoken,
        origin: given.record.email?.origin,
        own: ["costCentre", "sites", "open", "else", "toString"].map(given.own),
      },
    ).toEqual({
      spoken: [
        "email",
        "fullName",
        "aliases",
        "delegates",
        "accountKey",
        "active",
        "division",
        "phone",
        "id",
      ],
      origin: { source: "hr", where: "people.jsonl:3", attribute: "email" },
      own: [["4711"], ["A", "B"], ["true"], [], []],
    });
  });

  it("of a number that lost digits says nothing to a filter", () => {
    const given = read('{"kind":"personal","email":"ann@example.org","extra":{"unit":12345678901234567890}}');
    expect(given.type === "record" && given.own("unit")).toBe("unreadable");
  });

  it("only adds to another one with `supplement`", () => {
    const given = read({ kind: "personal", email: "ann@example.org", supplement: true });
    expect(given.type === "record" && given.record.supplement).toBe(true);
  });

  test.each([
    [{ id: 1042 }, "id (id): It is a number. Write it as text, or digits may be lost."],
    [{ phone: 31612345678 }, "phone (phone): It is a number. Write it as text, or digits may be lost."],
    [{ email: ["ann@example.org"] }, "email (email): It has to be a text."],
    [{ active: "true" }, "active (active): It has to be true or false, without quotation marks."],
    [{ active: 1 }, "active (active): It has to be true or false, without quotation marks."],
    [
      { aliases: "a@example.org" },
      "aliases (aliases): It has to be a list of addresses: `[]` where there are none.",
    ],
    [
      { delegates: ["a@example.org", null] },
      "delegates (delegates): Each of its items has to be an address.",
    ],
    [{ delegates: [""] }, "delegates (delegates): Each of its items has to be an address."],
    [{ division: "a\u0000b" }, "division (division): It holds control characters."],
    [
      { fullName: "Ann\u202eBos" },
      "fullName (fullName): The name holds an invisible character that changes the direction of text (U+202E). Write it again without it.",
    ],
    [
      { fullname: "Ann Bos" },
      "fullname (the record): A record has no such property. What only a filter looks at belongs into `extra`.",
    ],
    [{ supplement: "no" }, "supplement (the record): It has to be true or false."],
  ])("%j is in doubt", (line, problem) => {
    expect(problemsOf(line)).toEqual([problem]);
  });

  it("of an account key tells nothing", () => {
    expect(problemsOf({ accountKey: "s3cret\u0001" })).toEqual([
      "accountKey (accountKey): It holds control characters.",
    ]);
    expect(problemsOf({ accountKey: "-" })).toEqual([
      "accountKey (accountKey): The account key has neither a letter nor a digit. Leave it out where there is none.",
    ]);
    expect(problemsOf({ accountKey: "s3cret\u200b" })).toEqual([
      "accountKey (accountKey): The account key holds an invisible character, so it is perhaps not the one that single sign-on sends. Enter it again.",
    ]);
  });
});

describe("a line that is no record", () => {
  const KIND = '`kind` has to be "personal" or "functional", so nothing says which kind of account it is.';
  const END = 'The last line has to be `{"end":true,"count":n}` and nothing else.';
  test.each([
    ["{", "This is not JSON, or only a part of a line."],
    ['{"accountKey":"s3cr', "This is not JSON, or only a part of a line."],
    ["kind,email", "This is not JSON, or only a part of a line."],
    ["[]", "A line has to be one object of JSON: `{…}`."],
    ["null", "A line has to be one object of JSON: `{…}`."],
    ['"text"', "A line has to be one object of JSON: `{…}`."],
    ["{}", KIND],
    ['{"kind":"person"}', KIND],
    ['{"kind":["personal"]}', KIND],
    ['{"end":true}', END],
    ['{"end":"true","count":1}', END],
    ['{"end":true,"count":"1"}', END],
    ['{"end":true,"count":-1}', END],
    ['{"end":true,"count":1.5}', END],
    ['{"end":true,"count":1,"kind":"personal"}', END],
  ])("%s", (line, message) => {
    expect(read(line)).toEqual({ type: "wrong", message });
  });

  it("is none beside the end", () => {
    expect(read('{"end":true,"count":0}')).toEqual({ type: "end", count: 0 });
  });
});

describe("a property that is named twice", () => {
  const doubts = (line: string) => {
    const given = read(line);
    return given.type === "record"
      ? given.record.problems.map(({ attribute, field, message }) => `${attribute} (${field}): ${message}`)
      : given;
  };
  const TWICE = "It is named twice in the line, so nothing says which one is meant.";

  it.each([
    ['{"kind":"personal","email":"a@example.org","email":"b@example.org"}', "email"],
    ['{"kind":"personal","email":"a@example.org","active":true,"active":false}', "active"],
    ['{"kind":"personal","email":"a@example.org","active":true, "\\u0061ctive" : null}', "active"],
    ['{"kind":"personal","email":"a\\"@example.org","aliases":["x:\\\\"],"id":"1","id":"1"}', "id"],
  ])("holds that field: %s", (line, field) => {
    expect(doubts(line)).toEqual([`${field} (${field}): ${TWICE}`]);
    const given = read(line);
    expect(given.type === "record" && Object.keys(given.record)).not.toContain(field);
  });

  it("holds the record where it decides what the record is", () => {
    expect(doubts('{"kind":"personal","id":"1","supplement":true,"supplement":false}')).toEqual([
      `supplement (undefined): ${TWICE}`,
    ]);
    expect(read('{"kind":"personal","kind":"functional","id":"1"}')).toEqual({
      type: "wrong",
      message: "`kind` is named twice in the line, so nothing says which one is meant.",
    });
    for (const line of ['{"end":true,"count":9,"count":1}', '{"end":false,"end":true,"count":1}'])
      expect(read(line)).toEqual({
        type: "wrong",
        message: 'The last line has to be `{"end":true,"count":n}` and nothing else.',
      });
  });

  it("answers no filter from `extra`, at any depth of it", () => {
    for (const extra of ['"extra":{"a":"b","a":"c"}', '"extra":{"a":"b"},"extra":{"a":"c"}']) {
      const given = read(`{"kind":"personal","id":"1",${extra}}`);
      expect(given.type === "record" && given.own("a")).toBe("unreadable");
    }
  });

  it("is not seen where objects of a list, or texts, hold like names", () => {
    expect(
      doubts('{"kind":"personal","id":"1","extra":{"a":[{"b":1},{"b":2}],"kind":"\\"id\\":1,"}}'),
    ).toEqual([]);
  });
});

describe("the published schema", () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../../schemas/record.schema.json", import.meta.url), "utf8"),
  );
  const isValid = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 6 }),
    fc.constantFrom("", " ", "a\tb", "a\u0007b", "a\u0085b", "a\u009fb"),
    fc.constant(null),
    fc.integer(),
  );
  const list = fc.oneof(fc.array(text, { maxLength: 3 }), fc.constantFrom(null, "a@example.org", {}));
  const flag = fc.constantFrom(true, false, null, "true", 0);
  const line = fc.record(
    {
      kind: fc.constantFrom("personal", "functional", "person", null),
      email: text,
      id: text,
      division: text,
      phone: text,
      accountKey: text,
      aliases: list,
      delegates: list,
      active: flag,
      supplement: flag,
      extra: fc.constantFrom({}, { a: "b" }, null),
      fullname: fc.constantFrom("Ann"),
      end: fc.constantFrom(true, false),
      count: fc.constantFrom(0, 3, -1, 1.5, "3"),
    },
    { requiredKeys: [] },
  );

  it("takes a line exactly where zivsync takes it without a doubt", () => {
    fc.assert(
      fc.property(line, (one) => {
        const given = read(one);
        const isTaken =
          given.type === "end" || (given.type === "record" && given.record.problems.length === 0);
        expect({ one, isTaken }).toEqual({ one, isTaken: isValid(one) });
      }),
      { numRuns: 2_000 },
    );
  });
});
