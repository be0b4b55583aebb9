import type { OtherBug } from "./bug.ts";

/** Bugs of sources, files and commands, which lie outside of the oracle's days: the named test finds each. */

const EXCHANGE_NAMES = "test/sources/exchange-online/names.test.ts";
const EXCHANGE_SILENCE = "test/sources/exchange-online/silence.test.ts";

export const OTHER_BUGS: readonly OtherBug[] = [
  {
    name: "an LDAP attribute for who is enabled that becomes unreadable: everybody suspended is reactivated",
    edits: [
      {
        file: "src/sources/directory/entries/activity.ts",
        was: "if (expires === undefined) return undefined;",
        is: "if (expires === undefined) return ENABLED;",
      },
    ],
    file: "test/sources/directory/silence.test.ts",
    test: "is not said of enabled users where nobody's accountExpires is shown",
  },
  {
    name: "Exchange Online: a permission for a group's name goes to a namesake user",
    edits: [
      {
        file: "src/sources/exchange-online/service/search.ts",
        was: "return count > 1 ?",
        is: "return count > 99 ?",
      },
    ],
    file: EXCHANGE_NAMES,
    test: "a user named like a group",
  },
  {
    name: "Exchange Online: permissions without even SELF empty the mailbox",
    edits: [
      {
        file: "src/sources/exchange-online/access/access.ts",
        was: "gaps: [...withoutSelf(rows), ",
        is: "gaps: [",
      },
    ],
    file: EXCHANGE_SILENCE,
    test: "an empty list removes nobody",
  },
  {
    name: "Exchange Online: a group's empty member list empties the mailbox",
    edits: [
      {
        file: "src/sources/exchange-online/access/groups.ts",
        was: "group.isEmpty = group.gap === undefined && group.members.length === 0;",
        is: "",
      },
    ],
    file: EXCHANGE_SILENCE,
    test: "within another group too",
  },
  {
    name: "a person moved between two `baseDns` during the reading: suspended",
    edits: [
      {
        file: "src/sources/directory/moved.ts",
        was: "if (sweep.bases.length < 2)",
        is: "if (true)",
      },
    ],
    file: "test/sources/directory/moved.test.ts",
    test: "to one that was searched already is read all the same",
  },
  {
    name: "Windows-1252 loses ’ – €",
    edits: [
      {
        file: "src/sources/spreadsheet/csv/csv-text.ts",
        was: "return latin.replace(",
        is: "return latin; latin.replace(",
      },
    ],
    file: "test/sources/encodings.test.ts",
    test: "every byte of Windows-1252",
  },
  {
    name: "control characters in names are cleaned away without a finding",
    edits: [
      {
        file: "src/sources/records/name-text.ts",
        was: "if (found === undefined) return undefined;",
        is: "return undefined;",
      },
    ],
    file: "test/sources/records/name-text.test.ts",
    test: "of several, the first is named",
  },
  {
    name: "a Macintosh-encoded file is read as it is",
    edits: [
      {
        file: "src/sources/spreadsheet/csv/csv-text.ts",
        was: "return foreign === undefined ?",
        is: "return true ?",
      },
    ],
    file: "test/sources/encodings.test.ts",
    test: "é at the end",
  },
  {
    name: "Windows: the journal is truncated through an append handle, so that `apply` fails",
    edits: [{ file: "src/storage/files/growing-file.ts", was: 'open(path, "r+")', is: 'open(path, "a")' }],
    file: "test/storage/files/growing-file.test.ts",
    test: "one that goes on does so after the bytes that count",
  },
  {
    name: "Windows: the lock lies in a folder of each session, so that two applies run at once",
    edits: [
      {
        file: "src/storage/lock/lock.ts",
        was: "machine.environment.ProgramData",
        is: "machine.environment.TEMP",
      },
    ],
    file: "test/storage/files/machine-folder.test.ts",
    test: "on Windows it is in ProgramData",
  },
  {
    name: "Windows: a file that is open elsewhere makes `apply` lose its state",
    edits: [
      { file: "src/storage/files/busy-files.ts", was: "if (!isBusy(error, platform) ||", is: "if (true ||" },
    ],
    file: "test/storage/files/busy-files.test.ts",
    test: "is tried again, after growing pauses",
  },
  {
    name: "`protected` names nobody, and nothing warns of it",
    edits: [
      {
        file: "src/config/organization/protected-nobody.ts",
        was: "if (protectsNobody !== true) return [];",
        is: "return [];",
      },
    ],
    file: "test/config/organization/protected-nobody.test.ts",
    test: "a review warns where nobody is protected",
  },
];
