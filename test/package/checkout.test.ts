import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("a checkout has the line ends of Unix on Windows, too", () => {
  const listed = execFileSync("git", ["ls-files", "--eol"], { cwd: root, encoding: "utf8" });
  const files = listed
    .trim()
    .split("\n")
    .map((line) => line.split(/\s+/));
  expect(files.length).toBeGreaterThan(1000);
  // `git ls-files --eol` says of each file: in the index, in the checkout, by its attributes.
  const others = files.filter(([index, , ...attributes]) => {
    const isText = index !== "i/-text" && index !== "i/none";
    return isText && !(index === "i/lf" && attributes.includes("eol=lf"));
  });
  expect(others.map((words) => words.join(" "))).toEqual([]);
});

test.each(["install-task.ps1", "zivsync.cmd"])(
  "%s is plain ASCII, which Windows reads in every language",
  (name) => {
    const content = readFileSync(new URL(`../../templates/windows/${name}`, import.meta.url));
    expect([...content].filter((byte) => byte > 126)).toEqual([]);
  },
);
