import { expect, it } from "vitest";
import { organizationYaml, PROFILE_YAML, simulated, workplace } from "../support/cli.ts";

it("a plan names the entries of `protected` that protect nobody, as mistyped ones do", async () => {
  const account = { fullName: "An Admin", active: true };
  const simulator = await simulated({
    claimedDomains: ["example.org"],
    personal: [
      { address: "admin@example.org", ...account, aliases: ["board@example.org"] },
      { address: "a.one@example.org", ...account },
    ],
  });
  const place = await workplace();
  await place.write({
    "desired-state/organization.yaml": organizationYaml(
      simulator.url,
      'protected: [admn@example.org, " Board@Example.org", "a.*@example.org", "*@exampel.org"]\n',
    ),
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/users.csv": "Email,Full name\nadmin@example.org,An Admin\na.one@example.org,An Admin\n",
    "desired-state/shared.csv": "Email,Full name\n",
  });
  await place.zivsync("plan");
  expect(JSON.parse(await place.read("plan.json")).findings).toContainEqual({
    code: "protected-unknown",
    severity: "warning",
    summary:
      "No account in Zivver has an address that `protected` names with admn@example.org, *@exampel.org, so that protects nobody. Correct it if an administrator is meant.",
    where: { place: "organization.yaml" },
  });
});
