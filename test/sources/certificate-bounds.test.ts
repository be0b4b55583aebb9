import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LARGEST_FILE, readCertificates } from "../../src/sources/ldap/credentials.ts";
import {
  LARGEST_FILE as LARGEST_FOR_ENTRA,
  readClientCertificate,
} from "../../src/sources/microsoft/auth/certificate.ts";
import { problemsOf, withFiles } from "./reading.ts";

const TOO_LARGE = "ca.pem cannot be read (EFBIG).";

/** What is said of a file of so many spaces, which holds no certificate. */
async function said(size: number, read: (file: { path: string; shownAs: string }) => Promise<unknown>) {
  return withFiles({}, async (folder) => {
    const path = join(folder, "ca.pem");
    writeFileSync(path, Buffer.alloc(size, " "));
    const found = await problemsOf(read({ path, shownAs: "ca.pem" }) as never);
    return found.map(({ message }) => message);
  });
}

test("a file of authorities is read to the bound, and no further", async () => {
  const read = (size: number) => said(size, (file) => readCertificates(file, "a.yaml:1:1"));
  expect(await read(LARGEST_FILE)).not.toContain(TOO_LARGE);
  expect(await read(LARGEST_FILE + 1)).toEqual([TOO_LARGE]);
});

test("a certificate for Entra ID is read to the bound, and no further", async () => {
  const read = (size: number) =>
    said(size, (file) =>
      readClientCertificate(file, undefined, { where: "a.yaml:1:1", family: "exchange" }, 0),
    );
  expect(await read(LARGEST_FOR_ENTRA)).not.toContain(TOO_LARGE);
  expect(await read(LARGEST_FOR_ENTRA + 1)).toEqual([TOO_LARGE]);
});
