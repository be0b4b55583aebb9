import { describe, expect, test } from "vitest";
import { at, desk, known, person, planOf, profile, reading, record } from "../../support/engine.ts";
import { planTable, suspended } from "../table.ts";
import { ANN, BOB, DESK, deskRow, LENA, linkedTo, liveOf, NILS, rowOf, unreadable } from "./people.ts";

/** Bob still has the address that is Nils's from today on; only his link shows that it is Bob. */
const bobAsNils = liveOf(BOB, { address: liveOf(NILS).address, zivverId: `id-${BOB}` });
const knowsBob = known(NILS, { id: "2", zivverId: `id-${BOB}` });
const day = {
  live: [liveOf(ANN), bobAsNils, desk(DESK, [`id-${ANN}`])],
  known: [linkedTo(ANN), knowsBob],
};
const lists = deskRow([ANN, NILS]);
const bobIsRenamed = `update ${BOB} address: ${NILS} → ${BOB}`;
const nobody = `delegate-unknown ${DESK}`;
const others = profile({ name: "other", manages: { include: [{ domain: "example.com" }] } });
/** Ann's record has Bob's address from today on, and an id that says nothing: Nils's record has the same. */
const ofTwoProfiles = (bob: ReturnType<typeof record>) => ({
  live: [
    liveOf(ANN, { division: "/office" }),
    liveOf(NILS, { division: "/office" }),
    liveOf(BOB, { division: "/care" }),
    desk(DESK, [`id-${ANN}`], { division: "/office" }),
  ],
  known: [
    linkedTo(ANN),
    linkedTo(NILS),
    known(BOB, { link: { profile: "care", source: "hr", anchor: "care/hr personal 2" } }),
  ],
  profiles: [
    {
      policy: profile({ manages: { include: [{ divisionUnder: "/office" }] } }),
      readings: [
        reading([
          record(BOB, { fullName: "Ann Archer", id: "1" }),
          rowOf(NILS, { id: "1" }),
          deskRow([BOB], { division: "/office" }),
        ]),
      ],
    },
    {
      policy: profile({ name: "care", manages: { include: [{ divisionUnder: "/care" }] } }),
      readings: [reading([bob])],
    },
  ],
});
const ours = { manages: { include: [{ domain: "example.org" }] } };

describe("a delegate is the account of the record that has the address, not whoever holds the address now", () => {
  planTable([
    {
      name: "who is created under it in this plan",
      ...day,
      desired: [rowOf(ANN), rowOf(BOB), rowOf(NILS), lists],
      expect: {
        changes: [
          bobIsRenamed,
          `create ${NILS} address: - → ${NILS}; fullName: - → Nils New`,
          `update ${DESK} delegates: [${ANN}] → [${ANN}, ${NILS}]`,
        ],
      },
    },
    {
      name: "nobody, where the record is in doubt",
      ...day,
      desired: [
        rowOf(ANN),
        rowOf(BOB),
        rowOf(NILS, { problems: [{ attribute: "row", message: "It has a cell too many." }] }),
        lists,
      ],
      expect: { changes: [bobIsRenamed], findings: [`record-unreadable ${NILS}`, nobody] },
    },
    {
      name: "nobody, where it is disabled",
      ...day,
      desired: [rowOf(ANN), rowOf(BOB), rowOf(NILS, { active: false }), lists],
      expect: { changes: [bobIsRenamed], findings: [nobody] },
    },
    {
      name: "nobody, where it lies outside the profile",
      ...day,
      known: [linkedTo(ANN)],
      profile: { manages: { exclude: [{ address: NILS }] } },
      desired: [rowOf(ANN), rowOf(NILS), lists],
      expect: { findings: [nobody, "record-not-managed"] },
    },
    {
      name: "nobody, where the record may be another account, and a row of another profile has the address by its id alone",
      ...ofTwoProfiles(record(undefined, { id: "2", fullName: "Bob Brown", ...unreadable("email") })),
      expect: {
        findings: [
          `anchor-twice ${BOB}`,
          `record-unreadable ${BOB}`,
          `anchor-twice ${NILS}`,
          nobody,
          "record-not-managed",
        ],
      },
    },
    {
      name: "nobody, where the record may be another account, and another profile's has the same address",
      ...ofTwoProfiles(record(BOB, { id: "2", fullName: "Bob Brown" })),
      expect: {
        findings: [`anchor-twice ${BOB}`, `anchor-twice ${NILS}`, nobody, "record-not-managed"],
      },
    },
    {
      name: "nobody, where the profile creates no accounts",
      ...day,
      profile: { personal: { create: false } },
      desired: [rowOf(ANN), rowOf(BOB), rowOf(NILS), lists],
      expect: { changes: [bobIsRenamed], findings: [nobody, `policy-held-back ${NILS}`] },
    },
    {
      name: "nobody, where it is created in another plan",
      ...day,
      only: DESK,
      desired: [rowOf(ANN), rowOf(BOB), rowOf(NILS), lists],
      expect: { findings: [nobody] },
    },
    {
      name: "nobody, where the holder keeps the address, since it is protected",
      ...day,
      organization: { protected: [NILS] },
      desired: [rowOf(ANN), rowOf(BOB), rowOf(NILS), lists],
      expect: { findings: [`address-taken ${NILS}`, `account-protected ${NILS}`, nobody] },
    },
    {
      name: "nobody, where the holder cannot be renamed yet",
      ...day,
      live: [...day.live, liveOf(BOB, { zivverId: "another", fullName: "Bob Before", active: false })],
      desired: [rowOf(ANN), rowOf(BOB), rowOf(NILS), lists],
      expect: { findings: [`address-taken ${BOB}`, `address-taken ${NILS}`, nobody] },
    },
    {
      name: "nobody, where several people have the address",
      live: [liveOf(ANN), liveOf(NILS), desk(DESK, [`id-${ANN}`])],
      known: [linkedTo(ANN)],
      desired: [rowOf(ANN), rowOf(NILS), rowOf(NILS, { id: "8", fullName: "Nina New" }), lists],
      expect: { findings: [`duplicate-record ${NILS}`, nobody] },
    },
    {
      name: "nobody, where it is an account of a profile that is not read",
      profile: ours,
      others: [others],
      live: [liveOf(ANN), person("zoe@example.com"), desk(DESK, [`id-${ANN}`])],
      known: [linkedTo(ANN)],
      desired: [rowOf(ANN), deskRow([ANN, "zoe@example.com"])],
      expect: { findings: [nobody] },
    },
    {
      name: "nobody, where it is a leaver",
      live: [liveOf(ANN), liveOf(LENA), desk(DESK, [`id-${ANN}`])],
      known: [linkedTo(ANN), linkedTo(LENA)],
      desired: [rowOf(ANN), deskRow([ANN, LENA])],
      expect: { changes: [suspended(LENA)], findings: [nobody] },
    },
    {
      name: "nobody, where it is an alias that two people claim",
      live: [liveOf(ANN), liveOf(BOB), desk(DESK, [`id-${ANN}`])],
      known: [linkedTo(ANN), linkedTo(BOB)],
      desired: [
        rowOf(ANN, { aliases: ["x@example.org"] }),
        rowOf(BOB, { aliases: ["x@example.org"] }),
        deskRow([ANN, "x@example.org"]),
      ],
      expect: { findings: [`address-claimed-twice ${ANN}`, `address-claimed-twice ${BOB}`, nobody] },
    },
    {
      name: "nobody into a person's mailbox either",
      live: [liveOf(ANN), bobAsNils],
      known: [linkedTo(ANN), knowsBob],
      desired: [rowOf(ANN, { delegates: [NILS] }), rowOf(BOB), rowOf(NILS, { active: false })],
      expect: { changes: [bobIsRenamed], findings: [`delegate-unknown ${ANN}`] },
    },
    {
      name: "an account that no profile manages and no record names is who has the address",
      profile: { manages: { exclude: [{ address: NILS }] } },
      live: [liveOf(ANN), liveOf(NILS), desk(DESK, [`id-${ANN}`])],
      known: [linkedTo(ANN)],
      desired: [rowOf(ANN), lists],
      expect: { changes: [`update ${DESK} delegates: [${ANN}] → [${ANN}, ${NILS}]`] },
    },
  ]);

  test("a plan carries the id of the person meant, under whatever address the plan leaves them", () => {
    const { changes } = planOf({
      ...day,
      only: DESK,
      desired: [rowOf(ANN), rowOf(BOB), rowOf(NILS), deskRow([ANN, BOB])],
    }).body;
    expect(changes.map(({ address, fields }) => [address, fields])).toEqual([
      [
        DESK,
        [
          {
            field: "delegates",
            before: [ANN],
            after: [ANN, NILS],
            accounts: { before: [`id-${ANN}`], after: [`id-${ANN}`, `id-${BOB}`] },
            origin: { source: "hr", where: `row of ${DESK}`, attribute: "delegates" },
          },
        ],
      ],
    ]);
  });

  test("two people who swap addresses keep what they may open", () => {
    const { changes } = planOf({
      live: [liveOf(ANN), liveOf(BOB), desk(DESK, [`id-${ANN}`])],
      known: [linkedTo(ANN), linkedTo(BOB)],
      desired: [
        record(BOB, { id: "1", fullName: "Ann Archer" }),
        record(ANN, { id: "2", fullName: "Bob Brown" }),
        deskRow([BOB]),
      ],
    }).body;
    expect(changes.map(({ address }) => address)).toEqual([BOB, ANN]);
  });
});

describe("nobody who is in falls out because somebody is not known", () => {
  const three = {
    live: [liveOf(ANN), liveOf(BOB), liveOf(LENA), desk(DESK, [`id-${ANN}`, `id-${BOB}`, `id-${LENA}`])],
    known: [linkedTo(ANN), linkedTo(BOB), linkedTo(LENA)],
  };
  const all = [rowOf(ANN), rowOf(BOB), rowOf(LENA)];
  planTable([
    {
      name: "who is meant and disabled stays a member, and whoever is not meant goes",
      ...three,
      desired: [rowOf(ANN), rowOf(BOB), rowOf(LENA, { active: false }), deskRow([ANN, LENA])],
      expect: {
        changes: [`update ${DESK} delegates: [${ANN}, ${BOB}, ${LENA}] → [${ANN}, ${LENA}]`, suspended(LENA)],
        findings: [nobody],
      },
    },
    {
      name: "who is held may be the one that is meant",
      ...three,
      desired: [
        rowOf(ANN),
        rowOf(BOB),
        rowOf(LENA, { problems: [{ attribute: "row", message: "It has a cell too many." }] }),
        deskRow([ANN, "typo@example.org"]),
      ],
      expect: {
        changes: [`update ${DESK} delegates: [${ANN}, ${BOB}, ${LENA}] → [${ANN}, ${LENA}]`],
        findings: [`record-unreadable ${LENA}`, nobody],
      },
    },
    {
      name: "a name that means nobody freezes nothing: who is known, and not meant, goes",
      ...three,
      desired: [...all, deskRow([ANN, "typo@example.org"])],
      expect: {
        changes: [`update ${DESK} delegates: [${ANN}, ${BOB}, ${LENA}] → [${ANN}]`],
        findings: [nobody],
      },
    },
    {
      name: "an address that an apply took from a member, and that nobody has since, may mean that member",
      ...three,
      released: [
        {
          address: at("bob.old@example.org"),
          zivverId: `id-${BOB}`,
          account: at(BOB),
          at: "2026-11-27T22:00:00Z",
        },
      ],
      desired: [...all, deskRow([ANN, "bob.old@example.org"])],
      expect: {
        changes: [`update ${DESK} delegates: [${ANN}, ${BOB}, ${LENA}] → [${ANN}, ${BOB}]`],
        findings: [nobody],
      },
    },
    {
      name: "a list of unknown names empties no desk",
      ...three,
      desired: [...all, deskRow(["typo@example.org"])],
      expect: { findings: [nobody] },
    },
    {
      name: "but the plan shows that it is emptied when the last account in it is deleted",
      profile: { personal: { missing: "delete" } },
      live: [liveOf(BOB), desk(DESK, [`id-${ANN}`]), liveOf(ANN)],
      known: [linkedTo(ANN), linkedTo(BOB)],
      desired: [rowOf(BOB), deskRow([ANN])],
      expect: {
        changes: [
          `suspend ${DESK} delegates: [${ANN}] → []`,
          `delete ${ANN} address: ${ANN} → -; fullName: Ann Archer → -`,
        ],
        findings: [nobody],
      },
    },
    {
      name: "an unreadable list takes nobody out",
      ...three,
      desired: [...all, deskRow(undefined, unreadable("delegates"))],
      expect: { findings: [`record-unreadable ${DESK}`] },
    },
    {
      name: "nor does a list with something that is not an address",
      ...three,
      desired: [...all, deskRow([ANN, "CN=Bob"])],
      expect: { findings: [`delegate-invalid ${DESK}`] },
    },
    {
      name: "an account of a profile that is not read stays, as it may be the unknown one",
      profile: ours,
      others: [others],
      live: [liveOf(ANN), person("zoe@example.com"), desk(DESK, [`id-${ANN}`, "id-zoe@example.com"])],
      known: [linkedTo(ANN)],
      desired: [rowOf(ANN), deskRow(["zoe.new@example.com"])],
      expect: {
        changes: [`update ${DESK} delegates: [${ANN}, zoe@example.com] → [zoe@example.com]`],
        findings: [nobody],
      },
    },
    {
      name: "of two profiles, the one that is read says whom it disables",
      profiles: [
        { policy: profile(ours), readings: [reading([rowOf(ANN), deskRow([ANN, "zoe@example.com"])])] },
        { policy: others, readings: [reading([record("zoe@example.com", { active: false })])] },
      ],
      live: [liveOf(ANN), person("zoe@example.com"), desk(DESK, [`id-${ANN}`])],
      known: [linkedTo(ANN)],
      expect: { changes: [suspended("zoe@example.com")], findings: [nobody] },
    },
  ]);
});
