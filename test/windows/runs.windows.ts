import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { workplace } from "../support/cli.ts";
import { WINDOWS_NODE, windowsPath } from "./support/machine.ts";
import { type Stage, staged } from "./support/stage.ts";
import { begin, folderIn, OPEN_FILES, windowsForAll } from "./support/windows.ts";

/** The whole way on Windows: plans, applies, locks, files that others have open, programs that nobody meant. */

const windows = windowsForAll();
const NEW = ["Nieuw é p1", "Nieuw é p2", "Nieuw é p3", "Nieuw é p4", "Zoë"];
const OLD = ["Oud p1", "Oud p2", "Oud p3", "Oud p4"];
const PROGRAM = WINDOWS_NODE.words.at(-1) ?? "";
const NO_GIT = "there is no `git` on this machine";
const FILE_STATE = "state: { store: file, path: '..\\state.jsonl' }\n";

async function planned(stage: Stage, ...words: readonly string[]) {
  expect(await windows.run(stage.place, ["plan", ...words])).toMatchObject({ code: 0 });
  const plan = await stage.plan();
  return {
    plan,
    journal: `plan.json.${plan.seal.slice(-8)}.journal`,
    apply: ["apply", "plan.json", "--approve", plan.digest],
  };
}

/** A stage on which requests can be held back. */
async function heldStage(extra = "") {
  let held: Promise<void> | undefined;
  let requested = () => {};
  const onRequest = async () => {
    requested();
    await held;
  };
  const stage = await staged(extra, { onRequest });
  const holdBack = () => {
    let letGo = () => {};
    held = new Promise((resolve) => {
      letGo = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      requested = resolve;
    });
    return { arrived, letGo };
  };
  return { stage, holdBack };
}

describe("an apply", () => {
  it("does what its plan says, and leaves nothing to do", async () => {
    const stage = await staged();
    const { apply } = await planned(stage);
    expect(await windows.run(stage.place, apply)).toMatchObject({ code: 0, out: "Applied 5.\n" });
    expect(stage.names()).toEqual(NEW);
    const again = ["plan", "--detailed-exitcode", "-o", "again.json"];
    expect(await windows.run(stage.place, again)).toMatchObject({ code: 0 });
  });

  it("takes a plan by a path of a drive", async () => {
    const stage = await staged();
    const { plan } = await planned(stage);
    const path = windowsPath(join(stage.place.folder, "plan.json"));
    const run = await windows.run(stage.place, ["apply", path, "--approve", plan.digest]);
    expect(run).toMatchObject({ code: 0, out: "Applied 5.\n" });
  });

  it("refuses another digest than the plan's, and sends nothing", async () => {
    const stage = await staged();
    const { apply, plan } = await planned(stage);
    const other = plan.digest.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    expect(await windows.run(stage.place, [...apply.slice(0, -1), other])).toMatchObject({ code: 3 });
    expect(stage.names()).toEqual(OLD);
  });

  it("refuses a plan that an editor of Windows wrote again with a changed name", async () => {
    const stage = await staged();
    const { apply } = await planned(stage);
    const text = await stage.place.read("plan.json");
    await stage.place.write({ "plan.json": text.replaceAll("Zoë", "Zoé").replaceAll("\n", "\r\n") });
    expect(await windows.run(stage.place, apply)).toMatchObject({ code: 3 });
    expect(stage.names()).toEqual(OLD);
  });

  it("refuses a plan that was applied", async () => {
    const stage = await staged();
    const { apply } = await planned(stage);
    expect(await windows.run(stage.place, apply)).toMatchObject({ code: 0 });
    expect(await windows.run(stage.place, apply)).toMatchObject({ code: 3 });
  });

  it("is undone by a revert", async () => {
    const stage = await staged(FILE_STATE);
    const { apply, journal } = await planned(stage);
    expect(await windows.run(stage.place, apply)).toMatchObject({ code: 0 });
    for (const name of [".\\*.journal", windowsPath(join(stage.place.folder, "*.journal"))])
      expect((await windows.run(stage.place, ["journal", "export", name])).out).toContain("Zoë");
    const back = ["revert", `.\\${journal}`, "-o", "back.json"];
    expect(await windows.run(stage.place, back)).toMatchObject({ code: 0 });
    const { digest } = await stage.plan("back.json");
    const undo = ["apply", "back.json", "--approve", digest];
    expect(await windows.run(stage.place, undo)).toMatchObject({ code: 0 });
    expect(stage.names()).toEqual([...OLD, "Zoë"]);
  });

  it("that was killed goes on when it is run again, and does nothing twice", async () => {
    const { stage, holdBack } = await heldStage(FILE_STATE);
    const { apply, journal } = await planned(stage);
    const { arrived, letGo } = holdBack();
    const running = begin(stage.place, apply);
    await Promise.race([arrived, running.ended]);
    running.kill();
    expect(await running.ended).toMatchObject({ code: null });
    letGo();
    expect(await begin(stage.place, apply).ended).toMatchObject({ code: 0 });
    expect(stage.names()).toEqual(NEW);
    expect((await stage.place.read(journal)).match(/"type":"end"/g)).toHaveLength(1);
  });

  it("goes on after a line that a loss of power left torn", async () => {
    const stage = await staged();
    const { apply, journal, plan } = await planned(stage);
    const first = {
      type: "begin",
      at: new Date().toISOString(),
      digest: plan.digest,
      seal: plan.seal,
      zivsync: "0.1.0",
    };
    await stage.place.write({ [journal]: `${JSON.stringify(first)}\n{"type":"sta` });
    expect(await windows.run(stage.place, apply)).toMatchObject({ code: 0, out: "Applied 5.\n" });
    expect(await stage.place.read(journal)).toContain('"type":"resume"');
  });
});

describe("two applies at once", () => {
  it("are refused from two processes, and the second is taken after the first", async () => {
    const { stage, holdBack } = await heldStage();
    const { apply } = await planned(stage);
    const { arrived, letGo } = holdBack();
    const running = begin(stage.place, apply);
    await Promise.race([arrived, running.ended]);
    const session = await folderIn(stage.place, "session");
    const elsewhere = { TEMP: windowsPath(session), TMP: windowsPath(session) };
    const second = await windows.run(stage.place, apply, elsewhere).finally(letGo);
    expect(second).toMatchObject({ code: 3, err: expect.stringContaining("plan-locked") });
    expect(await running.ended).toMatchObject({ code: 0, out: "Applied 5.\n" });
    expect(stage.names()).toEqual(NEW);
  });
});

describe("a state in a file", () => {
  it("is written by an apply and read by the next plan", async () => {
    const stage = await staged(FILE_STATE);
    const { apply } = await planned(stage);
    expect(await windows.run(stage.place, apply)).toMatchObject({ code: 0 });
    expect(await stage.place.read("state.jsonl")).toContain("zivsync");
    expect(await windows.run(stage.place, ["plan", "--detailed-exitcode"])).toMatchObject({ code: 0 });
  });

  it("that another program has open is saved by the next run of the same apply", async () => {
    const stage = await staged(FILE_STATE);
    const { apply } = await planned(stage);
    await writeFile(join(stage.place.folder, OPEN_FILES), "state.jsonl\n");
    const run = await windows.run(stage.place, apply);
    expect(run).toMatchObject({ code: 4, err: expect.stringContaining("file-unwritable") });
    await writeFile(join(stage.place.folder, OPEN_FILES), "");
    const again = await windows.run(stage.place, ["apply", "plan.json"]);
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining("The state is saved.") });
  });
});

describe("a name that is no file's own", () => {
  it.each([
    [["plan", "-o", "nul"], "nul is a device of Windows"],
    [["plan", "-o", "plan-05:17.json"], "Windows has no names with `:`"],
    [["plan", "-o", "STATE.jsonl"], "This is the file of the state"],
    [["sync", "--routine", "sync.json", "--waiting", ".\\SYNC.json"], "name the same file"],
  ])("is refused: %j", async (words, message) => {
    const stage = await staged(FILE_STATE);
    const run = await windows.run(stage.place, words);
    expect(run).toMatchObject({ code: 1, out: "", err: expect.stringContaining(message) });
  });
});

describe("a file that another program has open", () => {
  it("is not replaced by a plan, which says so", async () => {
    const stage = await staged();
    await stage.place.write({ "plan.json": "old", [OPEN_FILES]: "plan.json\n" });
    const run = await windows.run(stage.place, ["plan"]);
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining("file-unwritable") });
    expect(await stage.place.read("plan.json")).toBe("old");
  });

  it("is not replaced by a report, which is written once it is closed", async () => {
    const stage = await staged();
    await planned(stage);
    await stage.place.write({ "plan.html": "old", [OPEN_FILES]: "plan.html\n" });
    const words = ["show", "plan.json", "-f", "html", "-o", ".\\plan.html"];
    expect(await windows.run(stage.place, words)).toMatchObject({ code: 1 });
    await stage.place.write({ [OPEN_FILES]: "" });
    expect(await windows.run(stage.place, words)).toMatchObject({ code: 0, out: "" });
    expect(await stage.place.read("plan.html")).toContain("Zoë");
  });
});

describe("programs with the names of Git and OpenSSH", () => {
  const SYSTEM = "C:\\windows\\system32";
  const plan = async (stage: Stage, PATH: string) => {
    const run = await windows.run(stage.place, ["plan"], { PATH });
    expect(run.code).toBe(1);
    return run.err;
  };
  /** A program that runs, and answers as neither Git nor OpenSSH would. */
  const put = async (stage: Stage, folder: string, name: string) =>
    copyFile(PROGRAM, join(await folderIn(stage.place, folder), name));

  it("git.exe of a folder on the PATH is run, to show that the one below could be", async () => {
    const stage = await staged("state: { store: git }\n");
    await put(stage, "bin", "git.exe");
    const bin = windowsPath(join(stage.place.folder, "bin"));
    expect(await plan(stage, `${bin};${SYSTEM}`)).not.toContain(NO_GIT);
  });

  it.each([[SYSTEM], [`.;${SYSTEM}`], [`;${SYSTEM}`]])(
    "git.exe in the configuration and in the working folder is never run with the PATH %s",
    async (path) => {
      const stage = await staged("state: { store: git }\n");
      await put(stage, "desired-state", "git.exe");
      await put(stage, ".", "git.exe");
      expect(await plan(stage, path)).toContain(NO_GIT);
    },
  );

  it("ssh-keygen.exe in the working folder is never run", async () => {
    const stage = await staged();
    await planned(stage);
    await put(stage, ".", "ssh-keygen.exe");
    await stage.place.write({ key: "no key" });
    const words = ["approve", "plan.json", "--key", "key"];
    for (const PATH of [SYSTEM, `.;${SYSTEM}`, `;${SYSTEM}`])
      expect(await windows.run(stage.place, words, { PATH })).toMatchObject({
        code: 1,
        err: expect.stringContaining("ssh-keygen cannot be started here"),
      });
  });
});

describe("what needs no organisation", () => {
  it("shows the demo in a process of its own", async () => {
    const run = await begin(await workplace(), ["demo"]).ended;
    expect(run).toMatchObject({ code: 0, err: expect.stringContaining("That was the whole way.") });
  });

  it.each([["--version"], ["--help"]])("answers %s", async (word) => {
    const run = await windows.run(await workplace(), [word]);
    expect(run).toMatchObject({ code: 0, err: "" });
  });
});
