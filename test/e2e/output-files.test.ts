import { expect, it } from "vitest";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";

/** `-o FILE`, for shells that spoil what is redirected: Windows PowerShell 5.1 changes every letter beyond a to z. */

async function planned() {
  const simulator = await simulated({ claimedDomains: ["example.org"], personal: [] });
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url, "guards: { create: off }\n"),
    "desired-state/profiles/all.yaml": PROFILE_YAML.replace("[personal, functional]", "[personal]").replace(
      /^ {4}functional.*\n/m,
      "",
    ),
    "desired-state/users.csv": `Email,Full name,Account key\nnew@example.org,Zoë,${ACCOUNT_KEY}new\n`,
  });
  expect(await place.zivsync("plan")).toMatchObject({ code: 0 });
  return place;
}

it.each([["text"], ["markdown"], ["html"], ["json"]])(
  "show -f %s -o writes what show prints",
  async (format) => {
    const place = await planned();
    const printed = await place.zivsync("show", "plan.json", "-f", format);
    const written = await place.zivsync("show", "plan.json", "-f", format, "-o", "shown");
    expect(written).toEqual({ code: 0, out: "", err: printed.err });
    expect(await place.read("shown")).toBe(printed.out);
    expect(printed.out).toContain("Zoë");
  },
);

it("approve --statement -o writes one line and no line end of Windows", async () => {
  const place = await planned();
  const run = await place.zivsync("approve", "plan.json", "--statement", "-o", "statement");
  expect(run).toMatchObject({ code: 0, out: "" });
  expect(await place.read("statement")).toMatch(/^[^\r\n]+\n$/);
});

it("approve -o without --statement is refused, and writes nothing", async () => {
  const place = await planned();
  expect(await place.zivsync("approve", "plan.json", "-o", "mine")).toEqual({
    code: 1,
    out: "",
    err: `error[usage] --output mine
  Only a statement is written to a file of your own; an approval is written beside the plan.
  Add \`--statement\`, or leave \`--output\` out.
`,
  });
  expect(await place.written()).toEqual(["plan.json"]);
});
