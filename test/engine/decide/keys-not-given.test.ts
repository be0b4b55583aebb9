import { person, record } from "../../support/engine.ts";
import { planTable } from "../table.ts";

const keyless = (address: string) => record(address, { accountKey: null });
const PEOPLE = ["a@example.org", "b@example.org"];

planTable([
  {
    name: "keys that nobody's source gives are said once, not for every person",
    desired: PEOPLE.map(keyless),
    live: PEOPLE.map((at) => person(at)),
    expect: { findings: ["account-key-missing"] },
  },
  {
    name: "and who cannot be created without one has a finding of their own",
    desired: [...PEOPLE, "new@example.org"].map(keyless),
    live: PEOPLE.map((at) => person(at)),
    expect: { findings: ["account-key-missing new@example.org", "account-key-missing"] },
  },
  {
    name: "where the source gives anybody a key, each who has none is named",
    desired: [...PEOPLE.map(keyless), record("c@example.org")],
    live: [...PEOPLE, "c@example.org"].map((at) => person(at)),
    expect: { findings: PEOPLE.map((at) => `account-key-missing ${at}`) },
  },
]);
