import { describe } from "vitest";
import { desk, deskRecord, known, person, profile, reading, record } from "../../support/engine.ts";
import { planTable, suspended } from "../table.ts";
import {
  ANN,
  BOB,
  LENA,
  linkedTo,
  linkOfFormer,
  liveOf,
  NILS,
  rowOf,
  rowWithoutId,
  unreadable,
} from "./people.ts";

const both = { live: [liveOf(ANN), liveOf(BOB)], known: [linkedTo(ANN), linkedTo(BOB)] };
const MARRIED = "ann.married@example.org";
const isMarried = { fullName: "Ann Married" };
const renamed = `update ${MARRIED} address: ${ANN} → ${MARRIED}; fullName: Ann Archer → Ann Married; aliases: [] → [${ANN}]`;
const creates = (address: string, name: string) =>
  `create ${address} address: - → ${address}; fullName: - → ${name}`;

describe("two people under one address of one source: both accounts stay, and both people are there", () => {
  planTable([
    {
      name: "a second row with a colleague's address, another id and name, while the colleague's own row is there",
      ...both,
      desired: [rowOf(ANN), rowOf(BOB), rowOf(ANN, { id: "9", fullName: "Nils New" })],
      expect: { findings: [`duplicate-record ${ANN}`] },
    },
    {
      name: "a colleague's address typed into one cell does not suspend the person whose row it is",
      ...both,
      desired: [rowOf(ANN), record(ANN, { id: "2", fullName: "Bob Brown" })],
      expect: { findings: [`duplicate-record ${ANN}`] },
    },
    {
      name: "without state, the second may be anybody who seems to be missing",
      live: both.live,
      desired: [rowOf(ANN), record(ANN, { id: "2", fullName: "Bob Brown" })],
      expect: { findings: [`duplicate-record ${ANN}`, `removal-held-back ${BOB}`] },
    },
    {
      name: "nor without ids, when the names differ",
      live: both.live,
      desired: [rowWithoutId(ANN), rowWithoutId(ANN, { fullName: "Bob Brown" })],
      expect: { findings: [`duplicate-record ${ANN}`, `removal-held-back ${BOB}`] },
    },
    {
      name: "nor when the wrong row has lost its id as well",
      ...both,
      desired: [rowOf(ANN), rowWithoutId(ANN, { fullName: "Bob Brown" })],
      expect: { findings: [`duplicate-record ${ANN}`, `removal-held-back ${BOB}`] },
    },
    {
      name: "a row that is there twice is one person, and leavers go on leaving",
      ...both,
      desired: [rowOf(ANN), rowOf(ANN)],
      expect: { changes: [suspended(BOB)], findings: [`duplicate-record ${ANN}`] },
    },
    {
      name: "while both are known by their ids, a leaver still leaves, and a newcomer comes",
      live: [...both.live, liveOf(LENA)],
      known: [...both.known, linkedTo(LENA)],
      desired: [rowOf(ANN), record(ANN, { id: "2", fullName: "Bob Brown" }), rowOf(NILS)],
      expect: {
        changes: [creates(NILS, "Nils New"), suspended(LENA)],
        findings: [`duplicate-record ${ANN}`],
      },
    },
    {
      name: "a second row with an address that was a leaver's, whose name it has: that account stays, too",
      live: [...both.live, liveOf(LENA)],
      known: [...both.known, linkedTo(LENA)],
      desired: [
        rowOf(ANN),
        record(LENA, { id: "2", fullName: "Bob Brown" }),
        record(LENA, { id: "33", fullName: "Lena Leaver" }),
      ],
      expect: { findings: [`duplicate-record ${LENA}`] },
    },
    {
      name: "an alias in the second row that is the account of whose name it has: that account stays, too",
      live: [...both.live, liveOf(LENA)],
      known: [...both.known, linkedTo(LENA)],
      desired: [rowOf(ANN), rowOf(BOB), record(BOB, { id: "33", fullName: "Lena Leaver", aliases: [LENA] })],
      expect: { findings: [`duplicate-record ${BOB}`, `alias-waits ${BOB}`] },
    },
    {
      name: "the address of an account of the same name, which the linked one cannot have: it stays",
      live: [liveOf(ANN), liveOf(BOB, { fullName: "Ann Archer" })],
      known: both.known,
      desired: [record(BOB, { id: "1", fullName: "Ann Archer" })],
      expect: { findings: [`address-taken ${BOB}`] },
    },
    {
      name: "the address of a colleague who has left: the row is still Bob's, and Ann is a leaver",
      ...both,
      desired: [record(ANN, { id: "2", fullName: "Bob Brown" })],
      expect: { changes: [suspended(ANN)], findings: [`address-taken ${ANN}`] },
    },
  ]);
});

describe("sources of one profile that join different people by address", () => {
  const extraLink = { link: { profile: "staff", source: "extra", anchor: "staff/extra personal 2" } };
  planTable([
    {
      name: "whose links show different accounts: a conflict, and both stay",
      live: both.live,
      known: [linkedTo(ANN), known(BOB, extraLink)],
      readings: [
        reading([rowOf(ANN)]),
        reading([record(ANN, { id: "2", fullName: "Bob Brown" })], { source: "extra" }),
      ],
      expect: { findings: [`identity-conflict ${ANN}`] },
    },
    {
      name: "equal ids of different sources are different people's",
      ...both,
      readings: [reading([rowOf(ANN), rowOf(BOB)]), reading([rowOf(ANN, { id: "2" })], { source: "extra" })],
      expect: {},
    },
  ]);
});

/** Ann's account, linked to a mangled id since one day, and to her own before. */
const mangledOnce = () => {
  const { link, ...rest } = known(ANN, { id: "1.2E+5" });
  const own = linkedTo(ANN).link;
  if (link === undefined || own === undefined) throw new Error("not linked");
  return { ...rest, link: { ...link, replaced: [own.anchor] } };
};

describe("a row under a colleague's address, while not all rows can be read and nothing is remembered", () => {
  planTable([
    {
      name: "takes no account of another name",
      live: both.live,
      readings: [reading([rowOf(ANN, { id: "2", fullName: "Bob Brown" })], { complete: false })],
      expect: {
        findings: [`link-doubtful ${ANN}`, `removal-held-back ${BOB}`],
      },
    },
  ]);
});

describe("an id that was mangled one day", () => {
  planTable([
    {
      name: "and is right again on the day of a new name and address, is the same person's",
      live: both.live,
      known: [mangledOnce(), linkedTo(BOB)],
      desired: [record(MARRIED, { id: "1", ...isMarried }), rowOf(BOB)],
      expect: { changes: [renamed], findings: [`link-replaced ${MARRIED}`] },
    },
    {
      name: "is nobody else's afterwards, whoever gets the number",
      live: both.live,
      known: [mangledOnce(), linkedTo(BOB)],
      desired: [record("nils@example.org", { id: "1", fullName: "Nils New" }), rowOf(BOB)],
      expect: { findings: ["link-doubtful nils@example.org"] },
    },
    {
      name: "and goes on as it is, does not matter",
      live: both.live,
      known: [mangledOnce(), linkedTo(BOB)],
      desired: [rowOf(ANN, { id: "1.2E+5" }), rowOf(BOB)],
      expect: {},
    },
  ]);
});

describe("ids that were renumbered", () => {
  const padded = {
    live: both.live,
    known: [linkedTo(ANN, { id: "0001" }), linkedTo(BOB, { id: "0002" })],
  };
  planTable([
    {
      name: "leading zeros lost: everybody is still there, and linked again",
      ...padded,
      desired: [rowOf(ANN), rowOf(BOB)],
      expect: { findings: [`link-replaced ${ANN}`, `link-replaced ${BOB}`] },
    },
    {
      name: "on the day of a marriage: a rename",
      ...padded,
      desired: [record(MARRIED, { id: "1", ...isMarried }), rowOf(BOB)],
      expect: { changes: [renamed], findings: [`link-replaced ${MARRIED}`, `link-replaced ${BOB}`] },
    },
    {
      name: "and of a swap of addresses: both are left as they are",
      ...padded,
      desired: [
        record(BOB, { id: "1", fullName: "Ann Archer" }),
        record(ANN, { id: "2", fullName: "Bob Brown" }),
      ],
      expect: { findings: [`link-doubtful ${ANN}`, `link-doubtful ${BOB}`] },
    },
    {
      name: "two records with nearly the id of one account: neither gets it",
      live: [liveOf(ANN)],
      known: [linkedTo(ANN, { id: "01" })],
      desired: [
        record("one@example.org", { id: "1", fullName: "Ann One" }),
        record("two@example.org", { id: "001", fullName: "Ann Two" }),
      ],
      expect: { findings: ["link-doubtful one@example.org", "link-doubtful two@example.org"] },
    },
    {
      name: "a person of nearly the same id does not get the account of a colleague whose own row is there",
      live: both.live,
      known: [linkedTo(ANN, { id: "01" }), linkedTo(BOB)],
      desired: [
        record("ann.other@example.org", { id: "1", fullName: "Ann Other" }),
        rowWithoutId(ANN),
        rowOf(BOB),
      ],
      expect: { changes: [creates("ann.other@example.org", "Ann Other")] },
    },
    {
      name: "all ids new, all names and addresses the same",
      ...both,
      desired: [rowOf(ANN, { id: "x1" }), rowOf(BOB, { id: "x2" })],
      expect: { findings: [`link-replaced ${ANN}`, `link-replaced ${BOB}`] },
    },
    {
      name: "ids mixed up among the rows: nobody gets a colleague's account under the own name",
      ...both,
      desired: [rowOf(ANN, { id: "2" }), rowOf(BOB, { id: "1" })],
      expect: { findings: [`link-doubtful ${ANN}`, `link-doubtful ${BOB}`] },
    },
    {
      name: "one id in two rows, one of them renamed: whoever seems to be missing may be that one",
      ...both,
      desired: [rowOf(ANN, { id: "7" }), record("bob.b@example.org", { id: "7", fullName: "Bob Brown" })],
      expect: {
        findings: ["anchor-twice bob.b@example.org", `anchor-twice ${ANN}`, `removal-held-back ${BOB}`],
      },
    },
  ]);
});

describe("an id that is not there on the day of a marriage", () => {
  planTable([
    {
      name: "unreadable: nothing is created, and nobody is suspended",
      ...both,
      desired: [record(MARRIED, { ...isMarried, ...unreadable("id") }), rowOf(BOB)],
      expect: {
        findings: [`identity-unknown ${MARRIED}`, `record-unreadable ${MARRIED}`, `removal-held-back ${ANN}`],
      },
    },
    {
      name: "an empty cell: held, with the account that it may be",
      ...both,
      desired: [record(MARRIED, isMarried), rowOf(BOB)],
      expect: { findings: [`identity-unknown ${MARRIED}`] },
    },
    {
      name: "an empty cell of a newcomer whose name is another's stops nothing",
      ...both,
      desired: [record(NILS, { fullName: "Nils New" }), rowOf(BOB)],
      expect: { changes: [creates(NILS, "Nils New"), suspended(ANN)] },
    },
    {
      name: "an empty cell stops nothing while everybody is there",
      ...both,
      desired: [rowOf(ANN), rowOf(BOB), record("ann.other@example.org", { fullName: "Ann Other" })],
      expect: { changes: [creates("ann.other@example.org", "Ann Other")] },
    },
    {
      name: "a cell that cannot be read, with a colleague's address, in a life without state: neither account is touched",
      live: both.live,
      profile: { personal: { missing: "delete" } },
      desired: [rowWithoutId(BOB, { fullName: "Ann Archer", ...unreadable("id") })],
      expect: { findings: [`link-doubtful ${BOB}`, `record-unreadable ${BOB}`, `removal-held-back ${ANN}`] },
    },
    {
      name: "such a cell of a leaver suspends nobody else",
      live: both.live,
      desired: [
        rowWithoutId(ANN),
        rowWithoutId(BOB, { fullName: "Lena Leaver", active: false, ...unreadable("id") }),
      ],
      expect: { findings: [`link-doubtful ${BOB}`, `record-unreadable ${BOB}`] },
    },
    {
      name: "such a cell under one given name is the account's",
      live: both.live,
      desired: [rowWithoutId(ANN), rowWithoutId(BOB, { fullName: "Bob Married", ...unreadable("id") })],
      expect: {
        changes: [`update ${BOB} fullName: Bob Brown → Bob Married`],
        findings: [`record-unreadable ${BOB}`],
      },
    },
    {
      name: "the column is lost: whoever is found by address is there, and the renamed one is held",
      ...both,
      fieldsBefore: { personal: ["email", "id"] },
      desired: [record(MARRIED, isMarried), rowWithoutId(BOB)],
      expect: { findings: [`identity-unknown ${MARRIED}`, "field-lost", `removal-held-back ${ANN}`] },
    },
    {
      name: "the column is lost, and somebody left: a leaver is a leaver",
      ...both,
      fieldsBefore: { personal: ["email", "id"] },
      desired: [rowWithoutId(BOB)],
      expect: { changes: [suspended(ANN)], findings: ["field-lost"] },
    },
    {
      name: "the column is lost, and a newcomer has a leaver's address: held",
      ...both,
      fieldsBefore: { personal: ["email", "id"] },
      desired: [rowWithoutId(ANN, { fullName: "Nils New" }), rowWithoutId(BOB)],
      expect: { findings: [`link-doubtful ${ANN}`, "field-lost"] },
    },
  ]);
});

describe("a source or a profile that was renamed", () => {
  const former = {
    live: both.live,
    known: [known(ANN, linkOfFormer("1")), known(BOB, linkOfFormer("2"))],
  };
  planTable([
    {
      name: "links everybody again, by id and name",
      ...former,
      desired: [rowOf(ANN), rowOf(BOB)],
      expect: { findings: [`link-replaced ${ANN}`, `link-replaced ${BOB}`] },
    },
    {
      name: "a newcomer with a leaver's address does not get the account",
      ...former,
      desired: [rowOf(ANN, { id: "9", fullName: "Nils New" }), rowOf(BOB)],
      expect: { findings: [`link-doubtful ${ANN}`, `link-replaced ${BOB}`] },
    },
    {
      name: "nor a suspended one",
      ...former,
      live: [liveOf(ANN, { active: false }), liveOf(BOB)],
      desired: [rowOf(ANN, { id: "9", fullName: "Nils New", active: true }), rowOf(BOB)],
      expect: { findings: [`link-doubtful ${ANN}`, `link-replaced ${BOB}`] },
    },
    {
      name: "nor when the profile was renamed",
      ...former,
      known: [known(ANN, linkOfFormer("1", "hr", "people")), known(BOB, linkOfFormer("2", "hr", "people"))],
      desired: [rowOf(ANN, { id: "9", fullName: "Nils New" }), rowOf(BOB)],
      expect: { findings: [`link-doubtful ${ANN}`, `link-replaced ${BOB}`] },
    },
    {
      name: "a marriage on that day is held: ids of another source may be other people's",
      ...former,
      desired: [record(MARRIED, { id: "1", ...isMarried }), rowOf(BOB)],
      expect: { findings: [`link-doubtful ${MARRIED}`, `link-replaced ${BOB}`] },
    },
    {
      name: "another numbering gives nobody a colleague's account, though the given names are the same",
      ...former,
      desired: [
        record("ann.other@example.org", { id: "1", fullName: "Ann Other" }),
        rowOf(ANN, { id: "7" }),
        rowOf(BOB),
      ],
      expect: {
        changes: [creates("ann.other@example.org", "Ann Other")],
        findings: [`link-replaced ${ANN}`, `link-replaced ${BOB}`],
      },
    },
    {
      name: "leavers leave",
      ...former,
      desired: [rowOf(BOB)],
      expect: { changes: [suspended(ANN)], findings: [`link-replaced ${BOB}`] },
    },
    {
      name: "an equal id in a profile that is not the one is another person's",
      live: [liveOf(ANN)],
      known: [known(ANN, linkOfFormer("1"))],
      profiles: [
        {
          policy: profile({ manages: { include: [{ domain: "example.org" }] } }),
          readings: [reading([rowOf(ANN)])],
        },
        {
          policy: profile({ name: "other", manages: { include: [{ domain: "example.com" }] } }),
          readings: [reading([record("zoe@example.com", { id: "1", fullName: "Zoe" })])],
        },
      ],
      expect: { changes: [creates("zoe@example.com", "Zoe")], findings: [`link-replaced ${ANN}`] },
    },
  ]);
});

describe("a leaver's account goes to nobody else", () => {
  const suspendedLena = liveOf(LENA, { active: false });
  const isNils = { id: "9", fullName: "Nils New", active: true };
  planTable([
    {
      name: "never linked, and suspended: not to a newcomer with its address",
      live: [suspendedLena, liveOf(BOB)],
      known: [linkedTo(BOB)],
      desired: [record(LENA, isNils), rowOf(BOB)],
      expect: { findings: [`address-reused ${LENA}`] },
    },
    {
      name: "nor without state and ids",
      live: [suspendedLena, liveOf(BOB)],
      desired: [record(LENA, { fullName: "Nils New", active: true }), rowWithoutId(BOB)],
      expect: { findings: [`address-reused ${LENA}`] },
    },
    {
      name: "nor to a namesake by given name",
      live: [suspendedLena],
      desired: [record(LENA, { fullName: "Lena New", active: true })],
      expect: { findings: [`address-reused ${LENA}`] },
    },
    {
      name: "to the same name it goes back, when a source says that it is active",
      live: [suspendedLena],
      desired: [rowWithoutId(LENA, { active: true })],
      expect: { changes: [`reactivate ${LENA} active: false → true`] },
    },
    {
      name: "by the alias of a successor, linked: the leaver is suspended, and the alias waits",
      live: [liveOf(LENA), liveOf(BOB)],
      known: [linkedTo(LENA), linkedTo(BOB)],
      desired: [rowOf(BOB, { aliases: [LENA] })],
      expect: { changes: [suspended(LENA)], findings: [`address-taken ${BOB}`] },
    },
    {
      name: "the day after, it still waits",
      live: [suspendedLena, liveOf(BOB)],
      known: [linkedTo(LENA, { suspended: "missing" }), linkedTo(BOB)],
      desired: [rowOf(BOB, { aliases: [LENA] })],
      expect: { findings: [`address-taken ${BOB}`] },
    },
    {
      name: "by the alias of a new successor who was never linked: both are held",
      live: [liveOf(LENA)],
      desired: [rowOf(NILS, { aliases: [LENA] })],
      expect: { findings: [`address-reused ${NILS}`] },
    },
    {
      name: "by the alias of a colleague, never linked: the alias waits, and the leaver is asked for",
      live: [liveOf(LENA), liveOf(BOB)],
      desired: [rowWithoutId(BOB, { aliases: [LENA] })],
      expect: { findings: [`alias-waits ${BOB}`] },
    },
    {
      name: "so it does when somebody suspends that account in Zivver, which keeps its address",
      live: [liveOf(LENA, { active: false }), liveOf(BOB)],
      desired: [rowWithoutId(BOB, { aliases: [LENA] })],
      expect: { findings: [`alias-waits ${BOB}`] },
    },
    {
      name: "once somebody gives that account another address in Zivver, it is a leaver's, and the alias is added",
      live: [liveOf(NILS, { fullName: "Lena Leaver" }), liveOf(BOB)],
      desired: [rowWithoutId(BOB, { aliases: [LENA] })],
      expect: { changes: [`update ${BOB} aliases: [] → [${LENA}]`, suspended(NILS)] },
    },
    {
      name: "from an incomplete source, no alias makes a rename, not even under one given name",
      live: [liveOf(LENA)],
      readings: [
        reading([record("lena.m@example.org", { fullName: "Lena Married", aliases: [LENA] })], {
          complete: false,
        }),
      ],
      expect: { findings: ["link-doubtful lena.m@example.org"] },
    },
    {
      name: "and from a complete one it does",
      live: [liveOf(LENA)],
      desired: [record("lena.m@example.org", { fullName: "Lena Married", aliases: [LENA] })],
      expect: {
        changes: [
          `update lena.m@example.org address: ${LENA} → lena.m@example.org; fullName: Lena Leaver → Lena Married; aliases: [] → [${LENA}]`,
        ],
      },
    },
    {
      name: "by the alias of a desk that takes over the mail: the leaver is suspended, and the alias waits",
      live: [liveOf(LENA), person(BOB), desk("desk@example.org", [`id-${BOB}`])],
      desired: [record(BOB), deskRecord("desk@example.org", { aliases: [LENA], delegates: [BOB] })],
      expect: { changes: [suspended(LENA)], findings: ["address-taken desk@example.org"] },
    },
  ]);
});
