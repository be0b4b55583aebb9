import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { DOMAIN_DN, type Samba } from "../servers/samba.ts";
import { workplace } from "../support/cli.ts";
import { runs } from "../support/runs.ts";
import {
  corporationServer,
  FEW_DN,
  type ListedRecord,
  listingOf,
  withPassword,
  writeDirectory,
} from "./corporation-server.ts";

const run = promisify(execFile);
const server = corporationServer();

/** Schema identifiers of attributes (MS-ADA1, MS-ADA3). */
const IDENTIFIERS = {
  accountExpires: "bf967915-0de6-11d0-a285-00aa003049e2",
  userAccountControl: "bf967a68-0de6-11d0-a285-00aa003049e2",
} as const;

/** Takes away, from everybody who logs on, the right to read an attribute below the root of the domain. */
async function hide({ ca }: Samba, attribute: keyof typeof IDENTIFIERS): Promise<void> {
  const folder = dirname(dirname(ca));
  const target = ["-H", join(folder, "private", "sam.ldb"), `--configfile=${join(folder, "smb.conf")}`];
  const sddl = `(OD;CIIO;RP;${IDENTIFIERS[attribute]};;AU)`;
  await run("samba-tool", ["dsacl", "set", ...target, `--objectdn=${DOMAIN_DN}`, `--sddl=${sddl}`]);
}

/** A tenth of the domain, or all of it. */
const PART = [`baseDns: "${FEW_DN}"`].slice(runs(0, 1));

async function records() {
  const place = await workplace();
  const { ldaps, ca } = server.samba;
  await writeDirectory(place, "http://127.0.0.1:9/", { urls: [ldaps], ca, more: PART });
  return listingOf(await withPassword(place, ["records", "-f", "json"])).records;
}

const those = (records: readonly ListedRecord[], active: boolean | null) =>
  records.filter((one) => one.kind === "personal" && one.active === active).map(({ email }) => email);

it("nobody is enabled because a domain controller hides who is not", async () => {
  const before = await records();
  const [enabled, disabled] = [those(before, true), those(before, false)];
  expect([enabled.length > 0, disabled.length > 0, those(before, null)]).toEqual([true, true, []]);
  const open = before.filter(({ delegates }) => (delegates?.length ?? 0) > 0);
  expect(open.length).toBeGreaterThan(2);

  await hide(server.samba, "accountExpires");
  const withoutExpiry = await records();
  expect(those(withoutExpiry, true)).toEqual([]);
  const unknown = new Set(those(withoutExpiry, null));
  expect(enabled.filter((one) => !unknown.has(one))).toEqual([]);
  expect(those(withoutExpiry, false).filter((one) => !disabled.includes(one))).toEqual([]);

  await hide(server.samba, "userAccountControl");
  const blind = await records();
  expect([those(blind, true), those(blind, false)]).toEqual([[], []]);
  const teams = blind.filter(({ kind }) => kind === "functional");
  expect(teams.filter((one) => (one.delegates?.length ?? 0) > 0)).toEqual([]);
}, 300_000);
