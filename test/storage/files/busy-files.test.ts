import { expect, test } from "vitest";
import { isBusy, retryWhileBusy } from "../../../src/storage/files/busy-files.ts";

const trouble = (code: string) => Object.assign(new Error(code), { code });

/** Work that fails so many times, and the pauses that were made meanwhile. */
function failing(times: number, code: string) {
  const pauses: number[] = [];
  let tries = 0;
  return {
    pauses,
    work: async () => {
      tries += 1;
      if (tries <= times) throw trouble(code);
      return tries;
    },
    clock: { sleep: async (milliseconds: number) => void pauses.push(milliseconds) },
  };
}

test.each(["EPERM", "EBUSY"])("what fails with %s is tried again, after growing pauses", async (code) => {
  const { work, clock, pauses } = failing(4, code);
  expect(await retryWhileBusy(work, clock, "win32")).toBe(5);
  expect(pauses).toEqual([10, 20, 40, 80]);
});

test("after 5 seconds of pauses the error is that of the system", async () => {
  const { work, clock, pauses } = failing(Number.POSITIVE_INFINITY, "EBUSY");
  await expect(retryWhileBusy(work, clock)).rejects.toMatchObject({ code: "EBUSY" });
  expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 640, 640, 640, 640, 640, 640]);
  expect(pauses.reduce((sum, pause) => sum + pause)).toBeLessThanOrEqual(5_000);
});

test.each(["ENOSPC", "ENOENT", "EISDIR"])("%s passes by no waiting, and is thrown at once", async (code) => {
  const { work, clock, pauses } = failing(1, code);
  await expect(retryWhileBusy(work, clock)).rejects.toMatchObject({ code });
  expect(pauses).toEqual([]);
});

test.each(["EPERM", "EACCES"])("only Windows says %s of a file that is open elsewhere", async (code) => {
  expect(isBusy(trouble(code))).toBe(process.platform === "win32");
  expect(isBusy(trouble(code), "win32")).toBe(true);
  for (const platform of ["linux", "darwin"] as const) {
    const { work, clock, pauses } = failing(1, code);
    await expect(retryWhileBusy(work, clock, platform)).rejects.toMatchObject({ code });
    expect(pauses).toEqual([]);
  }
  expect(isBusy("EBUSY")).toBe(false);
});
