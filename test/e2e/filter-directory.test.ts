import { describe, expect, it } from "vitest";
import { peopleIn } from "../servers/corporation.ts";
import { DOMAIN_DN } from "../servers/samba.ts";
import { workplace } from "../support/cli.ts";
import { runs } from "../support/runs.ts";
import { corporationServer, FEW_DN, listingOf, withPassword, writeDirectory } from "./corporation-server.ts";

const server = corporationServer();

async function addressesWith(filter: string, under = DOMAIN_DN): Promise<readonly string[]> {
  const place = await workplace();
  const { ldaps, ca } = server.samba;
  const more = [`baseDns: "${under}"`, `personal: { filter: ${filter} }`, "functional: false"];
  await writeDirectory(place, "http://127.0.0.1:9/", { urls: [ldaps], ca, more });
  const { complete, records } = listingOf(await withPassword(place, ["records", "-f", "json"]));
  expect(complete).toBe(true);
  return records.map(({ email }) => email.toLowerCase()).sort();
}

const GROUPS = (["of-primary", "zivver-users"] as const).slice(0, runs(1, 2));
const LOOKED = ['field: sAMAccountName, values: "*1*"', 'field: fullName, values: "*a*"'].slice(
  0,
  runs(1, 2),
);

/** A tenth of the domain, or all of it. */
const LOOKED_UNDER = [FEW_DN, DOMAIN_DN][runs(0, 1)];

describe("a filter on a domain of 5,200 people", () => {
  it.each(GROUPS)("parts it by the group %s, at any depth", async (group) => {
    const dn = `CN=${group},OU=Groups,${DOMAIN_DN}`;
    const inside = await addressesWith(`[{ memberOf: "${dn}" }]`);
    const outside = await addressesWith(`[{ memberOf: "${dn}", exclude: true }]`);
    expect(inside).toEqual([...peopleIn(group)].sort());
    expect([...inside, ...outside].sort()).toEqual(await addressesWith("[]"));
  });

  it("parts it by a field and by an attribute", async () => {
    const all = await addressesWith("[]", LOOKED_UNDER);
    for (const looked of LOOKED) {
      const inside = await addressesWith(`[{ ${looked} }]`, LOOKED_UNDER);
      const outside = await addressesWith(`[{ ${looked}, exclude: true }]`, LOOKED_UNDER);
      expect(inside.length).toBeGreaterThan(50);
      expect(outside.length).toBeGreaterThan(50);
      expect([...inside, ...outside].sort()).toEqual(all);
    }
  });
});
