import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  accountAt,
  parseSeed,
  readSeedFile,
  seedFromWorld,
  worldFromSeed,
} from "../../../src/simulator/index.ts";
import { problemsOf } from "../organization.ts";

const wrong = (where: string, message: string, remedy: string) => ({
  code: "simulator-state",
  where,
  message,
  remedy,
});

describe("a seed", () => {
  it("needs nothing but claimed domains, addresses and names", () => {
    const seed = parseSeed(
      JSON.stringify({
        claimedDomains: ["Example.ORG"],
        personal: [{ address: "a@example.org", fullName: "A", phone: "+31205550100", accountKey: "k" }],
        functional: [
          { address: "desk@example.org", fullName: "Desk", members: ["A@example.org", "ghost@example.org"] },
        ],
        hidden: [{ kind: "personal", address: "ghost@example.org", fullName: "G" }],
      }),
      "seed.json",
    );
    const world = worldFromSeed(seed);
    const [a, desk, ghost] = ["a", "desk", "ghost"].map((name) => accountAt(world, `${name}@example.org`));
    expect([...world.claimedDomains]).toEqual(["example.org"]);
    expect(a).toEqual({
      kind: "personal",
      id: a?.id,
      address: "a@example.org",
      fullName: "A",
      aliases: [],
      delegates: [],
      division: "/",
      active: true,
      nickName: "",
      phoneNumbers: [{ value: "+31205550100" }],
      ssoAccountKey: "k",
      password: null,
      extra: { ExternalAccountId: a?.extra.ExternalAccountId },
      hidden: false,
    });
    expect(desk).toMatchObject({ kind: "functional", members: [a?.id, ghost?.id] });
    expect(ghost?.hidden).toBe(true);
  });

  it("gives the same world every time, and another one with another random seed", () => {
    const seed = { claimedDomains: ["example.org"], personal: [{ address: "a@example.org", fullName: "A" }] };
    expect(seedFromWorld(worldFromSeed(seed))).toEqual(seedFromWorld(worldFromSeed(seed)));
    expect(seedFromWorld(worldFromSeed(seed, { randomSeed: 2 })).personal).not.toEqual(
      seedFromWorld(worldFromSeed(seed)).personal,
    );
  });

  it("is the example that comes with zivsync", async () => {
    const world = worldFromSeed(await readSeedFile("desired-state/simulator/live.json"));
    const { personal = [] } = JSON.parse(await readFile("desired-state/simulator/live.json", "utf8"));
    expect(seedFromWorld(world).personal?.map((one) => one.address)).toEqual(
      personal.map((one: { address: string }) => one.address),
    );
  });

  it("is refused with all that is wrong with its shape, and shows no account key", async () => {
    const seed = {
      divisions: "/care",
      personal: [{ address: "a@example.org", fullName: "A", alias: [], accountKey: 7 }, null],
      functional: [{ address: 1, members: [1] }],
      hidden: [{ address: "h@example.org", fullName: "H", members: [] }],
    };
    const keys =
      "address, fullName, aliases, division, id, extra, enterprise, active, delegates, phone, phoneNumbers, nickName, accountKey, password";
    expect(await problemsOf(() => parseSeed(JSON.stringify(seed), "seed.json"))).toEqual({
      InputError: [
        wrong("seed.json", "`claimedDomains` is missing.", "Add it: a list of text."),
        wrong("seed.json", "`divisions` is text.", "It must be a list of text."),
        wrong("seed.json, personal[0]", "`alias` is not a key of this place.", `Use one of ${keys}.`),
        wrong("seed.json, personal[0]", "`accountKey` is a number.", "It must be text."),
        wrong(
          "seed.json, personal[1]",
          "An object is needed here; this is null.",
          "Give it the keys address, fullName.",
        ),
        wrong("seed.json, functional[0]", "`fullName` is missing.", "Add it: text."),
        wrong("seed.json, functional[0]", "`address` is a number.", "It must be text."),
        wrong("seed.json, functional[0]", "`members` is a list.", "It must be a list of text."),
        wrong("seed.json, hidden[0]", "`kind` is missing.", 'Add it: "personal" or "functional".'),
        wrong("seed.json, hidden[0]", "`members` is not a key of this place.", `Use one of kind, ${keys}.`),
      ],
    });
    const broken = JSON.stringify(
      await problemsOf(() => parseSeed('{"accountKey": "canary-key", x', "seed.json")),
    );
    expect(broken).toContain("This is not JSON");
    expect(broken).not.toContain("canary");
  });

  it("is refused with all that its accounts contradict", async () => {
    const seed = {
      claimedDomains: ["example.org"],
      admin: "boss@example.org",
      personal: [
        { id: "u-1", address: "a@example.org", fullName: "A", aliases: ["A@example.org"] },
        { id: "u-2", address: "b@example.org", fullName: "B" },
        { id: "u-2", address: "c@example.org", fullName: "C" },
      ],
      functional: [{ address: "desk@example.org", fullName: "D", aliases: ["b@example.org"] }],
      hidden: [
        {
          kind: "functional" as const,
          address: "h@example.org",
          fullName: "H",
          members: ["u-2", "u-3", "z@example.org"],
        },
      ],
    };
    const twice = (place: string, what: string) =>
      wrong(
        `seed.json, ${place}`,
        `${what} is given twice; it belongs to one account only.`,
        "Take one of them away.",
      );
    const nobody = (member: string) =>
      wrong(
        "seed.json, hidden[0]",
        `The member ${member} is not an account of this file.`,
        "Add the account, or take it away here.",
      );
    expect(await problemsOf(() => worldFromSeed(seed, { where: "seed.json" }))).toEqual({
      InputError: [
        twice("personal[0]", "A@example.org"),
        twice("personal[2]", "The id u-2"),
        twice("functional[0]", "b@example.org"),
        nobody("u-3"),
        nobody("z@example.org"),
        wrong(
          "seed.json, admin",
          "boss@example.org is not an account of this file.",
          "Name one, or leave the key out.",
        ),
      ],
    });
  });

  it("that is not there is an error of its own", async () => {
    expect(await problemsOf(() => readSeedFile("no-such-seed.json"))).toEqual({
      InputError: [
        {
          code: "file-not-found",
          where: "no-such-seed.json",
          message: "There is no such file.",
          remedy: "Check the path.",
        },
      ],
    });
  });
});
