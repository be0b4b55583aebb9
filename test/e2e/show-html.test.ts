import { expect, it } from "vitest";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";

async function planned() {
  const simulator = await simulated({
    claimedDomains: ["example.org", "example.com"],
    personal: [{ address: "ann@example.org", fullName: "Ann" }],
    functional: [{ address: "desk@example.org", fullName: "Desk", members: [] }],
  });
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(simulator.url),
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/users.csv": `Email,Full name,Account key\nann@example.org,Ann Bos,${ACCOUNT_KEY}ann\n`,
    "desired-state/shared.csv": "Email,Full name,Delegates\ndesk@example.org,Desk,ann@example.org\n",
  });
  expect(await place.zivsync("plan")).toMatchObject({ code: 0, err: "The plan was written to plan.json.\n" });
  const plan = JSON.parse(await place.read("plan.json"));
  return { place, plan, journal: `plan.json.${plan.seal.slice(-8)}.journal` };
}

it("show -f html writes the report, and tells what apply did once there is a journal", async () => {
  const { place, plan, journal } = await planned();
  const before = await place.zivsync("show", "plan.json", "-f", "html");
  expect(before).toMatchObject({ code: 0, err: "" });
  expect(before.out).toContain("<h1>2 changes planned</h1>");
  expect(before.out).toContain('<span class="chip good">Seal valid</span>');
  expect(before.out).not.toContain("What apply did");
  expect(await place.zivsync("apply", "plan.json", "--approve", plan.digest)).toMatchObject({ code: 0 });
  const after = await place.zivsync("show", "plan.json", "-f", "html");
  expect(after.out).toContain("What apply did");
  expect(after.out).toContain('<li class="tile good"><strong>2</strong> <span>applied</span></li>');
  const named = await place.zivsyncWith(
    { ZIVVER_API_KEY: "" },
    "show",
    "plan.json",
    "-f",
    "html",
    "--journal",
    journal,
  );
  expect(named).toMatchObject({ code: 0, err: "" });
  expect(named.out).toContain('<span class="chip warn">Seal unchecked</span>');
  expect(named.out).toContain("<p>Every change is in place.</p>");
});

it.each(["text", "markdown", "html", "json"])(
  "a changed plan is not shown as %s without the API key either",
  async (format) => {
    const { place, plan } = await planned();
    plan.changes[0].fields[0].after = "Mallory";
    await place.write({ "changed.json": JSON.stringify(plan) });
    const shown = await place.zivsyncWith({ ZIVVER_API_KEY: "" }, "show", "changed.json", "-f", format);
    expect(shown).toEqual({
      code: 3,
      out: "",
      err: `error[plan-tampered] changed.json
  The digest does not fit the changes: what would be shown is not what the digest stands for.
  Make a new plan and have that one reviewed.
`,
    });
  },
);

it("a journal that is not there, is another plan's, or is asked of another format is refused", async () => {
  const { place, plan, journal } = await planned();
  const show = (...words: string[]) => place.zivsync("show", "plan.json", ...words);
  expect(await show("-f", "html", "--journal", "none.journal")).toMatchObject({ code: 1, out: "" });
  expect(await show("--journal", journal)).toEqual({
    code: 1,
    out: "",
    err: `error[usage] --journal ${journal}
  Only the HTML report shows what an apply did.
  Add \`-f html\`, or leave \`--journal\` out.
`,
  });
  await place.zivsync("apply", "plan.json", "--approve", plan.digest);
  await place.zivsync("plan", "-o", "second.json");
  expect(await place.zivsync("show", "second.json", "-f", "html", "--journal", journal)).toEqual({
    code: 3,
    out: "",
    err: `error[journal-other-plan] ${journal}
  The journal belongs to another plan, so it says nothing about this one.
  Give the journal that \`zivsync apply\` named for this plan.
`,
  });
});
