import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson } from "../../../src/model/values/json.ts";
import { ListSplitter, Taken } from "../../../src/zivver/lists/list-splitter.ts";
import { runs } from "../../support/runs.ts";

/** What a splitter makes of bytes that come in pieces of these sizes, over and over. */
function split(bytes: Buffer, sizes: readonly number[]): unknown {
  const splitter = new ListSplitter((resource) => resource);
  for (let at = 0, nth = 0; at < bytes.length; nth += 1) {
    const to = at + (sizes[nth % sizes.length] ?? 1);
    splitter.write(bytes.subarray(at, to));
    at = to;
  }
  const result = splitter.end();
  return result === "unreadable" ? result : untaken(result.json);
}

function untaken(json: unknown): unknown {
  if (typeof json !== "object" || json === null || Array.isArray(json) || !("Resources" in json)) return json;
  const { Resources: list } = json;
  if (!Array.isArray(list)) return json;
  return { ...json, Resources: list.map((one) => (one instanceof Taken ? one.value : one)) };
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const awkward = fc.constantFrom('"', "\\", '\\"', "é", "\u{1f600}", "Resources", "[", "{", "},{", "");
const text = fc.oneof(fc.string(), awkward);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(text, tie("tree"), { maxKeys: 3 }),
  ),
}));
const resource = fc.record({ id: fc.oneof(text, fc.integer()), name: text, members: tree });
const answer = fc.record(
  {
    schemas: fc.array(text),
    totalResults: fc.integer(),
    Resources: fc.oneof(fc.array(fc.oneof({ weight: 5, arbitrary: resource }, tree), { maxLength: 6 }), tree),
    more: tree,
  },
  { requiredKeys: [] },
);
const written = fc
  .tuple(fc.oneof({ weight: 5, arbitrary: answer }, tree), fc.constantFrom(undefined, 2, "\t"))
  .map(([json, space]) => JSON.stringify(json, null, space));

test("a list in pieces is what JSON.parse makes of it whole", () => {
  fc.assert(
    fc.property(written, sizes, (body, some) => {
      expect(split(Buffer.from(body), some)).toEqual(JSON.parse(body));
    }),
    { numRuns: runs(300, 2000) },
  );
});

test("a list with a byte changed, cut or added is refused where JSON.parse refuses it", () => {
  const change = fc.tuple(
    fc.nat(),
    fc.constantFrom(...'"\\,[]{}: 0aé'),
    fc.constantFrom("set", "cut", "add", "end"),
  );
  fc.assert(
    fc.property(written, fc.array(change, { minLength: 1, maxLength: 3 }), sizes, (body, changes, some) => {
      let changed = body;
      for (const [place, letter, how] of changes) {
        const at = place % (changed.length + 1);
        const after = changed.slice(how === "add" ? at : at + 1);
        changed =
          changed.slice(0, at) +
          (how === "cut" || how === "end" ? "" : letter) +
          (how === "end" ? "" : after);
      }
      if (/\p{Cs}/u.test(changed)) return;
      expect(split(Buffer.from(changed), some)).toEqual(parseJson(changed));
    }),
    { numRuns: runs(600, 4000) },
  );
});

const odd: { name: string; body: string }[] = [
  {
    name: "two lists, of which the last counts",
    body: '{"Resources":[{"id":"a"},{"id":"b"}],"Resources":[{"id":"c"}]}',
  },
  { name: "a list, then no list", body: '{"Resources":[{"id":"a"}],"Resources":5}' },
  { name: "a name written with an escape", body: '{"\\u0052esources":[{"id":"a"},7,{"id":"b"}]}' },
  { name: "a value that is called like the list", body: '{"a":"Resources","b":[{"id":"a"}]}' },
  { name: "a list of lists", body: '{"Resources":[[{"id":"a"}],{"id":"b"}]}' },
  { name: "a list at another depth", body: '[{"Resources":[{"id":"a"}]}]' },
  { name: "no comma", body: '{"Resources":[{"id":"a"} {"id":"b"}]}' },
  { name: "two commas", body: '{"Resources":[{"id":"a"},,{"id":"b"}]}' },
  { name: "a comma too many", body: '{"Resources":[{"id":"a"},]}' },
  { name: "a letter between two", body: '{"Resources":[{"id":"a"},x{"id":"b"}]}' },
  { name: "a word between two", body: '{"Resources":[{"id":"a"},null,{"id":"b"}]}' },
  { name: "a number that runs into the next", body: '{"Resources":[10{"id":"a"},{"id":"b"}]}' },
  { name: "a sign before one", body: '{"Resources":[-{"id":"a"}]}' },
  { name: "a fraction after one", body: '{"Resources":[{"id":"a"}.5]}' },
  { name: "brackets that do not match", body: '{"Resources":[{"id":"a"],"b":1}}' },
  { name: "more after the end", body: '{"Resources":[{"id":"a"}]}{' },
  { name: "cut off", body: '{"Resources":[{"id":"a"},{"id":' },
  { name: "nothing", body: "" },
];

test.for(odd)("$name", ({ body }) => {
  for (const size of [1, 3, 1000]) expect(split(Buffer.from(body), [size])).toEqual(parseJson(body));
});

test("what is not UTF-8 is called so, in a resource and around it", () => {
  const good = Buffer.from('{"a":"x","Resources":[{"id":"a"}]}');
  for (const letter of ["x", "a"]) {
    const bad = Buffer.from(good);
    bad[good.lastIndexOf(letter)] = 0xff;
    expect(split(bad, [5])).toBe("unreadable");
  }
});

const MIXED =
  '{"a":"x\\"[,\\\\","b\\\\":[1,{"Resources":[2]}],"Resources":[{"id":"é","n":"}],{","m":[{"c":[]}]},{"id":"b"},{"no":"id"} ],"c":{"d":"]"}}';

test("every byte of a list is judged as JSON.parse judges it, wherever the pieces end", () => {
  const wrong: unknown[] = [];
  const look = (text: string) => {
    const expected = JSON.stringify(parseJson(text)) ?? "";
    for (const size of [1, 2, 7, 1000])
      if ((JSON.stringify(split(Buffer.from(text), [size])) ?? "") !== expected) wrong.push({ text, size });
  };
  for (let at = 0; at <= MIXED.length; at++) {
    look(MIXED.slice(0, at));
    look(MIXED.slice(0, at) + MIXED.slice(at + 1));
    for (const letter of '"\\,[]{}:0') look(MIXED.slice(0, at) + letter + MIXED.slice(at));
  }
  look(MIXED);
  expect(wrong).toEqual([]);
});

test("a resource with an id is taken as soon as it is there, in its place, and one without is left", () => {
  const taken: unknown[] = [];
  const splitter = new ListSplitter((resource) => taken.push(resource));
  splitter.write(Buffer.from('{"Resources":[{"id":"a"},7,{"id":""},{"id":7},{"id":"b"},{"i'));
  expect(taken).toEqual([{ id: "a" }, { id: "b" }]);
  splitter.write(Buffer.from('d":"c"}]}'));
  expect(splitter.end()).toEqual({
    json: { Resources: [new Taken("a", 1), 7, { id: "" }, { id: 7 }, new Taken("b", 2), new Taken("c", 3)] },
  });
});

test("after a break or a byte that is not UTF-8, nothing more is taken", () => {
  for (const [bad, end] of [
    ['{"id":"x",}', { json: undefined }],
    ['{"id":"\xff"}', "unreadable"],
  ] as const) {
    const taken: unknown[] = [];
    const splitter = new ListSplitter((resource) => taken.push(resource));
    splitter.write(Buffer.from(`{"Resources":[${bad},`, "latin1"));
    splitter.write(Buffer.from('{"id":"b"}]}'));
    expect(splitter.end()).toEqual(end);
    expect(taken).not.toContainEqual({ id: "b" });
  }
});
