import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/model/values/canonical-json.ts";
import { organizationYaml, PROFILE_YAML, simulated, type Workplace, workplace } from "../support/cli.ts";

/* Somebody without any key changes a plan file, and somebody who has no API key reads and signs it. */

type Json = Record<string, unknown>;

const NO_KEY = { ZIVVER_API_KEY: "" };
let place: Workplace;
let text: string;

async function stage(): Promise<void> {
  place = await workplace();
  const simulator = await simulated({
    claimedDomains: ["example.org", "example.com"],
    divisions: ["/"],
    personal: [
      { address: "bo@example.org", fullName: "Bo" },
      { address: "len@example.org", fullName: "Len" },
    ],
    functional: [],
  });
  await place.write({
    "desired-state/users.csv":
      "Email,Full name,Aliases,Account key\nbo@example.org,Bo New,bo@example.net,key-1\n",
    "desired-state/shared.csv": "Email,Full name,Delegates\n",
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      "guards: { suspend: off }\napproval: { required: 1 }\n",
    ),
  });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(place.folder, "ann")]);
  const [type, blob] = (await place.read("ann.pub")).split(" ");
  await place.write({ "desired-state/approvers": `ann@example.org ${type} ${blob}\n` });
  await place.zivsync("plan", "-o", "plan.json");
  text = await place.read("plan.json");
}

async function doctored(change: (plan: Json) => void): Promise<void> {
  const plan = JSON.parse(text);
  change(plan);
  await place.write({ "bad.json": canonicalJson(plan) });
}

/** What nobody may write into a change without its digest telling. */
const CHANGED: readonly Json[] = [
  { zivverId: "eve" },
  { profile: "eve" },
  { address: "eve@example.org" },
  { action: "suspend", fullName: "Eve" },
  { action: "delete" },
  { kind: "functional" },
  { needs: ["c-9"] },
  { release: { address: "eve@example.org", aliases: [] } },
  { accountKey: { sealed: "AAAA", digest: `hmac-sha256:${"0".repeat(64)}` } },
  { fields: [] },
];

describe("a plan that somebody changed, read without the API key", () => {
  it("shows the totals of its changes, and is not signed where it names others", async () => {
    await stage();
    await doctored(({ summary }) => Object.assign(summary as Json, { suspend: 0, update: 0 }));
    const shown = await place.zivsyncWith(NO_KEY, "show", "bad.json");
    expect(shown.out).toContain(
      "Plan: 0 to create, 1 to update, 1 to suspend, 0 to reactivate, 0 to delete;",
    );
    expect(shown.err).toBe(
      "The file names other totals than its changes and guards have, so somebody changed it. The totals shown were counted again.\n",
    );
    const refused = await place.zivsyncWith(NO_KEY, "approve", "bad.json", "--key", "ann");
    expect({ code: refused.code, err: refused.err }).toEqual({
      code: 3,
      err: "error[plan-tampered] bad.json\n  The totals that the plan names are not those of its changes and guards.\n  Make a new plan and have that one reviewed.\n",
    });
    expect((await place.written()).filter((file) => file.includes("bad.json.approvals"))).toEqual([]);
  });

  it("marks findings and origins as unverified, in every format", async () => {
    await stage();
    await doctored((plan) => {
      plan.findings = [
        {
          code: "alias-unclaimed",
          severity: "warning",
          summary: "All is well.",
          where: { address: "bo@example.org" },
        },
      ];
      for (const change of plan.changes as { fields: Json[] }[])
        for (const field of change.fields)
          field.origin = { source: "hr-system", where: "row 1", attribute: "Name" };
    });
    for (const format of ["text", "markdown", "html", "json"]) {
      const { code, out } = await place.zivsyncWith(NO_KEY, "show", "bad.json", "-f", format);
      expect([
        format,
        code,
        out.includes("Unverified: All is well."),
        out.includes("unverified: hr-system"),
      ]).toEqual([format, 0, true, true]);
    }
    const approved = await place.zivsyncWith(NO_KEY, "approve", "bad.json", "--statement");
    expect(approved.err).toContain("Unverified: All is well.");
    expect(approved.err).toContain("(unverified: hr-system, row 1, Name)");
    expect(approved.err).toContain(
      "The seal is unchecked: no API key at hand. Findings, origins, sources and measures are unverified.",
    );
  });

  it("is refused with the key, whatever was changed", async () => {
    await stage();
    await doctored((plan) => Object.assign(plan, { expiresAt: "2099-01-01T00:00:00.000Z" }));
    for (const command of ["show", "approve", "apply"]) {
      const refused = await place.zivsync(command, "bad.json");
      expect([command, refused.code, refused.err.includes("error[plan-tampered]")]).toEqual([
        command,
        3,
        true,
      ]);
    }
  });

  it("is not signed for what it was not", async () => {
    await stage();
    const attacks: readonly ((plan: Json) => void)[] = [
      (plan) => Object.assign(plan, { applicable: false }),
      (plan) => Object.assign(plan.target as Json, { organization: "0".repeat(32) }),
      (plan) => (plan.changes as Json[]).pop(),
      ...CHANGED.map((given) => (plan: Json) => {
        plan.changes = (plan.changes as Json[]).map((change) => ({ ...change, ...given }));
      }),
    ];
    for (const [at, attack] of attacks.entries()) {
      await doctored(attack);
      const { code } = await place.zivsyncWith(NO_KEY, "approve", "bad.json", "--key", "ann");
      expect([at, code === 0]).toEqual([at, false]);
    }
    expect((await place.written()).filter((file) => file.includes("bad.json.approvals"))).toEqual([]);
  });

  it("is not signed once it has expired", async () => {
    await stage();
    await doctored((plan) => Object.assign(plan, { expiresAt: "2020-01-01T00:00:00.000Z" }));
    const refused = await place.zivsyncWith(NO_KEY, "approve", "bad.json", "--key", "ann");
    expect([refused.code, refused.err.includes("error[plan-expired]")]).toEqual([3, true]);
  });
});

describe("a signature that was got for a doctored plan", () => {
  it("ends with what the configuration allows, not with what the file claimed", async () => {
    await stage();
    await doctored((plan) => Object.assign(plan, { expiresAt: "2099-01-01T00:00:00.000Z" }));
    const printed = await place.zivsyncWith(NO_KEY, "approve", "bad.json", "--statement");
    const late = printed.out.replace(/"signedAt":"[^"]+"/, '"signedAt":"2020-01-01T00:00:00.000Z"');
    const signature = execFileSync("ssh-keygen", ["-Y", "sign", "-n", "zivsync-plan", "-f", "ann"], {
      cwd: place.folder,
      input: late,
      stdio: ["pipe", "pipe", "ignore"],
      encoding: "utf8",
    });
    await place.write({ "plan.json.approvals": late + signature });
    const refused = await place.zivsync("apply", "plan.json");
    expect(refused.code).toBe(3);
    expect(refused.err.replace(/\s+/g, " ")).toContain(
      "Not counted: ann@example.org signed it at 2020-01-01T00:00:00.000Z, and that held until 2020-01-02T00:00:00.000Z.",
    );
  });
});
