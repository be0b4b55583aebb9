import { expect, test } from "vitest";
import { InputError } from "../../../src/model/values/errors.ts";
import { checkFileName } from "../../../src/storage/files/file-name.ts";

function messageOf(path: string, platform: NodeJS.Platform): string | undefined {
  try {
    checkFileName(path, platform);
    return undefined;
  } catch (error) {
    return error instanceof InputError ? error.problems[0]?.message : String(error);
  }
}

test.each([
  ["C:\\plans\\CON", "CON is a device of Windows"],
  ["C:\\plans\\nul.json", "nul.json is a device of Windows"],
  ["aux .json", "aux .json is a device of Windows"],
  ["\\\\server\\plans\\com1.tar.gz", "com1.tar.gz is a device of Windows"],
  ["C:/plans/LPT\u00b2", "LPT\u00b2 is a device of Windows"],
  ["C:\\plans\\plan-05:17.json", "Windows has no names with `:`"],
  ["plan?.json", "Windows has no names with `?`"],
])("%s is no file of Windows, and one elsewhere", (path, why) => {
  expect(messageOf(path, "win32")).toBe(`The file cannot be written: ${why}.`);
  expect(messageOf(path, "linux")).toBeUndefined();
});

test.each([
  ["C:\\con\\plan.json"],
  ["C:plan.json"],
  ["\\\\?\\C:\\plans\\plan.json"],
  ["console.json"],
  ["com10"],
  ["null"],
  ["plan (1) é.json"],
])("%s is a file of Windows", (path) => {
  expect(messageOf(path, "win32")).toBeUndefined();
});
