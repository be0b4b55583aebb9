import { describe, expect, it } from "vitest";
import { accountAt } from "../../src/zivver/simulator/index.ts";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";

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
          '"020 123" is no phone number of NL. The phone number of the account is left as it is; correct it at the source.',
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
    expect((await place.zivsync("plan", "--detailed-exitcode")).code).toBe(0);
  });
});
