import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
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

function unapproved(message: string): string {
  return `error[plan-unapproved] plan.json.approvals\n  ${message}\n  Have it reviewed and signed by people who stand in the file \`approvers\`: \`zivsync approve plan.json\`.\n`;
}

/** Messages name the plan as it lies in the test's folder. */
function plain(place: Workplace, text: string): string {
  return text
    .replaceAll(`${place.folder}/`, "")
    .replace(/\n +/g, "\n  ")
    .replace(/(?<!\n|`)\n {2}(?=[a-z(])/g, " ");
}

describe("approvals", () => {
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
      out: `Signed ${digest}, but the signature does not count: its key is not among the approvers, or not valid at this time.\n`,
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
    const { place, digest } = await planned("{ required: 1, forRemovals: 1 }");
    makeKey(place, "ann");
    makeKey(place, "ben", "ecdsa");
    await place.write({
      "desired-state/approvers":
        (await approverLine(place, "ann", 'namespaces="zivsync-plan"')) + (await approverLine(place, "ben")),
    });

    await place.zivsync("approve", "plan.json", "--key", "ann");
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
        "plan.json.approvals",
      ],
      { cwd: place.folder, input: `${digest}\n`, encoding: "utf8" },
    );
    expect(verified.status).toBe(0);

    const signed = spawnSync("ssh-keygen", ["-Y", "sign", "-n", "zivsync-plan", "-f", "ben"], {
      cwd: place.folder,
      input: `${digest}\n`,
      encoding: "utf8",
    });
    await place.write({ "plan.json.approvals": signed.stdout });
    const applied = await place.zivsync("apply", "plan.json");
    expect({ code: applied.code, by: /Approved by .*/.exec(applied.err)?.[0] }).toEqual({
      code: 0,
      by: "Approved by ben@example.org.",
    });
  });

  it.each([
    [
      "signed for another purpose",
      "email",
      "",
      "",
      "ann@example.org signed another plan, or for another purpose than plans",
    ],
    [
      "another digest",
      "zivsync-plan",
      "0",
      "",
      "ann@example.org signed another plan, or for another purpose than plans",
    ],
    [
      "a key that is no longer valid",
      "zivsync-plan",
      "",
      'valid-before="20200101"',
      "its key is not among the approvers, or not valid at this time",
    ],
    [
      "a key that is not valid yet",
      "zivsync-plan",
      "",
      'valid-after="20990101"',
      "its key is not among the approvers, or not valid at this time",
    ],
    [
      "a key for other namespaces",
      "zivsync-plan",
      "",
      'namespaces="git"',
      "ann@example.org signed another plan, or for another purpose than plans",
    ],
  ])("do not count: %s", async (_, namespace, suffix, options, why) => {
    const { place, simulator, digest } = await planned("{ required: 1 }");
    makeKey(place, "ann");
    await place.write({ "desired-state/approvers": await approverLine(place, "ann", options) });
    const signed = spawnSync("ssh-keygen", ["-Y", "sign", "-n", namespace, "-f", "ann"], {
      cwd: place.folder,
      input: `${digest}${suffix}\n`,
      encoding: "utf8",
    });
    await place.write({ "plan.json.approvals": signed.stdout });
    const applied = await place.zivsync("apply", "plan.json", "--approve", digest);
    expect(applied.code).toBe(3);
    expect(plain(place, applied.err)).toBe(
      unapproved(
        `The plan needs 1 approval, since it suspends or deletes, and there are none. Not counted: ${why}.`,
      ),
    );
    expect(simulator.world.writes).toBe(0);
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
    expect({ code: missing.code, said: missing.err.includes("There is no key here to sign with") }).toEqual({
      code: 1,
      said: true,
    });
    const bad = await place.zivsync("approve", "plan.json", "--key", "nokey");
    expect({ code: bad.code, said: bad.err.includes("ssh-keygen could not sign with this key") }).toEqual({
      code: 1,
      said: true,
    });
    expect((await place.written()).filter((file) => file.includes("approvals"))).toEqual([]);
  });
});
