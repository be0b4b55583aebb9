import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { othersWhoRead, readersIn } from "../../../src/storage/files/access.ts";

it.each([
  [
    "the rights of ProgramData",
    "plan.json\r\nD:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)",
    ["Users"],
  ],
  [
    "those of a folder below C:",
    "D:AI(A;ID;FA;;;BA)(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)",
    ["Users", "Authenticated Users"],
  ],
  ["everybody", "D:(A;;FR;;;WD)(A;;GR;;;S-1-1-0)", ["Everyone"]],
  ["the users of a domain", "D:PAI(A;;0x1200a9;;;S-1-5-21-1-2-3-513)", ["Domain Users"]],
  ["one account and administrators", "D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1301bf;;;S-1-5-21-1-2-3-1105)", []],
  ["who may write and not read", "D:PAI(A;;0x100116;;;BU)(A;;FW;;;WD)(A;;FX;;;WD)", []],
  ["who is denied", "D:PAI(D;;FA;;;WD)", []],
  ["what only folders below get", "D:PAI(A;OICIIO;FA;;;BU)", []],
  ["rights in letters", "D:PAI(A;;CCSWLORC;;;BU)", ["Users"]],
  ["an audit list behind it", "O:BAG:SYD:PAI(A;;FA;;;BA)S:AI(AU;SAFA;FA;;;WD)", []],
  ["nothing", "", []],
  ["no list at all", "icacls: stub", []],
])("reads of an access list who may read: %s", (_, sddl, expected) => {
  expect(readersIn(sddl)).toEqual(expected);
});

it.each([
  [0o600, undefined],
  [0o640, undefined],
  [0o644, "every user of this machine, by its mode 0644"],
  [0o604, "every user of this machine, by its mode 0604"],
])("reads of the mode %i who may read", async (mode, expected) => {
  const folder = await mkdtemp(join(tmpdir(), "zivsync-access-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "key");
  await writeFile(file, "");
  await chmod(file, mode);
  expect(await othersWhoRead(file)).toBe(expected);
});

it("says nothing of a file that is not there", async () => {
  expect(await othersWhoRead(join(tmpdir(), "zivsync-no-such-file"))).toBeUndefined();
});
