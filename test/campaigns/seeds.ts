import fc from "fast-check";
import { applyChanges } from "../../src/engine/apply/apply.ts";
import type { LiveAccount } from "../../src/model/account/account.ts";
import type { Plan } from "../../src/model/plan/plan.ts";
import { canonicalJson } from "../../src/model/values/canonical-json.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { handle } from "../../src/simulator/api/handle.ts";
import { sealPlan } from "../../src/storage/plan/plan-file.ts";
import { deriveSealKeys, sha256 } from "../../src/storage/plan/seal.ts";
import { row, sheetOf, sheetXml } from "../sources/workbooks.ts";
import { machineTarget, virtualClock } from "../support/machine-target.ts";
import { cases, memoryJournal, planOf, policiesOf, worldOf } from "../support/random-organisations.ts";

export const URL_OF_TARGET = "https://zivver.example.org/scim";
export const KEYS = deriveSealKeys(new Secret("an API key"), URL_OF_TARGET);
export const NOW = Date.UTC(2026, 10, 23, 12);
export const AT = new Date(NOW).toISOString();

/** One random organisation's real files and answers. */
export type Seed = {
  readonly plan: Plan;
  readonly planText: string;
  readonly journal: string;
  readonly live: readonly LiveAccount[];
  readonly policies: ReturnType<typeof policiesOf>;
  readonly users: string;
  readonly groups: string;
};

/** Organisations with changes to plan; the same ones for the same seed. */
export async function seedsOf(seed: number, count: number): Promise<readonly Seed[]> {
  const seeds: Seed[] = [];
  for (const one of fc.sample(cases, { numRuns: count * 5, seed })) {
    if (seeds.length >= count) break;
    const world = worldOf(one);
    const planned = (await planOf(one, world)).body;
    const digest = sha256("what was read");
    const body = {
      ...planned,
      live: { ...planned.live, digest },
      sources: planned.sources.map((source) => ({ ...source, digest })),
    };
    if (body.changes.length < 2) continue;
    const [users, groups] = ["/Users", "/Groups"].map((path) => listOf(path, world));
    const plan = sealPlan(
      body,
      {
        zivsync: "0.1.0",
        createdAt: AT,
        expiresAt: new Date(NOW + 86_400_000).toISOString(),
        url: URL_OF_TARGET,
        configuration: { digest: sha256("configuration"), git: null, profiles: ["all"], only: null },
      },
      KEYS,
    );
    const journal = memoryJournal();
    await journal.append({ type: "begin", at: AT, digest: plan.digest, seal: plan.seal, zivsync: "0.1.0" });
    const clock = virtualClock(Math.max(NOW, (world.lag?.now ?? 0) + 86_400_000));
    const { target } = machineTarget(world, clock);
    await applyChanges(body.changes, { target, journal, clock });
    seeds.push({
      plan,
      planText: canonicalJson(plan),
      journal: journal.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""),
      live: await target.read(),
      policies: policiesOf(one),
      users: users ?? "",
      groups: groups ?? "",
    });
  }
  return seeds;
}

function listOf(path: string, world: Parameters<typeof handle>[0]): string {
  const headers = { accept: "application/json" };
  return handle(world, { method: "GET", path, query: {}, headers, body: "" }).body;
}

export const TABLES: readonly Uint8Array[] = [
  Buffer.from(
    'Email;Full name;Aliases;Account key;Active\na@example.org;"A; B";x@example.org;k1;yes\nb@example.org;B;;"k""2";no\n',
  ),
  Buffer.from("Email,Full name\r\na@example.org,Ada\r\nb@example.org,\r\n\r\n", "latin1"),
  Buffer.from("\ufeffEmail\tAccount key\na@example.org\tk1\n", "utf16le"),
];

const rows =
  row(1, "Email", "Account key", "Id", "Active") +
  row(2, "a@example.org", "k1", '<c s="1"><v>12</v></c>', '<c t="b"><v>1</v></c>') +
  row(3, '<c t="s"><v>0</v></c>', "k2", '<c t="e"><f>A1</f><v>#N/A</v></c>', '<c t="str"><v>no</v></c>');
const strings = "<si><t>b@example.org</t></si>";
export const WORKBOOK = sheetOf(rows, { strings, formats: ["0000", "yyyy-mm-dd"] });

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/** The parts of the workbook that are read, for archives with right checksums around parts that are wrong. */
export const PARTS: Readonly<Record<string, string>> = {
  "xl/worksheets/sheet1.xml": sheetXml(rows),
  "xl/sharedStrings.xml": `<sst>${strings}</sst>`,
  "xl/workbook.xml": `<workbook xmlns:r="${OFFICE}"><workbookPr/><sheets><sheet name="Users" sheetId="7" r:id="rId10"/></sheets></workbook>`,
  "xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId10" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId1" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
};

export function workbookWith(part: string, content: Uint8Array): Uint8Array {
  return sheetOf(rows, { strings, formats: ["0000"], parts: { [part]: content } });
}
