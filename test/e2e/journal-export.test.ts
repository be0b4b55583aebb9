import { expect, it } from "vitest";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";

const FORMULA = '=HYPERLINK("http://evil.example.net")';

async function applied() {
  const place = await workplace();
  const simulator = await simulated({
    claimedDomains: ["example.org", "example.com"],
    personal: [{ address: "bo@example.org", fullName: "Bo" }],
    functional: [],
  });
  await place.write({
    "desired-state/users.csv": `Email,Full name,Account key\nada@example.org,"${FORMULA.replaceAll('"', '""')}",${ACCOUNT_KEY}1\nbo@example.org,Bo Bos,${ACCOUNT_KEY}2\n`,
    "desired-state/shared.csv": "Email,Full name,Delegates\n",
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      "guards: { create: off, update: off }\n",
    ),
  });
  expect((await place.zivsync("plan")).code).toBe(0);
  const { digest } = JSON.parse(await place.read("plan.json"));
  expect((await place.zivsync("apply", "plan.json", "--approve", digest)).code).toBe(0);
  const journal = (await place.written()).find((file) => file.endsWith(".journal")) ?? "";
  return { place, journal, digest };
}

it("prints a line a change, as JSON Lines and as CSV without a formula, and no account key", async () => {
  const { place, journal, digest } = await applied();
  const json = await place.zivsyncWith({ ZIVVER_API_KEY: "" }, "journal", "export", journal, "-f", "jsonl");
  expect(json).toMatchObject({ code: 0, err: "" });
  const lines = json.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const byAddress = Object.fromEntries(lines.map((line) => [line.address, line]));
  expect(Object.keys(byAddress).sort()).toEqual(["ada@example.org", "bo@example.org"]);
  expect(byAddress["bo@example.org"]).toMatchObject({
    digest,
    action: "update",
    kind: "personal",
    outcome: "applied",
    fullName: "Bo",
    fields: expect.arrayContaining([{ field: "fullName", before: "Bo", after: "Bo Bos" }]),
  });
  expect(byAddress["ada@example.org"]).toMatchObject({
    action: "create",
    zivverId: expect.stringMatching(/./),
  });
  const csv = await place.zivsync("journal", "export", journal);
  expect(csv).toMatchObject({ code: 0, err: "" });
  const rows = csv.out.trimEnd().split("\r\n");
  expect(rows[0]).toBe(
    "At,Action,Kind,Address,Full name,Changes,Outcome,Detail,Profile,Zivver id,Change,Plan",
  );
  expect(rows).toHaveLength(3);
  expect(csv.out).toContain(`'=HYPERLINK`);
  expect(csv.out).not.toMatch(/(^|[,;"\t])=HYPERLINK/m);
  expect(json.out + csv.out).not.toContain(ACCOUNT_KEY);
});

it("puts several journals into one file, and refuses what is not a journal", async () => {
  const { place, journal } = await applied();
  const both = await place.zivsync("journal", "export", journal, journal, "-o", "log.csv");
  expect(both).toMatchObject({ code: 0, out: "", err: "4 changes were written to log.csv.\n" });
  expect((await place.read("log.csv")).trimEnd().split("\r\n")).toHaveLength(5);
  expect(await place.zivsync("journal", "export", "plan.json")).toMatchObject({ code: 1, out: "" });
  expect(await place.zivsync("journal", "export", "none.journal")).toMatchObject({ code: 1, out: "" });
});
