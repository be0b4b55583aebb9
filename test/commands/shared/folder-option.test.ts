import { expect, test } from "vitest";
import { folderOption } from "../../../src/commands/shared/io.ts";

test.each([
  ["desired-state", ""],
  ["hospital-a/desired-state", " -C hospital-a/desired-state"],
  ["C:\\zivsync\\desired-state", " -C C:\\zivsync\\desired-state"],
  ["my configuration", ' -C "my configuration"'],
])("%s is named as a person types it", (directory, option) => {
  expect(folderOption(directory)).toBe(option);
});
