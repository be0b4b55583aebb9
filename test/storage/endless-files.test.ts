import { describe, expect, test } from "vitest";
import { createSecretReader } from "../../src/config/secrets/secrets.ts";
import { readContext } from "../../src/github/context.ts";
import { ZivsyncError } from "../../src/model/values/errors.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { readSeedFile } from "../../src/simulator/world/state-file.ts";
import { readCertificates } from "../../src/sources/ldap/credentials.ts";
import { readClientCertificate } from "../../src/sources/microsoft/auth/certificate.ts";
import { readApprovals } from "../../src/storage/approvals/signatures.ts";
import { openPasswordFile } from "../../src/storage/password-file.ts";
import { runs } from "../support/runs.ts";

/* The size of a device is 0: who asks for the size first, and then reads to the end, reads without end. */

const ZERO = "/dev/zero";
const NAMED = { path: ZERO, shownAs: "ca.pem" };
const RUN = {
  GITHUB_REPOSITORY: "hospital/zivver",
  GITHUB_API_URL: "https://api.github.com",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_RUN_ID: "1",
  GITHUB_RUN_ATTEMPT: "1",
  GITHUB_SHA: "a".repeat(40),
  GITHUB_REF: "refs/pull/7/merge",
  GITHUB_EVENT_NAME: "pull_request",
  GITHUB_ACTOR: "ann",
  GITHUB_EVENT_PATH: ZERO,
};

const SEED = ["seed of the simulator", () => readSeedFile(ZERO), "The file cannot be read"] as const;

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ZivsyncError) return error.problems.map(({ message }) => message).join("; ");
  throw new Error("It was read.", { cause: error });
}

describe.skipIf(process.platform === "win32")("a file without an end", () => {
  test.each<readonly [string, () => Promise<unknown>, string]>([
    ["secret", () => createSecretReader({})({ file: ZERO }, "a.yaml:1:1"), "is larger than 64 KB"],
    ["certificates of a directory", () => readCertificates(NAMED, "a.yaml:1:1"), "cannot be read (EFBIG)"],
    [
      "certificate for Entra ID",
      () => readClientCertificate(NAMED, new Secret("x"), { where: "a.yaml:1:1", family: "exchange" }, 0),
      "cannot be read (EFBIG)",
    ],
    ["approvals", () => readApprovals(ZERO), "it is larger than 16 MB"],
    [
      "temporary passwords of an earlier run",
      () => openPasswordFile(ZERO, { resumed: true, addresses: new Set() }),
      "a pipe, a device or a socket has this name",
    ],
    ["event of a workflow", () => readContext(RUN), "it cannot be read"],
    // 500 MB are read before it is refused.
    ...(runs(0, 1) === 1 ? [SEED] : []),
  ])("is not read without end: %s", async (_, read, message) => {
    expect(await messageOf(read())).toContain(message);
  });
});
