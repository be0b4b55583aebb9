import writeExcelFile from "write-excel-file/node";
import type { SeedPersonal, SimulatorSeed } from "../../src/simulator/index.ts";
import { ACCOUNT_KEY, organizationYaml, type Workplace } from "../support/cli.ts";

/*
 * A hospital of 300 people and ten functional accounts, a workbook that its human resources department keeps, and what
 * happened since the last time: two newcomers, a leaver, a marriage, two people who swapped an alias, a new name, and a
 * desk that got another member.
 */

const USER_COLUMNS = ["Email", "Full name", "Aliases", "Active", "Account key"] as const;
export type UserRow = Record<(typeof USER_COLUMNS)[number], string>;

const number = (at: number) => String(at).padStart(3, "0");
export const emailOf = (at: number) => `p${number(at)}@example.org`;
const deskOf = (at: number) => `desk${at}@example.org`;
const keyOf = (at: number) => `${ACCOUNT_KEY}${number(at)}`;
const membersOf = (desk: number) => [emailOf(desk), emailOf(desk + 100), emailOf(desk + 200)];

export const MARRIED = { at: 50, before: "n.jansen@example.org", after: "n.devries@example.org" };
export const SWAPPED = [41, 42] as const;
export const RENAMED = 60;
export const NEW = [299, 300] as const;
export const LEAVER = "leaver@example.org";

/** The rows of sheet "Users"; row 2 is the first person's. */
export function userRows(): UserRow[] {
  return Array.from({ length: 300 }, (_, index) => {
    const at = index + 1;
    const swapped = at === SWAPPED[0] ? SWAPPED[1] : at === SWAPPED[1] ? SWAPPED[0] : at;
    return {
      Email: at === MARRIED.at ? MARRIED.after : emailOf(at),
      "Full name": at === RENAMED ? "Person Poe-Roe" : `Person ${at}`,
      Aliases:
        at === MARRIED.at ? MARRIED.before : at === 41 || at === 42 ? `alias${swapped}@example.com` : "",
      Active: "yes",
      "Account key": keyOf(at),
    };
  });
}

export async function workbook(users: readonly UserRow[]): Promise<Uint8Array> {
  const desks = Array.from({ length: 10 }, (_, index) => {
    const at = index + 1;
    return [deskOf(at), `Desk ${at}`, [...membersOf(at), ...(at === 3 ? [emailOf(NEW[0])] : [])].join("; ")];
  });
  const sheets = [
    {
      sheet: "Users",
      data: [[...USER_COLUMNS], ...users.map((row) => USER_COLUMNS.map((column) => row[column] || null))],
    },
    { sheet: "Functional accounts", data: [["Email", "Full name", "Delegates"], ...desks] },
  ];
  return await writeExcelFile(sheets).toBuffer();
}

/** What Zivver has. */
export function liveSeed(): SimulatorSeed {
  const personal = Array.from({ length: 298 }, (_, index): SeedPersonal => {
    const at = index + 1;
    return {
      address: at === MARRIED.at ? MARRIED.before : emailOf(at),
      fullName: `Person ${at}`,
      aliases: at === 41 || at === 42 ? [`alias${at}@example.com`] : [],
      accountKey: keyOf(at),
    };
  });
  return {
    claimedDomains: ["example.org", "example.com"],
    personal: [...personal, { address: LEAVER, fullName: "Lee Ver", accountKey: keyOf(999) }],
    functional: Array.from({ length: 10 }, (_, index) => ({
      address: deskOf(index + 1),
      fullName: `Desk ${index + 1}`,
      members: membersOf(index + 1),
    })),
  };
}

const PROFILE = `apiVersion: zivsync/v1
kind: Profile
name: everybody
manages: { kinds: [personal, functional] }
sources:
  - name: hr
    type: spreadsheet
    personal: { file: ../accounts.xlsx, sheet: Users }
    functional: { file: ../accounts.xlsx, sheet: Functional accounts }
`;

export async function writeHospital(place: Workplace, url: string, users = userRows()): Promise<void> {
  await place.write({
    "desired-state/organization.yaml": organizationYaml(url),
    "desired-state/profiles/everybody.yaml": PROFILE,
    "desired-state/accounts.xlsx": await workbook(users),
  });
}
