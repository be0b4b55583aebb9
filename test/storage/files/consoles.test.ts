import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/*
 * A program that zivsync starts on Windows shows no console of its own, but for the one that may ask for a passphrase: with
 * `windowsHide` its question would be on a console that nobody sees. Windows alone shows this, so the sources are read.
 */

const source = fileURLToPath(new URL("../../../src", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => [file.replaceAll("\\", "/"), readFileSync(`${source}/${file}`, "utf8")] as const);
const STARTS = /\b(?:spawn(?:Sync)?|promisify\(execFile\)|execFile(?:Sync)?|fork)\((?!\))/g;

test("every program that is started says whether it may show a console", () => {
  const starts = files.flatMap(([file, text]) =>
    text.includes('from "node:child_process"')
      ? [...text.matchAll(STARTS)].map(({ index }) => [file, text.slice(index, index + 400)] as const)
      : [],
  );
  expect(starts.length).toBeGreaterThanOrEqual(4);
  const silent = starts.filter(
    ([, call]) => !/^[\s\S]*?windowsHide:[^}]*}/.test(call.slice(0, call.indexOf("})") + 2)),
  );
  expect(silent.map(([file, call]) => `${file}: ${call.split("\n")[0]}`)).toEqual([]);
});

test("only a signature may ask", () => {
  const asking = files.flatMap(([file, text]) => (/\basks: true\b/.test(text) ? [file] : []));
  expect(asking).toEqual(["storage/approvals/signatures.ts"]);
  const signatures = files.find(([file]) => file === "storage/approvals/signatures.ts")?.[1] ?? "";
  expect(signatures.match(/asks: true/g)).toHaveLength(1);
  expect(signatures).toMatch(/"-Y", "sign"[\s\S]{0,300}asks: true/);
  expect(files.find(([file]) => file === "storage/approvals/ssh-keygen.ts")?.[1]).toContain(
    "windowsHide: !asks",
  );
});
