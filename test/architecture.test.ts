import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const src = join(root, "src");

type Import = { readonly file: string; readonly room: string; readonly target: string };

const present = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(src, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
/** Files and the folders that hold them: Git may leave empty ones behind. */
const entries = [...new Set(present.flatMap(withFolders))].sort();
const files = entries.filter((file) => file.endsWith(".ts"));

function withFolders(path: string): readonly string[] {
  return path === "." ? [] : [path, ...withFolders(dirname(path))];
}

/** The folder that a file of src lies in, or its own name at the top. */
function roomOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : file.replace(/\.ts$/, "");
}

function targetsIn(text: string): string[] {
  const code = text.replace(/^\s*(\/\/|\*).*$/gm, "");
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map(([, target]) => target ?? "");
}

function importsOf(file: string): Import[] {
  const found = targetsIn(readFileSync(join(src, file), "utf8"));
  return found.map((target) => ({ file, room: roomOf(file), target }));
}

const imports = files.flatMap(importsOf);
const inside = imports
  .filter(({ target }) => target.startsWith("."))
  .map(({ file, room, target }) => {
    const path = relative(src, resolve(src, dirname(file), target)).replaceAll("\\", "/");
    return { file, room, path, to: path.startsWith("../") ? "schemas" : roomOf(path) };
  });
const outside = imports.filter(({ target }) => !target.startsWith("."));
const isBuiltin = (target: string) => target.startsWith("node:") || builtinModules.includes(target);
const packageOf = (target: string) =>
  target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");

/** Room → the rooms it may import beside itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  engine: ["model"],
  review: ["model"],
  config: ["model", "file-bytes", "schemas"],
  network: [],
  notify: ["model", "file-bytes", "network"],
  "file-bytes": [],
  sources: ["model", "file-bytes", "network"],
  zivver: ["model", "file-bytes"],
  simulator: ["model", "file-bytes", "zivver"],
  storage: ["model", "file-bytes"],
  github: ["model", "file-bytes", "network"],
  commands: [
    "model",
    "file-bytes",
    "engine",
    "review",
    "config",
    "network",
    "sources",
    "zivver",
    "simulator",
    "storage",
    "github",
    "notify",
  ],
  index: [
    "model",
    "engine",
    "review",
    "config",
    "network",
    "sources",
    "zivver",
    "simulator",
    "storage",
    "github",
    "commands",
  ],
  cli: ["commands"],
};

/** The stages of the engine. Each imports those before it, never one after it. */
const STAGES = [
  "live",
  "readings",
  "desired",
  "match",
  "decide",
  "diff",
  "order",
  "guards",
  "state",
  "plan",
  "apply",
  "revert",
];

describe("who may import whom", () => {
  it("reads every file of src", () => {
    expect(files.length).toBeGreaterThan(40);
    expect(files.map(roomOf).filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  it.each(Object.keys(MAY_IMPORT))("%s imports what it may", (room) => {
    const allowed = [room, ...(MAY_IMPORT[room] ?? [])];
    const wrong = inside.filter((one) => one.room === room && !allowed.includes(one.to));
    expect(wrong.map(({ file, path }) => `${file} imports ${path}`)).toEqual([]);
  });

  it.each(["model", "engine"])("%s uses no Node module and no package", (room) => {
    const wrong = outside.filter((one) => one.room === room);
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it("review uses no Node module", () => {
    const wrong = outside.filter(({ room, target }) => room === "review" && isBuiltin(target));
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it("one npm package is in one file", () => {
    const users = new Map<string, Set<string>>();
    for (const { file, target } of outside) {
      if (!isBuiltin(target))
        users.set(packageOf(target), (users.get(packageOf(target)) ?? new Set()).add(file));
    }
    expect(
      [...users].filter(([, by]) => by.size > 1).map(([name, by]) => `${name}: ${[...by].join(", ")}`),
    ).toEqual([]);
  });

  it("what runs needs no other package: the libraries of src are in the bundle", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(dependencies).toBeUndefined();
    const isName = (target: string) => /^(?:@[\w-]+\/)?[a-z][\w.-]*(?:\/[\w./-]+)?$/.test(target);
    const used = outside.map(({ target }) => target).filter((target) => isName(target) && !isBuiltin(target));
    expect(used).toContain("got");
    expect(used.map(packageOf).filter((name) => !(name in devDependencies))).toEqual([]);
  });

  it("every package is used by src, or CONTRIBUTING.md says what for", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const used = new Set(outside.map(({ target }) => packageOf(target)));
    const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
    const [, toDevelop = ""] = /^To develop: ([\s\S]*?)\n\n/m.exec(page) ?? [];
    const unused = Object.keys(devDependencies).filter((name) => !used.has(name));
    const unknown = unused.filter(
      (name) => !name.startsWith("@types/") && !toDevelop.includes(name.replace("@biomejs/", "")),
    );
    expect(unknown).toEqual([]);
  });
});

describe("the tree", () => {
  const folders = new Map<string, string[]>();
  for (const entry of entries) folders.set(dirname(entry), [...(folders.get(dirname(entry)) ?? []), entry]);

  it("has at most twelve entries in a folder, and twelve rooms", () => {
    const rooms = entries.filter((entry) => !entry.includes("/") && !entry.endsWith(".ts"));
    const large = [...folders, ["src", rooms] as const].filter(
      ([folder, { length }]) => folder !== "." && length > 12,
    );
    expect(large.map(([folder, { length }]) => `${folder}: ${length}`)).toEqual([]);
  });

  it("has the stages of the engine as folders, and no file beside them", () => {
    expect(folders.get("engine")).toEqual(STAGES.map((stage) => `engine/${stage}`).sort());
  });

  it("has stages that import earlier stages only", () => {
    const stageOf = (path: string) => STAGES.indexOf(path.split("/")[1] ?? "");
    const wrong = inside.filter(
      ({ file, room, path, to }) => room === "engine" && to === "engine" && stageOf(path) > stageOf(file),
    );
    expect(wrong.map(({ file, path }) => `${file} imports ${path}`)).toEqual([]);
  });

  it("has no subfolder that imports a file of the folders above it", () => {
    const wrong = inside.filter(
      ({ file, path }) =>
        path.endsWith(".ts") &&
        dirname(path) !== dirname(file) &&
        dirname(file).startsWith(`${dirname(path)}/`),
    );
    expect(wrong.map(({ file, path }) => `${file} imports ${path}`)).toEqual([]);
  });

  it("has no import cycle, imports of types included", () => {
    expect(cyclesOf(new Map(files.map((file) => [file, targetsOf(file)])))).toEqual([]);
  });
});

/** The files of src that a file imports. */
function targetsOf(file: string): readonly string[] {
  return inside.flatMap((one) => (one.file === file && one.path.endsWith(".ts") ? [one.path] : []));
}

/** The cycles of a graph: files that cannot be put in an order in which each imports earlier ones only. */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const left = new Map(graph);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [file, targets] of left) if (!targets.some((target) => left.has(target))) left.delete(file);
  }
  // What imports a cycle without being in it is left over, too: it goes from the other side.
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    const imported = new Set([...left.values()].flat());
    for (const file of left.keys()) if (!imported.has(file)) left.delete(file);
  }
  return [...left.keys()];
}

describe("habits", () => {
  const offenders = (pattern: RegExp, allowed: readonly string[] = []) =>
    files.filter((file) => !allowed.includes(file) && pattern.test(readFileSync(join(src, file), "utf8")));

  it("only cli.ts ends the process or writes to it", () => {
    expect(offenders(/\bconsole\.|process\.exit\b|process\.(stdout|stderr)\.write/, ["cli.ts"])).toEqual([]);
  });

  it("files of others are read to a bound: by readFileBytes alone", () => {
    const own = [
      "file-bytes.ts",
      // The kernel's own answers.
      "storage/lock/process-life.ts",
      // What comes with zivsync, or was just written by it.
      "commands/try/demo.ts",
      "commands/init/workflows.ts",
      "commands/shared/report-page.ts",
      // Its size is looked at before and after.
      "sources/spreadsheet/table/source-file.ts",
    ];
    expect(offenders(/\breadFile(?:Sync)?\(|\bcreateReadStream\(/, own)).toEqual([]);
  });

  it("nothing is exported by default", () => {
    expect(offenders(/^export default/m)).toEqual([]);
  });

  it("types tell the truth: nothing is cast through unknown", () => {
    const cast = files.filter((file) => /\bas unknown as\b/.test(readFileSync(join(src, file), "utf8")));
    expect(cast).toEqual([]);
  });

  it("model and engine keep nothing from one call to the next in a module", () => {
    const keeping = files
      .filter((file) => ["model", "engine"].includes(roomOf(file)))
      .filter((file) =>
        /^(?:export )?(?:let |const \w+ = new (?:Weak)?(?:Map|Set)\b[^(]*\(\))/m.test(
          readFileSync(join(src, file), "utf8"),
        ),
      );
    expect(keeping).toEqual([]);
  });

  it("the engine has no clock and no randomness", () => {
    const pure = files.filter((file) => /^(engine|model)\//.test(file));
    expect(
      pure.filter((file) =>
        /Date\.now\(|new Date\(\)|Math\.random/.test(readFileSync(join(src, file), "utf8")),
      ),
    ).toEqual([]);
  });

  it("no file has more than 400 lines", () => {
    const long = files.map(
      (file) => [file, readFileSync(join(src, file), "utf8").split("\n").length] as const,
    );
    expect(long.filter(([, lines]) => lines > 401)).toEqual([]);
  });
});

describe("the oracle", () => {
  const tests = join(root, "test");
  const truth = readdirSync(join(tests, "truth")).map((file) => join(tests, "truth", file));

  /** The files of test that these import, directly or through others, and themselves. */
  function reached(from: readonly string[]): ReadonlySet<string> {
    const found = new Set(from);
    for (const file of found) {
      for (const target of targetsIn(readFileSync(file, "utf8"))) {
        const path = resolve(dirname(file), target);
        if (target.startsWith(".") && path.startsWith(tests)) found.add(path);
      }
    }
    return found;
  }

  it("imports nothing of the engine that it judges, and no test that does", () => {
    const wrong = [...reached([...truth, join(tests, "campaigns", "truth.campaign.ts")])].filter((file) =>
      targetsIn(readFileSync(file, "utf8")).some((target) => target.includes("/src/engine/")),
    );
    expect(wrong.map((file) => relative(root, file))).toEqual([]);
  });

  it("has files of one idea each", () => {
    const long = truth.filter((file) => readFileSync(file, "utf8").split("\n").length > 401);
    expect(long.map((file) => relative(root, file))).toEqual([]);
  });
});
