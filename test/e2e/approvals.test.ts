import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/model/values/canonical-json.ts";
import {
  ACCOUNT_KEY,
  organizationYaml,
  PROFILE_YAML,
  simulated,
  type Workplace,
  workplace,
} from "../support/cli.ts";

const USERS = `Email,Full name,Account key\nada@example.org,Ada,${ACCOUNT_KEY}1\nbo@example.org,Bo,${ACCOUNT_KEY}2\n`;
const SHARED = "Email,Full name,Delegates\ndesk@example.org,Desk,ada@example.org\n";
const SEED = {
  claimedDomains: ["example.org", "example.com"],
  divisions: ["/"],
  personal: [
    { address: "bo@example.org", fullName: "Bo" },
    { address: "len@example.org", fullName: "Len" },
  ],
  functional: [{ address: "desk@example.org", fullName: "Desk", members: ["bo@example.org"] }],
};
const GUARDS = "guards: { memberRemoval: off, suspend: off }\n";

/** A key pair in the folder; `type` as ssh-keygen has it. */
function makeKey(place: Workplace, name: string, type = "ed25519", passphrase = ""): string {
  execFileSync("ssh-keygen", [
    "-q",
    "-t",
    type,
    "-N",
    passphrase,
    "-C",
    `${name}@example.org`,
    "-f",
    join(place.folder, name),
  ]);
  return name;
}

async function approverLine(
  place: Workplace,
  name: string,
  options = "",
  principal = `${name}@example.org`,
): Promise<string> {
  const [type, blob] = (await place.read(`${name}.pub`)).split(" ");
  return `${principal} ${options}${options === "" ? "" : " "}${type} ${blob}\n`;
}

async function planned(approval: string, users = USERS) {
  const place = await workplace();
  const simulator = await simulated(SEED);
  await place.write({
    "desired-state/users.csv": users,
    "desired-state/shared.csv": SHARED,
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/organization.yaml": organizationYaml(simulator.url, `${GUARDS}approval: ${approval}\n`),
  });
  const made = await place.zivsync("plan", "-o", "plan.json");
  expect({ code: made.code, err: made.err }).toEqual({
    code: 0,
    err: "The plan was written to plan.json.\n",
  });
  const { digest } = JSON.parse(await place.read("plan.json"));
  return { place, simulator, digest: String(digest) };
}

/** What ssh-keygen itself makes of a text. */
function signed(place: Workplace, key: string, input: string, namespace = "zivsync-plan"): string {
  const words = ["-Y", "sign", "-n", namespace, "-f", key];
  return spawnSync("ssh-keygen", words, { cwd: place.folder, input, encoding: "utf8" }).stdout;
}

/** A statement as another one, in the same form. */
function restated(statement: string, given: object): string {
  return `${canonicalJson({ ...JSON.parse(statement), ...given })}\n`;
}

function unapproved(message: string): string {
  return `error[plan-unapproved] plan.json.approvals\n  ${message}\n  Have it reviewed and signed by people who are in the file \`approvers\`: \`zivsync approve plan.json\`.\n`;
}

/** Messages name the plan as it lies in the test's folder. */
function plain(place: Workplace, text: string): string {
  return text
    .replaceAll(`${place.folder}/`, "")
    .replace(/\n +/g, "\n  ")
    .replace(/(?<!\n|`)\n {2}(?=[a-z(])/g, " ");
}

describe("approvals", () => {
  it("are of one person under one address, whatever its case and however many keys it has", async () => {
    const { place } = await planned("{ required: 2 }");
    for (const name of ["ann", "ann2"]) makeKey(place, name);
    const lines = [
      await approverLine(place, "ann"),
      await approverLine(place, "ann2", "", "ann2@example.com,Ann@Example.org"),
    ];
    await place.write({ "desired-state/approvers": lines.join("") });
    for (const name of ["ann", "ann2"])
      expect((await place.zivsync("approve", "plan.json", "--key", name)).code).toBe(0);
    const run = await place.zivsync("apply", "plan.json");
    expect([run.code, plain(place, run.err)]).toEqual([
      3,
      expect.stringContaining(
        "there is 1 (ann@example.org). Not counted: ann2@example.com approved it already.",
      ),
    ]);
  });

  it("are needed as the policy says, more for removals, and not by the author", async () => {
    const { place, simulator, digest } = await planned("{ required: 1, forRemovals: 2 }");
    makeKey(place, "ann");
    makeKey(place, "ben", "ecdsa");
    makeKey(place, "eve");
    await place.write({
      "desired-state/approvers": (await approverLine(place, "ann")) + (await approverLine(place, "ben")),
    });

    const none = await place.zivsync("apply", "plan.json", "--approve", digest);
    expect(none.code).toBe(3);
    expect(none.err).toContain(
      "The plan needs 2 approvals, since it suspends or deletes, and there are none.",
    );

    const first = await place.zivsync("approve", "plan.json", "--key", "ann");
    expect({ code: first.code, out: first.out }).toEqual({
      code: 0,
      out: `Approved as ann@example.org: ${digest}\n`,
    });
    expect((await place.zivsync("approve", "plan.json", "--key", "ann")).code).toBe(0);
    const stranger = await place.zivsync("approve", "plan.json", "--key", "eve");
    expect({ code: stranger.code, out: stranger.out }).toEqual({
      code: 3,
      out: `Signed ${digest}, but the signature does not count: its key is not among the approvers, or not valid at this time. Have the public half of your key added to ${join("desired-state", "approvers")}, and sign again.\n`,
    });
    const one = await place.zivsync("apply", "plan.json");
    expect(one.code).toBe(3);
    expect(plain(place, one.err)).toBe(
      unapproved(
        "The plan needs 2 approvals, since it suspends or deletes, and there is 1 (ann@example.org). Not counted: ann@example.org approved it already; its key is not among the approvers, or not valid at this time.",
      ),
    );
    expect(simulator.world.writes).toBe(0);

    expect((await place.zivsync("approve", "plan.json", "--key", "ben")).code).toBe(0);
    const applied = await place.zivsync("apply", "plan.json");
    expect(applied.code).toBe(0);
    expect(applied.err).toContain("Approved by ann@example.org, ben@example.org.\n");
  });

  it("count by a file of approvers that an editor of Windows wrote", async () => {
    const { place } = await planned("{ required: 2, forRemovals: 2 }");
    makeKey(place, "ann");
    makeKey(place, "ben");
    const lines = (await approverLine(place, "ann")) + (await approverLine(place, "ben"));
    await place.write({ "desired-state/approvers": `\ufeff${lines.replaceAll("\n", "\r\n")}` });
    for (const key of ["ann", "ben"]) {
      const { code, out } = await place.zivsync("approve", "plan.json", "--key", key);
      expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(`^Approved as ${key}@`) });
    }
    const applied = await place.zivsync("apply", "plan.json");
    expect(applied, applied.err).toMatchObject({ code: 0 });
  });

  it("are needed by more people, too, where only delegates lose access", async () => {
    const { place, simulator } = await planned(
      "{ required: 1, forRemovals: 2 }",
      `${USERS}len@example.org,Len,${ACCOUNT_KEY}3\n`,
    );
    makeKey(place, "ann");
    await place.write({ "desired-state/approvers": await approverLine(place, "ann") });
    expect((await place.zivsync("approve", "plan.json", "--key", "ann")).code).toBe(0);
    const one = await place.zivsync("apply", "plan.json");
    expect({ code: one.code, err: plain(place, one.err) }).toEqual({
      code: 3,
      err: unapproved(
        "The plan needs 2 approvals, since it removes delegates, and there is 1 (ann@example.org).",
      ),
    });
    expect(simulator.world.writes).toBe(0);
  });

  it("agree with ssh-keygen, both ways", async () => {
    const { place } = await planned("{ required: 1, forRemovals: 1 }");
    makeKey(place, "ann");
    makeKey(place, "ben", "ecdsa");
    await place.write({
      "desired-state/approvers":
        (await approverLine(place, "ann", 'namespaces="zivsync-plan"')) + (await approverLine(place, "ben")),
    });

    await place.zivsync("approve", "plan.json", "--key", "ann");
    const [statement = "", ...signature] = (await place.read("plan.json.approvals")).split(/(?<=\n)/);
    await place.write({ "ann.sig": signature.join("") });
    const verified = spawnSync(
      "ssh-keygen",
      [
        "-Y",
        "verify",
        "-f",
        "desired-state/approvers",
        "-I",
        "ann@example.org",
        "-n",
        "zivsync-plan",
        "-s",
        "ann.sig",
      ],
      {
        cwd: place.folder,
        input: statement,
        encoding: "utf8",
      },
    );
    expect(verified.status).toBe(0);

    const printed = await place.zivsync("approve", "plan.json", "--statement");
    await place.write({ "plan.json.approvals": printed.out + signed(place, "ben", printed.out) });
    const applied = await place.zivsync("apply", "plan.json");
    expect({ code: applied.code, by: /Approved by .*/.exec(applied.err)?.[0] }).toEqual({
      code: 0,
      by: "Approved by ben@example.org.",
    });
  });

  it.each([
    ["with the line ends of Windows", (text: string) => Buffer.from(text.replaceAll("\n", "\r\n"))],
    ["in UTF-16", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le")],
    [
      "in UTF-16 behind UTF-8",
      (text: string) =>
        Buffer.concat([Buffer.from("{}\r\n"), Buffer.from(text.replaceAll("\n", "\r\n"), "utf16le")]),
    ],
  ])("count where Windows PowerShell added them to the file %s", async (_, write) => {
    const { place } = await planned("{ required: 1 }");
    makeKey(place, "ann");
    await place.write({ "desired-state/approvers": await approverLine(place, "ann") });
    const printed = await place.zivsync("approve", "plan.json", "--statement");
    await place.write({ "plan.json.approvals": write(printed.out + signed(place, "ann", printed.out)) });
    expect(await place.zivsync("apply", "plan.json")).toMatchObject({ code: 0 });
  });

  const HOUR = 3_600_000;
  const inHours = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();
  const OTHER =
    "ann@example.org signed something else than the statement before the signature, or for another purpose than plans";
  const STRANGER = "its key is not among the approvers, or not valid at this time";
  it.each([
    { name: "signed for another purpose", namespace: "email", why: OTHER },
    {
      name: "another plan",
      given: { digest: `sha256:${"0".repeat(64)}` },
      why: "ann@example.org signed another plan",
    },
    {
      name: "another organisation",
      given: { organization: "0".repeat(32) },
      why: "ann@example.org signed a plan of another organisation",
    },
    { name: "a key that is no longer valid", options: 'valid-before="20200101"', why: STRANGER },
    { name: "a key that is not valid yet", options: 'valid-after="20990101"', why: STRANGER },
    { name: "a key for other namespaces", options: 'namespaces="git"', why: OTHER },
    { name: "a time that was written in afterwards", shown: { signedAt: inHours(-1) }, why: OTHER },
    {
      name: "a time that is still to come",
      given: { signedAt: "2098-01-01T00:00:00.000Z", until: "2099-01-01T00:00:00.000Z" },
      why: "ann@example.org signed it at 2098-01-01T00:00:00.000Z, and by the clock of this machine that is still to come",
    },
    {
      name: "a signature that is over",
      given: { signedAt: "2020-01-01T00:00:00.000Z", until: "2020-01-01T00:30:00.000Z" },
      why: "ann@example.org signed it at 2020-01-01T00:00:00.000Z, and that held until 2020-01-01T00:30:00.000Z",
    },
    {
      name: "a longer time than the configuration gives",
      given: { signedAt: "2020-01-01T00:00:00.000Z", until: "2099-01-01T00:00:00.000Z" },
      why: "ann@example.org signed it at 2020-01-01T00:00:00.000Z, and that held until 2020-01-01T01:00:00.000Z",
    },
    { name: "the line ends of Windows in what was signed", ends: "\r\n", why: OTHER },
  ])("do not count: $name", async ({ namespace, given = {}, shown = {}, options, ends = "\n", why }) => {
    const { place, simulator, digest } = await planned("{ required: 1, expires: 1h }");
    makeKey(place, "ann");
    await place.write({ "desired-state/approvers": await approverLine(place, "ann", options) });
    const { out } = await place.zivsync("approve", "plan.json", "--statement");
    const text = restated(out, given);
    const signature = signed(place, "ann", text.replace("\n", ends), namespace);
    await place.write({ "plan.json.approvals": restated(text, shown) + signature });
    const applied = await place.zivsync("apply", "plan.json", "--approve", digest);
    expect(applied.code).toBe(3);
    expect(plain(place, applied.err)).toBe(
      unapproved(
        `The plan needs 1 approval, since it suspends or deletes, and there are none. Not counted: ${why}.`,
      ),
    );
    expect(simulator.world.writes).toBe(0);
  });

  it("of the digest alone, as older versions made them, have to be made again", async () => {
    const { place, simulator, digest } = await planned("{ required: 1 }");
    makeKey(place, "ann");
    await place.write({
      "desired-state/approvers": await approverLine(place, "ann"),
      "plan.json.approvals": signed(place, "ann", `${digest}\n`),
    });
    const refused = await place.zivsync("apply", "plan.json");
    expect({ code: refused.code, writes: simulator.world.writes }).toEqual({ code: 3, writes: 0 });
    expect(plain(place, refused.err)).toContain(
      "error[approval-old] plan.json.approvals\n  The file holds a signature without a statement before it, as older versions of zivsync made it: it signs the digest alone, and does not say when it was made and until when it holds.\n  Sign again: `zivsync approve plan.json`.\n",
    );
    expect((await place.zivsync("approve", "plan.json", "--key", "ann")).code).toBe(0);
    expect((await place.zivsync("apply", "plan.json")).code).toBe(0);
  });

  it("also count for an equal plan that is made while they hold, and for no other", async () => {
    const { place, simulator } = await planned("{ required: 1, expires: 1h }");
    makeKey(place, "ann");
    await place.write({ "desired-state/approvers": await approverLine(place, "ann") });
    expect((await place.zivsync("approve", "plan.json", "--key", "ann")).code).toBe(0);
    const approvals = await place.read("plan.json.approvals");

    await place.write({ "desired-state/users.csv": USERS.replace("Ada", "Ada Other") });
    await place.zivsync("plan", "-o", "other.json");
    await place.write({ "other.json.approvals": approvals });
    const other = await place.zivsync("apply", "other.json");
    expect({ code: other.code, writes: simulator.world.writes }).toEqual({ code: 3, writes: 0 });
    expect(other.err).toContain("Not counted: ann@example.org signed another plan.");

    await place.write({ "desired-state/users.csv": USERS });
    await place.zivsync("plan", "-o", "again.json");
    await place.write({ "again.json.approvals": approvals });
    expect((await place.zivsync("apply", "again.json")).code).toBe(0);
  });

  it("of more than fifty signatures are refused with their own code", async () => {
    const { place } = await planned("{ required: 1 }");
    const one = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n";
    await place.write({ "desired-state/approvers": "", "plan.json.approvals": one.repeat(51) });
    const refused = await place.zivsync("apply", "plan.json");
    expect({ code: refused.code, err: plain(place, refused.err) }).toEqual({
      code: 1,
      err: "error[approval-too-many] plan.json.approvals\n  The file holds more than 50 signatures, and no more than that are checked.\n  Remove the file, and have the plan signed again.\n",
    });
  });

  it("by the author of the configuration do not count, unless the policy says so", async () => {
    const { place } = await planned("{ required: 1 }");
    makeKey(place, "ann");
    await place.write({ "desired-state/approvers": await approverLine(place, "ann") });
    const git = (...words: string[]) =>
      execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...words], {
        cwd: place.folder,
        stdio: "ignore",
      });
    git("init", "-q");
    git("add", "desired-state");
    git("commit", "-qm", "Begin");
    expect((await place.zivsync("plan", "-o", "plan.json")).code).toBe(0);
    await place.zivsync("approve", "plan.json", "--key", "ann");
    const refused = await place.zivsync("apply", "plan.json");
    expect(refused.code).toBe(3);
    expect(plain(place, refused.err)).toBe(
      unapproved(
        "The plan needs 1 approval, since it suspends or deletes, and there are none. Not counted: ann@example.org wrote or committed a change of the configuration that may not be applied yet (the state names no commit that was applied in full, so the whole history counts), and an author does not approve it.",
      ),
    );
  });

  it("come from an agent too, and from a key with a passphrase in it", async () => {
    const { place, digest } = await planned("{ required: 1 }");
    makeKey(place, "ann", "ed25519", "open sesame");
    await place.write({
      "desired-state/approvers": await approverLine(place, "ann"),
      "ask.sh": "#!/bin/sh\necho open sesame\n",
    });
    const socket = join(place.folder, "agent");
    const agent = spawnSync("ssh-agent", ["-a", socket], { encoding: "utf8" });
    const pid = /SSH_AGENT_PID=(\d+)/.exec(agent.stdout)?.[1];
    try {
      execFileSync("chmod", ["700", join(place.folder, "ask.sh")]);
      const environment = {
        SSH_AUTH_SOCK: socket,
        SSH_ASKPASS: join(place.folder, "ask.sh"),
        SSH_ASKPASS_REQUIRE: "force",
      };
      const empty = await place.zivsyncWith(environment, "approve", "plan.json", "--agent");
      expect({
        code: empty.code,
        said: empty.err.includes("The agent holds no key that is among the approvers."),
      }).toEqual({ code: 1, said: true });
      execFileSync("ssh-add", ["-q", join(place.folder, "ann")], {
        env: { ...process.env, ...environment, DISPLAY: ":0" },
        stdio: "ignore",
      });
      const signed = await place.zivsyncWith(environment, "approve", "plan.json", "--agent");
      expect({ code: signed.code, out: signed.out }).toEqual({
        code: 0,
        out: `Approved as ann@example.org: ${digest}\n`,
      });
      const asked = await place.zivsyncWith(
        { ...environment, DISPLAY: ":0", SSH_AUTH_SOCK: "" },
        "approve",
        "plan.json",
        "--key",
        "ann",
      );
      expect(asked.code).toBe(0);
    } finally {
      if (pid) process.kill(Number(pid));
    }
  });

  it("say what is wrong with the key", async () => {
    const { place } = await planned("{ required: 1 }");
    await place.write({ "desired-state/approvers": "", nokey: "no key\n" });
    const missing = await place.zivsync("approve", "plan.json");
    expect({ code: missing.code, lines: missing.err.split("\n").slice(-3) }).toEqual({
      code: 1,
      lines: [
        "  There is no key here to sign with (id_ed25519, id_ecdsa, id_ed25519_sk, id_ecdsa_sk).",
        "  Name one with --key FILE, or use the keys of your agent with --agent. To create one, run `ssh-keygen -t ed25519`, and have its public half added to the file `approvers` of the configuration.",
        "",
      ],
    });
    const bad = await place.zivsync("approve", "plan.json", "--key", "nokey");
    expect({ code: bad.code, said: bad.err.includes("ssh-keygen could not sign with this key") }).toEqual({
      code: 1,
      said: true,
    });
    expect((await place.written()).filter((file) => file.includes("approvals"))).toEqual([]);
  });
});
