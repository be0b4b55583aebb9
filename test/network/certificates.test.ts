import { describe, expect, test } from "vitest";
import { NetworkTrouble } from "../../src/network/http.ts";
import { networkFailure } from "../../src/notify/failure.ts";
import { networkWords } from "../../src/sources/microsoft/errors/network-errors.ts";
import { failureOf } from "../../src/zivver/http/network-errors.ts";

/*
 * The codes that Node gives when it does not take a certificate. UNSPECIFIED stands for every rule of OpenSSL without a
 * code of its own, such as a signature with SHA-1.
 */
const CODES = ["CERT_HAS_EXPIRED", "INVALID_PURPOSE", "PATH_LENGTH_EXCEEDED", "UNSPECIFIED"];
const HOST = "host.example.org";

describe.each(CODES)("%s is an error of TLS, and nothing was sent", (code) => {
  test("to Zivver", () => {
    const timeouts = { connect: 1, response: 1, whole: 1 };
    const failure = failureOf({ code, message: "", open: false }, HOST, timeouts);
    expect(failure).toMatchObject({ code: "target-tls", sent: false, again: false });
  });

  test("to Microsoft", () => {
    expect(networkWords(new NetworkTrouble(HOST, code, "x"), 1_000).code).toBe("tls");
  });

  test("to receivers of notifications", () => {
    const failure = networkFailure({ name: "notify[0]" } as never, "the receiver", code);
    expect([failure.retry, failure.problems[0]?.code]).toEqual([false, "notify-tls"]);
  });
});

test("the rule that a certificate breaks is quoted", () => {
  const { message } = networkWords(new NetworkTrouble(HOST, "UNSPECIFIED", "EE certificate key too weak"), 1);
  expect(message).toContain('its certificate breaks a rule, "EE certificate key too weak" (UNSPECIFIED)');
});
