import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const lines = readFileSync(join(root, "Containerfile"), "utf8")
  .replaceAll("\\\n", " ")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const valuesOf = (name: string) =>
  lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

test("the image runs as a user without rights, by a program and not by a shell", () => {
  expect(valuesOf("USER")).toEqual(["10001:10001"]);
  const [entry = ""] = valuesOf("ENTRYPOINT");
  expect(JSON.parse(entry)).toEqual(["/opt/zivsync/node", "/opt/zivsync/app/dist/cli.js"]);
  expect(valuesOf("RUN")[0]).toMatch(/\bgit\b.*\bopenssh-client\b/);
  const at = (name: string) => lines.findIndex((line) => line.startsWith(name));
  expect(at("USER ")).toBeGreaterThan(
    Math.max(...lines.flatMap((line, index) => (line.startsWith("RUN ") ? [index] : []))),
  );
});

test("its steps, in a plain folder that nothing can write to: the program starts without a shell and without a home", () => {
  const image = mkdtempSync(join(tmpdir(), "zivsync-image-"));
  onTestFinished(() => {
    chmodSync(join(image, "opt/zivsync/app"), 0o755);
    rmSync(image, { recursive: true, force: true });
  });
  const app = join(image, "opt/zivsync/app");
  mkdirSync(join(image, "plans"), { recursive: true });
  // As the bundle has it: what the package holds, beside a Node of its own.
  for (const name of ["dist", "schemas", "desired-state", "templates", "package.json"])
    cpSync(join(root, name), join(app, name), { recursive: true });
  chmodSync(app, 0o555);
  const [, script = ""] = JSON.parse(valuesOf("ENTRYPOINT")[0] ?? "[]");
  expect(existsSync(join(image, script))).toBe(true);
  const env = Object.fromEntries(
    (valuesOf("ENV")[0] ?? "").split(" ").map((pair) => {
      const [name = "", value = ""] = pair.split("=");
      return [name, value.startsWith("/") ? join(image, value) : value];
    }),
  );
  const out = execFileSync(process.execPath, [join(image, script), "demo"], {
    cwd: join(image, "plans"),
    env: { ...env, PATH: "/nonexistent" },
    encoding: "utf8",
  });
  expect(out).toContain("No changes.");
});
