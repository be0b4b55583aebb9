import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { QUESTIONS } from "../../src/zivver/conformance/questions/questions.ts";
import { read, root } from "./pages.ts";

const page = read("docs/compatibility.md");

test("conformance asks as many questions as the page says", () => {
  expect(/asks (\d+) questions/.exec(page)?.[1]).toBe(String(QUESTIONS.length));
});

test("every test that the page names is there", () => {
  const named = [...page.matchAll(/`(test\/[\w/-]+)`/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(2);
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" }).map(
    (file) => `test/${file.replaceAll("\\", "/")}`,
  );
  expect(named.filter((path) => !files.some((file) => file === path || file.startsWith(`${path}.`)))).toEqual(
    [],
  );
});
