import { describe, expect, it } from "vitest";
import { organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";

async function place() {
  const here = await workplace();
  const simulator = await simulated({ claimedDomains: ["example.org", "example.com"], divisions: ["/"] });
  await here.write({
    "users.csv": "Email,Full name,Account key\n",
    "shared.csv": "Email,Full name,Delegates\n",
    "desired-state/profiles/all.yaml": PROFILE_YAML.replaceAll("../", "../../"),
    "desired-state/organization.yaml": organizationYaml(simulator.url, "sealKey: { env: SEAL }\n"),
  });
  return here;
}

function short(bytes: number): string {
  return `error[seal-key-short] organization.yaml: sealKey
  The seal key holds ${bytes} bytes, and 32 are the least (hex counts 2 digits a byte, Base64 4 characters for 3 bytes). A shorter key can be guessed from a plan file, and then plans can be forged.
  Make one with \`openssl rand -base64 32\` and store it where \`sealKey\` points, for plan and apply alike. Plans of the old key are made again; a state that the old key sealed is begun again with \`zivsync adopt --replace\`.
`;
}

describe("a seal key", () => {
  it.each([
    ["a password", "correct horse battery staple", 28],
    ["62 hex digits", "0".repeat(62), 31],
    ["an odd hex digit more", "A".repeat(63), 31],
    ["Base64 of 31 bytes", Buffer.alloc(31, 255).toString("base64"), 31],
    ["Base64 for addresses, of 31 bytes", Buffer.alloc(31, 255).toString("base64url"), 31],
    ["40 letters", "x".repeat(40), 30],
    ["a UUID", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", 27],
  ])("is refused where it is %s", async (_, SEAL, bytes) => {
    const here = await place();
    const run = await here.zivsyncWith({ SEAL }, "validate");
    expect(run).toEqual({ code: 1, out: "", err: short(bytes) });
  });

  it.each([
    ["64 hex digits", "0123456789abcdef".repeat(4)],
    ["Base64 of 32 bytes", Buffer.alloc(32, 255).toString("base64")],
    ["Base64 for addresses, of 32 bytes", Buffer.alloc(32, 255).toString("base64url")],
    ["32 bytes of other text", "correct horse battery staple, 3.2"],
  ])("is taken where it is %s", async (_, SEAL) => {
    const run = await (await place()).zivsyncWith({ SEAL }, "validate");
    expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: "" });
  });

  it("is refused by every command that reads it, and is no matter of `validate` where it is not at hand", async () => {
    const here = await place();
    expect((await here.zivsync("validate")).code).toBe(0);
    const good = { SEAL: "0123456789abcdef".repeat(4) };
    expect((await here.zivsyncWith(good, "plan", "-o", "plan.json")).code).toBe(0);
    const SEAL = "password";
    for (const words of [
      ["plan", "-o", "other.json"],
      ["apply", "plan.json"],
      ["show", "plan.json"],
    ])
      expect(await here.zivsyncWith({ SEAL }, ...words)).toEqual({ code: 1, out: "", err: short(6) });
  });
});
