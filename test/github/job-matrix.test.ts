import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildJobMatrix,
  type ConfigurationFolder,
  MOST_JOBS,
  organizationNames,
  parseShard,
} from "../../src/github/job-matrix.ts";
import { planEnvironment } from "../../src/github/workflow-template.ts";
import { InputError } from "../../src/model/values/errors.ts";

const folder = (directory: string, ...profiles: string[]): ConfigurationFolder => ({ directory, profiles });
const numbered = (count: number) =>
  Array.from({ length: count }, (_, at) => folder(`o${String(at).padStart(4, "0")}`, "all"));

describe("the names of organisations", () => {
  it.each([
    ["desired-state", "organization"],
    [".", "organization"],
    ["hospital-a/desired-state", "hospital-a"],
    ["clients/St. Élisabeth (Nord)/desired-state", "clients-st-elisabeth-nord"],
    ["../other/config", "other-config"],
    ["desired-state/east", "desired-state-east"],
    ["病院", "organization"],
  ])("%s is %s", (directory, name) => {
    expect(organizationNames([directory]).get(directory)).toBe(name);
  });

  it("are unique, and hang on no order", () => {
    const directories = ["a/b", "a-b", "a b/desired-state", "c"];
    const names = organizationNames(directories);
    expect(names).toEqual(organizationNames([...directories].reverse()));
    expect(names.get("c")).toBe("c");
    expect(names.get("a/b")).toMatch(/^a-b-[0-9a-f]{20}$/);
    expect(new Set(names.values()).size).toBe(4);
  });

  it("never make the environment of one organisation that of another", () => {
    const [plain, digested] = ["a/b", "a-b"].map((path) => organizationNames(["a/b", "a-b"]).get(path));
    const directories = [
      "a/b",
      "a-b",
      `${plain}`,
      `${digested}/desired-state`,
      "c",
      "c-plan",
      "c/plan",
      "plan",
    ];
    const names = organizationNames(directories);
    for (const pattern of ["zivver-*", "*", "zivver-plan-*"]) {
      const environments = [...names.values()].flatMap((name) => {
        const environment = pattern.replace("*", name);
        return [environment, planEnvironment(environment)];
      });
      expect(new Set(environments).size).toBe(2 * directories.length);
    }
    expect(names.get("c")).toBe("c");
  });

  it("can be in any name on GitHub", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1 }), { maxLength: 20 }),
        (texts) => {
          const names = [...organizationNames(texts).values()];
          expect(new Set(names).size).toBe(texts.length);
          for (const name of names) expect(name).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,100}[a-z0-9])?$/);
        },
      ),
    );
  });
});

describe("the matrix", () => {
  const two = [folder("b/desired-state", "people", "desks"), folder("a/desired-state", "all")];

  it("has an entry a folder, in a stable order", () => {
    const expected = {
      include: [
        { organization: "a", directory: "a/desired-state", profiles: "" },
        { organization: "b", directory: "b/desired-state", profiles: "" },
      ],
    };
    expect(buildJobMatrix(two, { by: "organization" })).toEqual(expected);
    expect(buildJobMatrix([...two].reverse(), { by: "organization" })).toEqual(expected);
  });

  it("has an entry a profile", () => {
    expect(buildJobMatrix(two, { by: "profile" }).include).toEqual([
      { organization: "a", directory: "a/desired-state", profiles: "all" },
      { organization: "b", directory: "b/desired-state", profiles: "people" },
      { organization: "b", directory: "b/desired-state", profiles: "desks" },
    ]);
  });

  it("keeps the name of a folder, whichever others are kept", () => {
    const folders = [folder("a-b", "all"), folder("a/b", "all")];
    const all = buildJobMatrix(folders, { by: "organization" }).include;
    expect(buildJobMatrix(folders, { by: "organization", kept: new Set(["a/b"]) }).include).toEqual(
      all.filter(({ directory }) => directory === "a/b"),
    );
    expect(buildJobMatrix(folders, { by: "organization", kept: new Set() })).toEqual({ include: [] });
  });

  it("refuses more jobs than GitHub makes, and says how to divide them", () => {
    expect(buildJobMatrix(numbered(MOST_JOBS), { by: "organization" }).include).toHaveLength(256);
    let thrown: unknown;
    try {
      buildJobMatrix(numbered(600), { by: "organization" });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InputError);
    expect((thrown as InputError).problems).toEqual([
      {
        code: "usage",
        where: "zivsync matrix",
        message: "This matrix has 600 entries, and GitHub makes at most 256 jobs of one.",
        remedy: "Divide it among 3 jobs of the workflow: `--shard 1/3` in the first, up to `--shard 3/3`.",
      },
    ]);
    expect(() => buildJobMatrix(numbered(600), { by: "organization", shard: { number: 2, of: 2 } })).toThrow(
      "Part 2 of 2 has 300 entries",
    );
  });

  it("loses and doubles nothing when it is divided", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 9 }), (count, of) => {
        const folders = numbered(count);
        const parts = Array.from(
          { length: of },
          (_, at) => buildJobMatrix(folders, { by: "organization", shard: { number: at + 1, of } }).include,
        );
        expect(
          parts
            .flat()
            .map(({ directory }) => directory)
            .sort(),
        ).toEqual(folders.map(({ directory }) => directory));
        const sizes = parts.map((part) => part.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("a part of a whole", () => {
  it.each([
    ["1/1", { number: 1, of: 1 }],
    ["2/3", { number: 2, of: 3 }],
    ["0/3", undefined],
    ["4/3", undefined],
    ["1/0", undefined],
    ["1", undefined],
    ["1/3/5", undefined],
    ["one/two", undefined],
    ["", undefined],
  ])("%s", (text, shard) => {
    expect(parseShard(text)).toEqual(shard);
  });
});
