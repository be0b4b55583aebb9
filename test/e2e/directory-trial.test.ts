import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { trialHospital } from "../servers/trial-hospital.ts";
import { organizationYaml, workplace } from "../support/cli.ts";
import { listingOf } from "./corporation-server.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/directory.mjs", import.meta.url));

/** The first time, the domain is made, after others that are being made. */
const PATIENCE_MS = 400_000;

/** `npm run directory` as it runs: what it prints, and the end by Ctrl-C. */
async function running(words: readonly string[]) {
  const child = spawn(process.execPath, [SCRIPT, "--json", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = await once(createInterface(child.stdout), "line");
  return { child, facts: JSON.parse(line) };
}

it.each([
  ["Samba Active Directory", []],
  ["OpenLDAP with the attributes of Active Directory", ["--openldap"]],
])(
  "the trial directory on %s is read with the profile that it prints, and leaves nothing",
  async (server, words) => {
    const { child, facts } = await running(words);
    expect(facts.server).toBe(server);
    const place = await workplace();
    await place.write({
      "desired-state/organization.yaml": organizationYaml("http://127.0.0.1:9/"),
      "desired-state/profiles/hospital.yaml": facts.profile,
    });
    const run = await place.zivsyncWith({ [facts.variable]: facts.password }, "records", "-f", "json");
    const { complete, records, findings } = listingOf(run);
    expect({ complete, findings }).toEqual({ complete: true, findings: [] });

    const entries = trialHospital("DC=corp,DC=example,DC=test", "active-directory");
    const mails = entries.flatMap(({ attributes }) => attributes.mail ?? []).sort();
    expect(mails).toHaveLength(72);
    expect(records.map(({ email }) => email).sort()).toEqual(mails);
    const surgery = records.find(({ email }) => email === "surgery@example.org");
    const ofSurgery = entries.filter(({ attributes }) => attributes.department === "Surgery");
    const active = ofSurgery.filter(({ attributes }) => attributes.userAccountControl === "512");
    expect(surgery?.delegates).toEqual(active.map(({ attributes }) => attributes.mail).sort());

    expect(existsSync(facts.ca)).toBe(true);
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(existsSync(dirname(facts.ca))).toBe(false);
  },
  PATIENCE_MS,
);
