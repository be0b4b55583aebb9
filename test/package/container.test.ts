import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What the Containerfile says. `test/campaigns/container.campaign.ts` builds the image and runs it. */

const lines = readFileSync(new URL("../../Containerfile", import.meta.url), "utf8")
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
