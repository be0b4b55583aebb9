import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { CORPORATION } from "../servers/corporation.ts";
import { SERVICE_PASSWORD } from "../servers/corporation-people.ts";
import { DOMAIN_DN, type Samba, startSamba } from "../servers/samba.ts";
import { organizationYaml, type Run, type Workplace } from "../support/cli.ts";

/** Path of what fills a domain; for those who start one themselves. */
export const LOADER = fileURLToPath(new URL("../servers/samba-load.py", import.meta.url));

/** The corporation on a domain controller of this test file's own. */
export function corporationServer(): { readonly samba: Samba } {
  const held: { samba?: Samba } = {};
  beforeAll(async () => {
    held.samba = await startSamba({ entries: CORPORATION, loader: LOADER });
  }, 400_000);
  afterAll(() => held.samba?.close());
  return {
    get samba() {
      if (!held.samba) throw new Error("the domain controller has not been started");
      return held.samba;
    },
  };
}

/** What a test says about its source; the rest is usual. */
export type SourceGiven = {
  readonly type?: "active-directory" | "ldap";
  readonly urls?: readonly string[];
  /** The value of `bind`; null for none. */
  readonly bind?: string | null;
  readonly ca?: string;
  /** Further lines of the source. */
  readonly more?: readonly string[];
};

export const FEW_DN = `OU=Few,${DOMAIN_DN}`;
export const BIND = '{ user: "svc-zivsync@corp.example.test", password: { env: AD_PASSWORD } }';
export const GUARDS_OFF =
  "guards: { create: off, update: off, suspend: off, delete: off, memberRemoval: off }\n";

/** A configuration whose one profile reads a directory for both kinds. */
export async function writeDirectory(
  place: Workplace,
  target: string,
  { type = "active-directory", urls = [], bind = BIND, ca, more = [] }: SourceGiven,
): Promise<void> {
  const lines = [
    `urls: [${urls.join(", ")}]`,
    ...(bind === null ? [] : [`bind: ${bind}`]),
    ...(ca === undefined ? [] : [`caFile: ${ca}`]),
    ...more,
  ];
  await place.write({
    "desired-state/organization.yaml": organizationYaml(target, GUARDS_OFF),
    "desired-state/profiles/all.yaml": `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal, functional] }
sources:
  - name: directory
    type: ${type}
${lines.map((line) => `    ${line}\n`).join("")}`,
  });
}

/** `zivsync` with the password of the service account in AD_PASSWORD, or another one. */
export function withPassword(place: Workplace, words: readonly string[], password = SERVICE_PASSWORD) {
  return place.zivsyncWith({ AD_PASSWORD: password }, ...words);
}

export type ListedRecord = {
  readonly place: string;
  readonly kind: string;
  readonly email: string;
  readonly fullName: string | null;
  readonly active: boolean | null;
  readonly aliases: readonly string[] | null;
  readonly delegates: readonly string[] | null;
  readonly accountKey: string;
  readonly id: string | null;
  readonly becomes: string;
};

export type ListedFinding = {
  readonly code: string;
  readonly severity: string;
  readonly summary: string;
  readonly where: { readonly address?: string; readonly place?: string };
};

export type Listing = {
  readonly complete: boolean;
  readonly records: readonly ListedRecord[];
  readonly findings: readonly ListedFinding[];
};

/** What `zivsync records --json` says of the one source. */
export function listingOf(run: Run): Listing {
  expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: "" });
  const { sources, findings } = JSON.parse(run.out);
  const [{ complete, records }] = sources;
  return { complete, records, findings };
}

export async function planIn(place: Workplace): Promise<Plan> {
  return JSON.parse(await place.read("plan.json"));
}
