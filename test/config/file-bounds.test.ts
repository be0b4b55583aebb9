import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createSecretReader, LONGEST_BYTES } from "../../src/config/secrets/secrets.ts";
import { MAX_BYTES, readConfigFile } from "../../src/config/yaml/config-file.ts";
import { MAX_ALIASES, parseYaml } from "../../src/config/yaml/yaml.ts";
import { type Problem, ZivsyncError } from "../../src/model/values/errors.ts";
import { withFolder } from "./folder.ts";

test("a file of the configuration is read to the bound (MAX_BYTES), and no further", async () => {
  await withFolder({}, async (folder) => {
    const path = join(folder, "a.yaml");
    const read = async (size: number) => {
      const problems: Problem[] = [];
      await writeFile(path, "a: 1\n#".padEnd(size, "x"));
      return [(await readConfigFile(folder, path, problems))?.document.data, problems];
    };
    expect(await read(MAX_BYTES)).toEqual([{ a: 1 }, []]);
    expect(await read(MAX_BYTES + 1)).toEqual([
      undefined,
      [
        {
          code: "file-unreadable",
          where: "a.yaml",
          message: "The file is larger than 5 MB, and no such file is written by hand.",
          remedy: "Divide it into several.",
        },
      ],
    ]);
  });
});

describe("YAML", () => {
  test("has aliases to the bound (MAX_ALIASES), and no more", () => {
    const codes = (aliases: number) => {
      const problems: Problem[] = [];
      parseYaml(`a: &x 1\nb: [${Array(aliases).fill("*x").join(",")}]`, "x.yaml", problems);
      return problems.map(({ code }) => code);
    };
    expect([codes(MAX_ALIASES), codes(MAX_ALIASES + 1)]).toEqual([[], ["yaml-alias-bomb"]]);
  });
});

test("a file of a secret is read to the bound (LONGEST_BYTES), and no further", async () => {
  await withFolder({}, async (folder) => {
    const path = join(folder, "secret");
    const read = async (size: number) => {
      await writeFile(path, "k".repeat(size));
      return createSecretReader({})({ file: path }, "a.yaml:1:1").then(
        (secret) => secret.reveal().length,
        (error) => (error instanceof ZivsyncError ? error.problems.map(({ code }) => code) : error),
      );
    };
    expect([await read(LONGEST_BYTES), await read(LONGEST_BYTES + 1)]).toEqual([
      LONGEST_BYTES,
      ["file-unreadable"],
    ]);
  });
});
