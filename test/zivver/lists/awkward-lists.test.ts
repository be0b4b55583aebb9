import { expect, test } from "vitest";
import { ListSplitter, Taken } from "../../../src/zivver/lists/list-splitter.ts";

/* Lists that are easily taken apart in the wrong place, in pieces of every size: JSON.parse says what is in them. */

/** What a splitter makes of a text in pieces of one size, and which resources it took one by one. */
function split(text: string, size: number) {
  const splitter = new ListSplitter((resource) => resource);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) splitter.write(bytes.subarray(at, at + size));
  const end = splitter.end();
  if (end === "unreadable") return { json: end, taken: 0 };
  let taken = 0;
  const json = JSON.parse(
    JSON.stringify(end.json ?? null, (_, one) => {
      if (!(one instanceof Taken)) return one;
      taken += 1;
      return one.value;
    }),
  );
  return { json, taken };
}

test.each<{ name: string; text: string; taken: number }>([
  { name: "resources", text: '{"Resources":[{"id":"1"},{"id":"2"},{"id":"3"}]}', taken: 3 },
  { name: "resources with spaces between", text: '{ "Resources" : [ {"id":"1"} , {"id":"2"} ] }', taken: 2 },
  { name: "no resource", text: '{"Resources":[],"totalResults":0}', taken: 0 },
  {
    name: "what is not a resource among them",
    text: '{"Resources":[{"id":"1"},2,[{"id":"3"}],"4",{"id":"5"},null]}',
    taken: 2,
  },
  {
    name: "a list in a resource",
    text: '{"Resources":[{"id":"1","members":[{"value":"1"},{"value":"2"}]},{"id":"2"}]}',
    taken: 2,
  },
  {
    name: "a list of another name",
    text: '{"others":[{"id":"1"}],"Resources":[{"id":"2"}],"more":[{"id":"3"}]}',
    taken: 1,
  },
  {
    name: "a list of that name further inside",
    text: '{"inside":{"Resources":[{"id":"1"}]},"list":[{"id":"2"}]}',
    taken: 0,
  },
  { name: "an object of that name", text: '{"Resources":{"id":"1"}}', taken: 0 },
  {
    name: "two lists of that name: the last counts",
    text: '{"Resources":[{"id":"1"},{"id":"2"}],"Resources":[{"id":"3"}]}',
    taken: 1,
  },
  {
    name: "quotes and brackets in texts",
    text: '{"Resources":[{"id":"\\"},{"},{"id":"\\\\"},{"id":"]}"}]}',
    taken: 3,
  },
  {
    name: "escapes at the end of a text outside",
    text: '{"a":"\\\\","b":"\\"[{","Resources":[{"id":"1"}]}',
    taken: 1,
  },
  { name: "an escaped name", text: '{"\\u0052esources":[{"id":"1"}]}', taken: 1 },
  {
    name: "characters of several bytes",
    text: '{"é":"\u{1f600}","Resources":[{"id":"\u{1f600}"},{"id":"é"}]}',
    taken: 2,
  },
])("$name", ({ text, taken }) => {
  for (const size of [1, 2, 3, 5, 7, 11, 16, 1000])
    expect({ size, ...split(text, size) }).toEqual({ size, json: JSON.parse(text), taken });
});

test.each<{ name: string; text: string }>([
  { name: "without an end", text: '{"Resources":[{"id":"1"},{"id":"2"}' },
  { name: "with a word between resources", text: '{"Resources":[{"id":"1"}x,{"id":"2"}]}' },
  { name: "with a number beside a resource", text: '{"Resources":[{"id":"1"}1,{"id":"2"}]}' },
  { name: "with a comma too many", text: '{"Resources":[{"id":"1"},,{"id":"2"}]}' },
  { name: "with a comma too few", text: '{"Resources":[{"id":"1"}{"id":"2"}]}' },
  { name: "with a resource that is not JSON", text: '{"Resources":[{"id":1x},{"id":"2"}]}' },
  { name: "with two brackets mixed up", text: '{"Resources":[{"id":"1"],{"id":"2"}]}' },
])("JSON $name is none", ({ text }) => {
  for (const size of [1, 2, 3, 5, 7, 11, 16, 1000])
    expect({ size, json: split(text, size).json }).toEqual({ size, json: null });
});

test.each<{ name: string; bytes: Buffer }>([
  { name: "in a resource", bytes: Buffer.from('{"Resources":[{"id":"\xff"}]}', "latin1") },
  { name: "beside the list", bytes: Buffer.from('{"a":"\xff","Resources":[{"id":"1"}]}', "latin1") },
])("bytes that are not UTF-8 are unreadable: $name", ({ bytes }) => {
  for (const size of [1, 3, 1000]) {
    const splitter = new ListSplitter((resource) => resource);
    for (let at = 0; at < bytes.length; at += size) splitter.write(bytes.subarray(at, at + size));
    expect(splitter.end()).toBe("unreadable");
  }
});
