import { createHmac, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../../../src/model/values/canonical-json.ts";
import { Secret } from "../../../src/model/values/secret.ts";
import { deriveSealKeys } from "../../../src/storage/plan/seal.ts";
import { createPseudonyms } from "../../../src/storage/state/pseudonyms.ts";
import { hostileText } from "../../support/hostile-text.ts";

const URL = "https://app.zivver.com/api/scim/v2";
const names = createPseudonyms(deriveSealKeys(new Secret("key"), URL));
const GUID = "6F9619FF-8B86-D011-B42D-00CF4FC964FF";

/** The documented way to a name, for anyone who holds the secret. */
function byHand(purpose: string, parts: readonly unknown[]): string {
  const key = Buffer.from(hkdfSync("sha256", "key", "zivsync/v1", purpose, 32));
  return createHmac("sha256", key).update(canonicalJson(parts)).digest("hex");
}

test("names are HMACs over canonical JSON, each purpose under a key of its own", () => {
  expect(names.anchor("p", "s\n\u00e9", "personal", GUID)).toBe(
    `hmac-sha256:${byHand("state anchor", ["p", "s\n\u00e9", "personal", GUID.toLowerCase()])}`,
  );
  expect(names.accountKey("z", new Secret("k"))).toBe(
    `hmac-sha256:${byHand("state account key", ["z", "k"])}`,
  );
  expect(names.value("z", "aliases", ["b", "a"])).toBe(
    byHand("state value", ["z", "aliases", ["a", "b"]]).slice(0, 16),
  );
});

test("another profile, source, kind or id is another anchor, whatever is in them", () => {
  const parts = fc.tuple(hostileText, hostileText, fc.constantFrom("personal", "functional"), hostileText);
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const [one, other] = [a, b].map(([profile, source, kind, id]) =>
        names.anchor(profile, source, kind as "personal", id),
      );
      expect(one === other).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
  expect(names.anchor("p", "a,b", "personal", "c")).not.toBe(names.anchor("p", "a", "personal", "b,c"));
});

test("ids compare exactly, but GUIDs however their digits are written", () => {
  const anchor = (id: string) => names.anchor("p", "s", "personal", id);
  expect(anchor("E7")).not.toBe(anchor("e7"));
  expect(anchor("7 ")).not.toBe(anchor("7"));
  expect(anchor(`${GUID} `)).not.toBe(anchor(`${GUID.toLowerCase()} `));
  expect(anchor(`A${GUID}`)).not.toBe(anchor(`a${GUID}`));
  expect(anchor(GUID)).toBe(anchor(GUID.toLowerCase()));
  expect(anchor(`{${GUID}}`)).toBe(anchor(`{${GUID.toLowerCase()}}`));
});

test("equal keys of two accounts have two names, and no purpose has the names of another", () => {
  const key = new Secret("k");
  expect(names.accountKey("a", key)).not.toBe(names.accountKey("b", key));
  expect(names.accountKey("a", key)).not.toBe(names.accountKey("a", new Secret("K")));
  expect(names.accountKey("a", key)).toBe(names.accountKey("a", new Secret("k")));
  expect(names.accountKey("a", key).slice(12, 28)).not.toBe(names.value("a", "accountKey", "k"));
});

test("another organisation or API key gives other names", () => {
  const others = [
    createPseudonyms(deriveSealKeys(new Secret("other"), URL)),
    createPseudonyms(deriveSealKeys(new Secret("key"), `${URL}/2`)),
  ];
  expect(others[0]?.anchor("p", "s", "personal", "7")).not.toBe(names.anchor("p", "s", "personal", "7"));
  // Names depend on the secret alone; which organisation it is is in the first line of the state.
  expect(others[1]?.anchor("p", "s", "personal", "7")).toBe(names.anchor("p", "s", "personal", "7"));
});

test("values differ by account, field, kind and content; lists do not by order", () => {
  const all = [
    names.value("a", "fullName", "x"),
    names.value("b", "fullName", "x"),
    names.value("a", "division", "x"),
    names.value("a", "active", true),
    names.value("a", "active", false),
    names.value("a", "active", null),
    names.value("a", "aliases", []),
    names.value("a", "aliases", [""]),
    names.value("a", "aliases", ["x", "y"]),
    names.value("a", "aliases", ["x,y"]),
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(names.value("a", "aliases", ["y", "x"])).toBe(names.value("a", "aliases", ["x", "y"]));
});
