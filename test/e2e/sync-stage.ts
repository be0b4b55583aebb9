import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import outputSchema from "../../schemas/output.schema.json" with { type: "json" };
import planSchema from "../../schemas/plan.schema.json" with { type: "json" };
import type { StandingCounts } from "../../src/model/plan/standing.ts";
import type { SyncResult } from "../../src/model/sync-result.ts";
import type { Simulator, SimulatorOptions } from "../../src/simulator/index.ts";
import type { World } from "../../src/simulator/world/world.ts";
import { ACCOUNT_KEY, organizationYaml, simulated, type Workplace, workplace } from "../support/cli.ts";

/*
 * Eight people and a desk, of whom a first plan was applied by a person, so that standing approval may begin. What happens
 * after that is written with the sync.
 */

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(planSchema);
ajv.addSchema(outputSchema);
const fits = ajv.getSchema(`${outputSchema.$id}#/$defs/sync`) as ValidateFunction;

export const STANDING: StandingCounts = {
  create: 9,
  update: 9,
  reactivate: 9,
  suspend: 9,
  rename: 9,
  addDelegate: 9,
  removeDelegate: 9,
};

export type SyncGiven = {
  readonly standing?: StandingCounts;
  readonly window?: string;
  readonly profiles?: string;
  readonly guards?: string;
  readonly protected?: string;
  readonly missing?: string;
  readonly state?: string;
};

type Row = { readonly name: string; fullName: string; aliases: string; key: string; address: string };

export type Synced = { readonly code: number | null; readonly err: string; readonly result: SyncResult };

export type Stage = {
  readonly place: Workplace;
  readonly simulator: Simulator;
  readonly world: World;
  join(...names: string[]): void;
  leave(...names: string[]): void;
  /** The source has them no more, whom no account is for yet. */
  leaveOut(...names: string[]): void;
  rename(name: string, fullName: string): void;
  setAddress(name: string, address: string): void;
  setAliases(name: string, aliases: string): void;
  setKey(name: string, key: string): void;
  setMembers(...names: string[]): void;
  configure(given: SyncGiven): Promise<void>;
  /** Writes the sources as they are by now. */
  writeSources(): Promise<void>;
  sync(...words: string[]): Promise<Synced>;
  /** The same with other variables of the environment. */
  syncWith(environment: Readonly<Record<string, string>>, ...words: string[]): Promise<Synced>;
  /** The writes that Zivver got since the stage was set. */
  writes(): readonly string[];
};

export async function syncStage(given: SyncGiven, options: Partial<SimulatorOptions> = {}): Promise<Stage> {
  const names = Array.from({ length: 8 }, (_, at) => `p${at + 1}`);
  const rows = new Map<string, Row>(names.map((name) => [name, rowOf(name)]));
  let members = ["p1", "p2"];
  (rows.get("p4") as Row).aliases = "extra@example.org";
  const simulator = await simulated(
    {
      claimedDomains: ["example.org"],
      personal: names.map((name) => ({
        address: `${name}@example.org`,
        fullName: `Person ${name}`,
        aliases: name === "p4" ? ["extra@example.org"] : [],
        accountKey: `${ACCOUNT_KEY}${name}`,
      })),
      functional: [
        { address: "desk@example.org", fullName: "Desk", members: ["p1@example.org", "p2@example.org"] },
      ],
    },
    options,
  );
  const place = await workplace();
  const configure = (now: SyncGiven) => place.write(configurationOf(simulator.url, { ...given, ...now }));
  const writeSources = () =>
    place.write({
      "desired-state/users.csv": `Id,Email,Full name,Aliases,Account key\n${[...rows.values()].map(lineOf).join("\n")}\n`,
      "desired-state/shared.csv": `Id,Email,Full name,Delegates\ndesk,desk@example.org,Desk,${members.map((name) => `${name}@example.org`).join(";")}\n`,
    });
  await configure({});
  await writeSources();
  if (given.state === undefined) await begin(place);
  const from = simulator.log.length;
  const set = (name: string, change: Partial<Row>) =>
    rows.set(name, { ...(rows.get(name) ?? rowOf(name)), ...change });
  const stage: Stage = {
    place,
    simulator,
    world: simulator.world,
    join: (...more) => {
      for (const name of more) rows.set(name, rowOf(name));
    },
    leave: (...gone) => {
      for (const name of gone) rows.delete(name);
    },
    leaveOut: (...gone) => stage.leave(...gone),
    rename: (name, fullName) => void set(name, { fullName }),
    setAddress: (name, address) => void set(name, { address }),
    setAliases: (name, aliases) => void set(name, { aliases }),
    setKey: (name, key) => void set(name, { key }),
    setMembers: (...now) => {
      members = now;
    },
    configure,
    writeSources,
    sync: (...words) => stage.syncWith({}, ...words),
    async syncWith(environment, ...words) {
      await writeSources();
      const { code, out, err } = await place.zivsyncWith(environment, "sync", "--json", ...words);
      if (out === "") throw new Error(`sync printed nothing: ${err}`);
      const result: SyncResult = JSON.parse(out);
      expect(fits(result), JSON.stringify(fits.errors)).toBe(true);
      expect(result.exitCode).toBe(code);
      return { code, err, result };
    },
    writes: () =>
      simulator.log
        .slice(from)
        .flatMap(({ method, path }) => (method === "GET" ? [] : [`${method} ${path}`])),
  };
  return stage;
}

function rowOf(name: string): Row {
  return { name, fullName: `Person ${name}`, aliases: "", key: name, address: `${name}@example.org` };
}

function lineOf({ name, address, fullName, aliases, key }: Row): string {
  return [name, address, fullName, aliases, `${ACCOUNT_KEY}${key}`].join(",");
}

/** The first plan of a state is for people, also where it changes nothing. */
async function begin(place: Workplace): Promise<void> {
  const planned = await place.zivsync("plan", "--json");
  expect(planned, planned.err).toMatchObject({ code: 0 });
  const { digest, changes } = JSON.parse(planned.out);
  expect(changes).toEqual([]);
  const applied = await place.zivsync("apply", "plan.json", "--approve", digest);
  expect(applied, applied.err).toMatchObject({ code: 0 });
}

function configurationOf(url: string, given: SyncGiven): Record<string, string> {
  const { standing = STANDING, window = "7d", guards = GUARDS_OFF, missing = "suspend" } = given;
  const numbers = Object.entries(standing).map(([type, number]) => `    ${type}: ${number}\n`);
  const profiles = given.profiles === undefined ? "" : `    profiles: ${given.profiles}\n`;
  const approval = `approval:\n  standing:\n    window: ${window}\n${numbers.join("")}${profiles}`;
  const state = given.state ?? "state: { store: file, path: ../state.jsonl }\n";
  const nobody = `apiVersion: zivsync/v1
kind: Profile
name: nobody
manages: { kinds: [personal], include: [{ divisionUnder: /nobody }] }
sources:
  - { name: none, type: declared, files: [../accounts/none.yaml] }
`;
  return {
    "desired-state/organization.yaml": organizationYaml(
      url,
      `${state}${guards}${approval}${given.protected ?? ""}`,
    ),
    "desired-state/profiles/all.yaml": `apiVersion: zivsync/v1
kind: Profile
name: all
manages: { kinds: [personal, functional]${given.profiles === undefined ? "" : ", exclude: [{ divisionUnder: /nobody }]"} }
sources:
  - name: list
    type: spreadsheet
    personal: { file: ../users.csv }
    functional: { file: ../shared.csv }
sync:
  personal: { missing: ${missing} }
`,
    ...(given.profiles === undefined
      ? {}
      : {
          "desired-state/profiles/nobody.yaml": nobody,
          "desired-state/accounts/none.yaml": "apiVersion: zivsync/v1\nkind: Accounts\npersonal: []\n",
        }),
  };
}

const GUARDS_OFF = `guards: { ${["create", "update", "suspend", "reactivate", "delete", "rename", "memberRemoval", "addDelegate", "accountKey", "sourceShrink"].map((name) => `${name}: off`).join(", ")} }\n`;
