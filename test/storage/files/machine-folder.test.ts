import { chmod, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { machineFolder } from "../../../src/storage/lock/lock.ts";
import { emptyFolder } from "../../support/state-places.ts";

const posix = process.platform !== "win32";

test.runIf(posix)(
  "the first folder that everybody may write to and where nobody removes another's files",
  async () => {
    const place = emptyFolder();
    const folders = [
      ["missing", undefined],
      ["of-one-user", 0o755],
      ["without-sticky-bit", 0o777],
      ["shared", 0o1777],
      ["later", 0o1777],
    ] as const;
    for (const [name, mode] of folders) {
      if (mode === undefined) continue;
      await mkdir(join(place, name));
      await chmod(join(place, name), mode);
    }
    const shared = folders.map(([name]) => join(place, name));
    const machine = { platform: "linux", environment: { TMPDIR: join(place, "later") }, shared } as const;
    expect(await machineFolder(machine)).toBe(join(place, "shared"));
    expect(await machineFolder({ ...machine, shared: shared.slice(0, 3) })).toBe("/tmp");
  },
);

test("on Windows it is in ProgramData, and made where it is missing", async () => {
  const data = join(emptyFolder(), "ProgramData");
  const machine = {
    platform: "win32",
    environment: { ProgramData: data, TEMP: "session" },
    shared: [],
  } as const;
  for (let time = 0; time < 2; time++) expect(await machineFolder(machine)).toBe(join(data, "zivsync"));
  expect(await readdir(data)).toEqual(["zivsync"]);
});
