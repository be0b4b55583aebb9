import { execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accountAt } from "../../src/simulator/index.ts";
import {
  ACCOUNT_KEY,
  API_KEY,
  organizationYaml,
  PROFILE_YAML,
  simulated,
  workplace,
} from "../support/cli.ts";

const person = (address: string, more: object = {}) => ({ address, fullName: "Name", ...more });

describe("phone numbers", () => {
  it("become E.164 in what records shows, in the plan and in Zivver; a bad one stops nothing", async () => {
    const simulator = await simulated({
      claimedDomains: ["example.org"],
      personal: [person("a@example.org"), person("b@example.org", { phone: "+31201110000" })],
    });
    const place = await workplace();
    await place.write({
      "desired-state/organization.yaml": organizationYaml(
        simulator.url,
        "defaultPhoneRegion: nl\nguards: { update: off }\n",
      ),
      "desired-state/profiles/all.yaml": PROFILE_YAML,
      "desired-state/users.csv": `Email,Full name,Phone,Account key
a@example.org,Name,020 123 4567,${ACCOUNT_KEY}a
b@example.org,New name,020 123,${ACCOUNT_KEY}b
`,
      "desired-state/shared.csv": "Email,Full name\n",
    });
    const listed = await place.zivsync("records", "--json");
    expect(listed).toMatchObject({ code: 0, err: "" });
    const { sources } = JSON.parse(listed.out);
    expect(sources[0].records.map(({ phone }: { phone: string | null }) => phone)).toEqual([
      "+31201234567",
      null,
    ]);
    const planned = await place.zivsync("plan");
    expect(planned.code).toBe(0);
    const { changes, findings, digest } = JSON.parse(await place.read("plan.json"));
    expect(findings.filter(({ code }: { code: string }) => code === "phone-invalid")).toEqual([
      {
        code: "phone-invalid",
        severity: "warning",
        summary:
          '"020 123" is not a phone number of NL. The phone number of the account is left as it is; correct it at the source.',
        where: {
          profile: "all",
          source: "lists",
          place: "users.csv, line 3",
          kind: "personal",
          address: "b@example.org",
        },
      },
    ]);
    expect(
      changes.map(({ fields }: { fields: { field: string; after: string }[] }) => fields[0]),
    ).toMatchObject([
      { field: "phone", before: "", after: "+31201234567" },
      { field: "fullName", after: "New name" },
    ]);
    expect((await place.zivsync("apply", "plan.json", "--approve", digest)).code).toBe(0);
    expect(accountAt(simulator.world, "a@example.org")).toMatchObject({
      phoneNumbers: [{ value: "+31201234567" }],
    });
    expect(accountAt(simulator.world, "b@example.org")).toMatchObject({
      fullName: "New name",
      phoneNumbers: [{ value: "+31201110000" }],
    });
    await place.zivsync("plan");
    expect(JSON.parse(await place.read("plan.json")).changes).toEqual([]);
  });
});

const LIVE = {
  claimedDomains: ["example.org"],
  personal: [person("there@example.org")],
  functional: [{ address: "desk@example.org", fullName: "Desk", members: ["there@example.org"] }],
};
const NEW = ["n1", "n2", "n3"];
const HEADER = "Email,Temporary password,State\r\n";
const FILE = ["--temporary-passwords", "passwords.csv"];

/** A plan with three new people, a new desk and a rename, for an organisation whose people log in with passwords. */
async function newcomers(loginMethod = "password", options: Parameters<typeof simulated>[1] = {}) {
  const simulator = await simulated(LIVE, options);
  const place = await workplace();
  const key = (name: string) => (loginMethod === "sso" ? `${ACCOUNT_KEY}${name}` : "");
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, "guards: { create: off }\n").replace(
      "loginMethod: sso",
      `loginMethod: ${loginMethod}`,
    ),
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/users.csv": [
      "Email,Full name,Account key",
      `there@example.org,New name,${key("there")}`,
      ...NEW.map((name) => `${name}@example.org,${name},${key(name)}`),
    ].join("\n"),
    "desired-state/shared.csv":
      "Email,Full name,Delegates\ndesk@example.org,Desk,there@example.org\nnew@example.org,New desk,n1@example.org\n",
  });
  expect(await place.zivsync("plan")).toMatchObject({ code: 0 });
  const plan: { readonly digest: string; readonly seal: string } = JSON.parse(await place.read("plan.json"));
  const apply = (...words: string[]) =>
    place.zivsync("apply", "plan.json", "--approve", plan.digest, ...words);
  const passwordOf = (address: string) => {
    const account = accountAt(simulator.world, address);
    return account?.kind === "personal" ? account.password : undefined;
  };
  return { simulator, place, plan, apply, passwordOf, journal: `plan.json.${plan.seal.slice(-8)}.journal` };
}

describe("temporary passwords", () => {
  it("are given to new people, and are in their file and nowhere else", async () => {
    const { simulator, place, apply, passwordOf, journal } = await newcomers();
    const run = await apply(...FILE);
    expect(run).toEqual({
      code: 0,
      out: "Applied 5.\n",
      err: `The journal is ${journal}.\n3 temporary passwords are in passwords.csv. Hand them over, then delete the file.\n`,
    });
    const lines = (await place.read("passwords.csv")).slice(HEADER.length).split("\r\n");
    expect(lines.sort()).toEqual([
      "",
      ...NEW.map((name) => `${name}@example.org,${passwordOf(`${name}@example.org`)},created`),
    ]);
    expect((await stat(join(place.folder, "passwords.csv"))).mode & 0o777).toBe(0o600);
    expect(passwordOf("there@example.org")).toBe(null);
    const passwords = NEW.map((name) => String(passwordOf(`${name}@example.org`)));
    expect(new Set(passwords).size).toBe(3);
    const [list = ""] = [await (await fetch(`${simulator.url}/Users`, bearer())).text()];
    const texts = [list, await place.read(journal), await place.read("plan.json"), run.out, run.err];
    expect(await place.written()).toEqual(["passwords.csv", "plan.json", journal].sort());
    for (const password of passwords) {
      expect(password).toMatch(/^[a-zA-Z2-9!#$%*?]{24}$/);
      expect(texts.filter((text) => text.includes(password))).toEqual([]);
    }
  });

  it("are not given unless asked for, which a note says", async () => {
    const { place, apply, passwordOf } = await newcomers();
    const run = await apply();
    expect(run.code).toBe(0);
    expect(run.err).toContain(
      "The 3 new accounts get no temporary password from zivsync. With --temporary-passwords FILE each gets one, which is written to FILE.\n",
    );
    expect(passwordOf("n1@example.org")).toBe(null);
    expect(await place.written()).not.toContain("passwords.csv");
  });

  it("are refused with single sign-on, and missed by nobody", async () => {
    const { simulator, apply } = await newcomers("sso");
    const requests = simulator.log.length;
    expect(await apply(...FILE)).toEqual({
      code: 1,
      out: "",
      err: `error[usage] --temporary-passwords
  People of this organisation log in by single sign-on (\`loginMethod: sso\` in organization.yaml), so they have no password in Zivver.
  Leave the option out.
`,
    });
    expect(simulator.log).toHaveLength(requests);
    const run = await apply();
    expect(run).toMatchObject({ code: 0 });
    expect(run.err).not.toContain("password");
  });

  it("are not written over a file that is there, and nothing is sent", async () => {
    const { simulator, place, apply } = await newcomers();
    await place.write({ "passwords.csv": HEADER });
    expect(await apply(...FILE)).toEqual({
      code: 1,
      out: "",
      err: `error[file-unwritable] ${join(place.folder, "passwords.csv")}
  There is such a file already. Passwords are never written over anything.
  Name a file that does not exist.
`,
    });
    expect(simulator.log.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await place.read("passwords.csv")).toBe(HEADER);
  });

  it("go again where an account was not created", async () => {
    const { simulator, place, apply, passwordOf } = await newcomers();
    await post(simulator.url, "someone@example.org", ["n2@example.org"]);
    const run = await apply(...FILE);
    expect(run.code).toBe(4);
    expect(run.err).toContain(
      "2 temporary passwords are in passwords.csv. Hand them over, then delete the file.\n",
    );
    const lines = (await place.read("passwords.csv")).slice(HEADER.length).split("\r\n").sort();
    expect(lines).toEqual([
      "",
      ...["n1", "n3"].map((name) => `${name}@example.org,${passwordOf(`${name}@example.org`)},created`),
    ]);
  });

  it("survive a kill before any answer, and the resumed run goes on with them", async () => {
    let hook = (_: string) => {};
    const started = await newcomers("password", { onRequest: (_, { method }) => hook(method) });
    const { place, plan, apply, passwordOf } = started;
    const running = place.begin("apply", "plan.json", "--approve", plan.digest, ...FILE);
    let posts = 0;
    hook = (method) => {
      if (method === "POST" && ++posts === 2) running.kill("SIGKILL");
    };
    expect((await running.ended).code).toBe(null);
    hook = () => {};
    const left = (await place.read("passwords.csv")).slice(HEADER.length);
    const given = [...left.matchAll(/^(\S+),(\S+),unknown\r$/gm)].map(([, ...cells]) => cells);
    expect(given.length).toBeGreaterThan(0);
    const run = await apply(...FILE);
    expect(run.code).toBe(0);
    for (const name of NEW) {
      const address = `${name}@example.org`;
      const password = passwordOf(address);
      expect(password).toMatch(/^\S{24}$/);
      expect(given.find(([of]) => of === address)?.[1] ?? password).toBe(password);
      expect(await place.read("passwords.csv")).toMatch(
        new RegExp(`^${address},${password?.replace(/[$*?]/g, "\\$&")},(created|unknown)\r$`, "m"),
      );
    }
  });

  it("in a work tree of Git are pointed out, unless Git ignores them", async () => {
    const { place, apply } = await newcomers();
    execFileSync("git", ["init", "--quiet", place.folder]);
    const run = await apply(...FILE);
    expect(run.code).toBe(0);
    expect(run.err).toContain(
      "passwords.csv is for passwords, and Git does not ignore it: see that nobody commits it.\n",
    );
    const other = await newcomers();
    execFileSync("git", ["init", "--quiet", other.place.folder]);
    await other.place.write({ ".gitignore": "passwords.csv\n" });
    expect((await other.apply(...FILE)).err).not.toContain("Git");
  });
});

function bearer() {
  return { headers: { authorization: `Bearer ${API_KEY}` } };
}

/** Somebody makes an account in Zivver's own pages. */
async function post(url: string, userName: string, aliases: readonly string[]): Promise<void> {
  const USER = "urn:ietf:params:scim:schemas:zivver:0.1:User";
  const body = JSON.stringify({ userName, name: { formatted: "Some One" }, [USER]: { aliases } });
  const headers = { ...bearer().headers, "content-type": "application/json" };
  expect((await fetch(`${url}/Users`, { method: "POST", headers, body })).status).toBe(201);
}
