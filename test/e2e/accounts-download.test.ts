import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { expect, it } from "vitest";
import { organizationYaml, simulated, workplace } from "../support/cli.ts";
import { HOSTILE } from "../support/hostile-text.ts";

const PROFILE = (file: string) => `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal, functional] }
sources:
  - name: download
    type: spreadsheet
    file: ../../${file}
    personal: { sheet: Users }
    functional: { sheet: Functional accounts }
`;

/** What a source cannot say of a name, because white space and control characters are folded. */
const isClean = (text: string) =>
  text !== "" && text === text.normalize("NFC").trim() && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|\s\s/u.test(text);

/** The live accounts as a workbook, read back as a source: nothing to do, whatever the accounts are called. */
it.each([
  [
    "people are called",
    ["Jane Doe", "Łukasz Żółć", "山田 太郎", 'O\'Neill; "Bob"', "0123", "1e5", "TRUE", "2024-01-02"],
  ],
  ["texts are hostile", HOSTILE.filter(isClean)],
])("the download is a source that changes nothing: %s", async (_, names) => {
  const personal = names.map((fullName, at) => ({
    address: `p${at}@example.org`,
    fullName,
    active: at % 3 !== 2,
    aliases: at % 2 === 0 ? [`a${at}@example.org`, `b${at}@example.org`] : [],
    phone: at % 2 === 0 ? "+31201234567" : "",
    division: at % 2 === 0 ? "/care" : "/",
  }));
  const simulator = await simulated({
    claimedDomains: ["example.org", "example.com"],
    divisions: ["/care"],
    personal,
    functional: [
      {
        address: "desk@example.org",
        fullName: "=HYPERLINK(1)",
        members: ["p0@example.org", "p1@example.org"],
      },
      { address: "empty@example.org", fullName: "+31", members: [] },
    ],
  });
  const place = await workplace();
  const password = organizationYaml(simulator.url).replace("loginMethod: sso", "loginMethod: password");
  await place.write({
    "desired-state/organization.yaml": password,
    "desired-state/profiles/all.yaml": PROFILE("accounts.xlsx"),
  });
  expect(await place.zivsync("accounts", "-f", "xlsx")).toEqual({
    code: 0,
    out: "",
    err: "The accounts were written to accounts.xlsx.\n",
  });
  const parts = unzipSync(await readFile(join(place.folder, "accounts.xlsx")));
  const sheet = new TextDecoder().decode(parts["xl/worksheets/sheet1.xml"]);
  expect(sheet).toContain(`<autoFilter ref="A1:J${personal.length + 1}"/>`);
  expect(sheet).toMatch(/<pane [^>]*ySplit="1"[^>]*state="frozen"/);
  expect(sheet).not.toContain("<f>");
  const plan = await place.zivsync("plan", "--detailed-exitcode", "--json");
  expect(plan, plan.err).toMatchObject({ code: 0 });
  expect(JSON.parse(plan.out)).toMatchObject({ changes: [], sources: [{ complete: true }] });
  expect(await place.zivsync("accounts", "-f", "csv", "-o", "list.csv")).toMatchObject({ code: 0, out: "" });
  expect((await place.read("list.csv")).split("\r\n")[0]).toBe(
    "Kind,Email,Full name,Active,Aliases,Delegates,Division,Phone,Standing,Rule",
  );
});
