import { describe, expect, test } from "vitest";
import { LARGEST_PACKAGE } from "../../src/commands/init/package.ts";
import { LONGEST_BYTES } from "../../src/config/secrets/secrets.ts";
import { MAX_BYTES } from "../../src/config/yaml/config-file.ts";
import { MAX_ALIASES, MAX_DEPTH } from "../../src/config/yaml/yaml.ts";
import { MOST_UNANSWERED } from "../../src/engine/apply/journalled-session.ts";
import { TIMEOUT_MS } from "../../src/github/api/fetch.ts";
import { LONGEST_WAIT_S, LONGEST_WAITS_S, MOST_PAGES, REPEATS, WAITS } from "../../src/github/api/octokit.ts";
import { LARGEST_EVENT } from "../../src/github/context.ts";
import { DEEPEST_JSON } from "../../src/model/values/json.ts";
import { LARGEST_ANSWER as LARGEST_HTTP_ANSWER } from "../../src/network/http.ts";
import { WHOLE_TIMES as MAIL_TIMES } from "../../src/notify/mail.ts";
import { LARGEST_CA, TIMEOUT_MS as NOTIFY_TIMEOUT_MS } from "../../src/notify/ports.ts";
import { LARGEST_ANSWER as LARGEST_NOTIFIED } from "../../src/notify/web.ts";
import { LARGEST_SEED } from "../../src/simulator/world/state-file.ts";
import { MOST_STRANGERS } from "../../src/sources/entra-id/groups/strangers.ts";
import { MOST_SHORT, MOST_STARTS } from "../../src/sources/entra-id/service/lists.ts";
import {
  LARGEST_BYTES as LARGEST_LINES,
  LONGEST_LINE_BYTES,
  MOST_LINES,
} from "../../src/sources/json-lines/lines.ts";
import { LARGEST_ERRORS } from "../../src/sources/json-lines/program/run.ts";
import { LARGEST_FILE } from "../../src/sources/ldap/credentials.ts";
import {
  LARGEST_MESSAGE,
  LARGEST_URL,
  MOST_ATTRIBUTES,
  MOST_EMPTY_PAGES,
  MOST_ENTRIES,
  MOST_REFERENCES,
  MOST_VALUES,
  WHOLE_TIMES,
} from "../../src/sources/ldap/protocol/bounds.ts";
import { LARGEST_FILE as LARGEST_FOR_ENTRA } from "../../src/sources/microsoft/auth/certificate.ts";
import { TRIES as ENTRA_TRIES } from "../../src/sources/microsoft/auth/entra.ts";
import {
  LONGEST_PAUSE_MS as LONGEST_PAUSE_OF_EXCHANGE,
  LONGEST_PAUSES_MS,
} from "../../src/sources/microsoft/service/pace.ts";
import { MOST_EMPTY, MOST_ROWS as MOST_EXCHANGE_ROWS } from "../../src/sources/microsoft/service/pages.ts";
import {
  PAUSES as EXCHANGE_PAUSES,
  TRIES as EXCHANGE_TRIES,
} from "../../src/sources/microsoft/service/requests.ts";
import { LARGEST_BYTES as LARGEST_TABLE } from "../../src/sources/spreadsheet/table/source-file.ts";
import { MOST_CHARACTERS, MOST_COLUMNS } from "../../src/sources/spreadsheet/table/table.ts";
import { MOST_ROWS } from "../../src/sources/spreadsheet/xlsx/sheet.ts";
import { DEEPEST_XML } from "../../src/sources/spreadsheet/xlsx/xml.ts";
import { LARGEST_UNPACKED, MOST_PARTS } from "../../src/sources/spreadsheet/xlsx/zip.ts";
import { LONGEST_MARKER } from "../../src/storage/approvals/comment-marker.ts";
import { MOST_SIGNATURES } from "../../src/storage/approvals/signatures.ts";
import { LARGEST_OUTPUT, LONGEST_RUN_MS } from "../../src/storage/approvals/ssh-keygen.ts";
import { LARGEST_REPORT } from "../../src/storage/conformance/report-file.ts";
import { LARGEST_BYTES as LARGEST_RECORD, LARGEST_TEXT } from "../../src/storage/files/files.ts";
import {
  LARGEST_OUTPUT as LARGEST_OF_GIT,
  LONGEST_RUN_MS as LONGEST_OF_GIT,
  SILENCE_MS,
} from "../../src/storage/git/repository.ts";
import { LARGEST_LEASE } from "../../src/storage/lock/lease-record.ts";
import { LARGEST_LOCK } from "../../src/storage/lock/lock-file.ts";
import { TRIES as STATE_TRIES } from "../../src/storage/state/git-store.ts";
import {
  DEEPEST,
  LARGEST_ANSWER,
  LARGEST_LIST,
  LARGEST_RESOURCE,
  MOST_RESOURCES,
} from "../../src/zivver/http/answers/bounds.ts";
import { DEFAULT_TIMEOUTS } from "../../src/zivver/http/network-errors.ts";
import { LONGEST_PAUSE_MS, LONGEST_WAIT_MS, PAUSES, TRIES } from "../../src/zivver/http/retry.ts";
import { isThere, read } from "./pages.ts";

const n = (count: number) => count.toLocaleString("en");
const kb = (bytes: number) => `${n(bytes / 1024)} KB`;
const mb = (bytes: number) => `${n(bytes / 1024 / 1024)} MB`;
const OF_RECORD = [mb(LARGEST_RECORD), "by its bytes", String(DEEPEST_JSON), "by its bytes"] as const;
const WHOLE = `${DEFAULT_TIMEOUTS.whole / 60_000} min`;

const CONFIG = "test/config/file-bounds.test.ts";
const CERTIFICATES = "test/sources/certificate-bounds.test.ts";
const TABLES = "test/sources/table-bounds.test.ts";
const RECORDS = "test/storage/record-bounds.test.ts";
const ZIVVER = "test/zivver/http/answers/bounds.test.ts";
const LDAP = "test/sources/ldap/bounds.test.ts";
const PROGRAMS = "test/storage/program-bounds.test.ts";
const ENDLESS = "test/storage/endless-files.test.ts";
const GITHUB = "test/github/answer-bounds.test.ts";
const NOTIFY = "test/notify/web.test.ts";
const HTTP = "test/network/answer-bounds.test.ts";
const PAGES = "test/sources/exchange-online/page-bounds.test.ts";

type Tried = Readonly<Record<string, readonly string[]>>;
type Row = {
  readonly name: string;
  /** Bytes, entries, depth, time. */
  readonly cells: readonly [string, string, string, string];
  /** The tests at each bound and beyond it, by what they must mention. */
  readonly tried: Tried;
};

const ROWS: readonly Row[] = [
  {
    name: "YAML of the configuration",
    cells: [
      `${MAX_BYTES / 1_000_000} MB a file`,
      `${MAX_ALIASES} aliases`,
      String(MAX_DEPTH),
      "by its bytes",
    ],
    tried: { [CONFIG]: ["MAX_BYTES", "MAX_ALIASES"], "test/config/yaml-bounds.test.ts": ["64, and not 65"] },
  },
  {
    name: "file of a secret",
    cells: [kb(LONGEST_BYTES), "1", "–", "–"],
    tried: { [CONFIG]: ["LONGEST_BYTES"] },
  },
  {
    name: "certificates for a directory",
    cells: [mb(LARGEST_FILE), "by its bytes", "–", "–"],
    tried: { [CERTIFICATES]: ["LARGEST_FILE"] },
  },
  {
    name: "certificate for Entra ID",
    cells: [mb(LARGEST_FOR_ENTRA), "by its bytes", "–", "–"],
    tried: { [CERTIFICATES]: ["LARGEST_FOR_ENTRA"] },
  },
  {
    name: "CSV",
    cells: [mb(LARGEST_TABLE), `${n(MOST_COLUMNS)} cells a row`, "–", "by its bytes"],
    tried: { [TABLES]: ["LARGEST_BYTES", "MOST_COLUMNS"] },
  },
  {
    name: "workbook",
    cells: [
      `${mb(LARGEST_TABLE)}, and ${mb(LARGEST_UNPACKED)} unpacked`,
      `${n(MOST_PARTS)} parts; ${n(MOST_ROWS)} rows; ${n(MOST_COLUMNS)} columns`,
      String(DEEPEST_XML),
      "by its bytes",
    ],
    tried: { [TABLES]: ["LARGEST_UNPACKED", "MOST_PARTS", "MOST_ROWS", "MOST_COLUMNS", "DEEPEST_XML"] },
  },
  {
    name: "records of a file or a program",
    cells: [
      `${mb(LARGEST_LINES)}, ${mb(LONGEST_LINE_BYTES)} a line`,
      `${n(MOST_LINES)} lines`,
      "by its bytes",
      "`timeout`, 10 minutes where it is left out",
    ],
    tried: { "test/sources/json-lines/lines.test.ts": ["LARGEST_BYTES", "LONGEST_LINE_BYTES", "MOST_LINES"] },
  },
  {
    name: "standard error of a program",
    cells: [`${kb(LARGEST_ERRORS)}, its end`, "–", "–", "that of the program"],
    tried: { "test/sources/json-lines/program/program.test.ts": ["LARGEST_ERRORS"] },
  },
  {
    name: "cell of a workbook",
    cells: [`${n(MOST_CHARACTERS)} characters`, "1", "–", "–"],
    tried: { "test/sources/workbook-bounds.test.ts": [n(MOST_CHARACTERS)] },
  },
  { name: "plan", cells: OF_RECORD, tried: { [RECORDS]: ["LARGEST_BYTES", "DEEPEST_JSON"] } },
  { name: "state", cells: OF_RECORD, tried: { [RECORDS]: ["LARGEST_BYTES", "DEEPEST_JSON"] } },
  { name: "journal", cells: OF_RECORD, tried: { [RECORDS]: ["LARGEST_BYTES", "DEEPEST_JSON"] } },
  { name: "lock", cells: [kb(LARGEST_LOCK), "1", "–", "–"], tried: { [RECORDS]: ["LARGEST_LOCK"] } },
  {
    name: "lease in Git",
    cells: [kb(LARGEST_LEASE), "1", "fixed", "–"],
    tried: { [RECORDS]: ["LARGEST_LEASE"] },
  },
  {
    name: "marker of a comment",
    cells: [`${n(LONGEST_MARKER)} characters`, "1", "–", "–"],
    tried: { [RECORDS]: ["LONGEST_MARKER"] },
  },
  {
    name: "packed zivsync, for `init --package`",
    cells: [mb(LARGEST_PACKAGE), "1", "–", "–"],
    tried: { "test/commands/init/package.test.ts": ["LARGEST_PACKAGE"] },
  },
  {
    name: "approvals",
    cells: [mb(LARGEST_TEXT), `${MOST_SIGNATURES} signatures`, "–", "by its bytes"],
    tried: { "test/storage/approvals/signatures.test.ts": ["MOST_SIGNATURES"], [RECORDS]: ["LARGEST_TEXT"] },
  },
  {
    name: "approvers, for `--agent`",
    cells: [mb(LARGEST_TEXT), "by its bytes", "–", "by its bytes"],
    tried: { [RECORDS]: ["LARGEST_TEXT"] },
  },
  {
    name: "temporary passwords of an earlier run",
    cells: [mb(LARGEST_TEXT), "by its bytes", "–", "by its bytes"],
    tried: { [RECORDS]: ["LARGEST_TEXT"] },
  },
  {
    name: "output of OpenSSH",
    cells: [mb(LARGEST_OUTPUT), "1", "–", `${LONGEST_RUN_MS / 60_000} min`],
    tried: { [PROGRAMS]: ["LARGEST_OUTPUT", "longestMs"] },
  },
  {
    name: "output of Git",
    cells: [
      mb(LARGEST_OF_GIT),
      "1",
      "–",
      `${SILENCE_MS / 60_000} min of silence, ${LONGEST_OF_GIT / 60_000} min in all`,
    ],
    tried: { [PROGRAMS]: ["largestOutput", "longestMs", "silenceMs"] },
  },
  {
    name: "answer of Zivver",
    cells: [`${mb(LARGEST_ANSWER)} unpacked`, "1", String(DEEPEST), WHOLE],
    tried: { [ZIVVER]: ["LARGEST_ANSWER", "DEEPEST", "whole: 300"] },
  },
  {
    name: "list of Zivver",
    cells: [
      `${mb(LARGEST_LIST)} unpacked, ${mb(LARGEST_RESOURCE)} a resource`,
      `${n(MOST_RESOURCES)} resources`,
      String(DEEPEST),
      WHOLE,
    ],
    tried: { [ZIVVER]: ["largestList", "LARGEST_RESOURCE", "MOST_RESOURCES", "DEEPEST"] },
  },
  {
    name: "answer of a directory",
    cells: [
      `${mb(LARGEST_MESSAGE)} a message`,
      `${n(MOST_ATTRIBUTES)} attributes an entry; ${n(MOST_VALUES)} values an attribute`,
      "fixed",
      `\`timeouts.answer\` for a part of it, ${WHOLE_TIMES} times that for a request`,
    ],
    tried: { [LDAP]: ["LARGEST_MESSAGE", "MOST_ATTRIBUTES", "MOST_VALUES", "WHOLE_TIMES", "PROGRESS_BYTES"] },
  },
  {
    name: "search of a directory",
    cells: [
      "by its entries",
      `${n(MOST_ENTRIES)} entries; ${n(MOST_EMPTY_PAGES)} empty pages in a row`,
      "fixed",
      "by its pages",
    ],
    tried: { [LDAP]: ["mostEntries", "MOST_EMPTY_PAGES"] },
  },
  {
    name: "references of a directory",
    cells: [`${kb(LARGEST_URL)} each`, `${n(MOST_REFERENCES)} a search`, "fixed", "–"],
    tried: { [LDAP]: ["LARGEST_URL", "MOST_REFERENCES"] },
  },
  {
    name: "answer of Entra ID, Graph or Exchange Online",
    cells: [mb(LARGEST_HTTP_ANSWER), "1 page", String(DEEPEST_JSON), "`timeout`"],
    tried: { [HTTP]: ["LARGEST_ANSWER", "timeoutMs"], [RECORDS]: ["DEEPEST_JSON"] },
  },
  {
    name: "list of Graph or Exchange Online",
    cells: [
      "by its pages",
      `${n(MOST_EXCHANGE_ROWS)} rows; ${n(MOST_EMPTY)} empty pages in a row`,
      String(DEEPEST_JSON),
      "by its pages",
    ],
    tried: { [PAGES]: ["MOST_ROWS", "MOST_EMPTY"] },
  },
  {
    name: "answer of GitHub",
    cells: [mb(LARGEST_HTTP_ANSWER), "1 page", String(DEEPEST_JSON), `${TIMEOUT_MS / 1_000} s`],
    tried: { [HTTP]: ["LARGEST_ANSWER", "timeoutMs", "openFetch"], [GITHUB]: ["DEEPEST_JSON"] },
  },
  {
    name: "list of GitHub",
    cells: ["by its pages", `${n(MOST_PAGES)} pages`, String(DEEPEST_JSON), "by its pages"],
    tried: { [GITHUB]: ["MOST_PAGES"] },
  },
  {
    name: "event of a run on GitHub",
    cells: [mb(LARGEST_EVENT), "1", String(DEEPEST_JSON), "–"],
    tried: { [GITHUB]: ["DEEPEST_JSON"], [ENDLESS]: ["event of a workflow"] },
  },
  {
    name: "report of `zivsync conformance`, and what a killed run has left",
    cells: [mb(LARGEST_REPORT), "by its bytes", String(DEEPEST_JSON), "–"],
    tried: { [RECORDS]: ["LARGEST_REPORT", "DEEPEST_JSON"] },
  },
  {
    name: "answer of a receiver of notifications",
    cells: [kb(LARGEST_NOTIFIED), "1", "–", `${NOTIFY_TIMEOUT_MS / 1000} s`],
    tried: { [NOTIFY]: ["LARGEST_ANSWER"] },
  },
  {
    name: "answers of a mail server",
    cells: [
      "by their time",
      "–",
      "–",
      `${NOTIFY_TIMEOUT_MS / 1000} s of silence, ${(MAIL_TIMES * NOTIFY_TIMEOUT_MS) / 1000} s in all`,
    ],
    tried: { "test/notify/mail.test.ts": ["says a little now and then, and never all"] },
  },
  {
    name: "certificates for a receiver of notifications",
    cells: [mb(LARGEST_CA), "by its bytes", "–", "–"],
    tried: { [NOTIFY]: ["LARGEST_CA"] },
  },
  {
    name: "seed or state of the simulator",
    cells: [mb(LARGEST_SEED), "by its bytes", String(DEEPEST_JSON), "–"],
    tried: { [ENDLESS]: ["seed of the simulator"], [RECORDS]: ["parseSeed"] },
  },
];

type Patience = {
  readonly name: string;
  /** How often, how long in all. */
  readonly cells: readonly [string, string];
  readonly tried: Tried;
};

const RETRY = "test/zivver/target-retry.test.ts";
const GRAPH = "test/sources/entra-id/reading.test.ts";
const EXCHANGE = "test/sources/exchange-online/failures.test.ts";
const min = (milliseconds: number) => `${n(milliseconds / 60_000)} min`;

const PATIENCE: readonly Patience[] = [
  {
    name: "a request to Zivver that fails",
    cells: [`${TRIES} tries`, `${min((TRIES - 1) * LONGEST_WAIT_MS)} between them`],
    tried: { [RETRY]: ["five tries are all", "no pause between two tries is longer (LONGEST_WAIT_MS)"] },
  },
  {
    name: "a request to Zivver that meets the rate limit",
    cells: [`${PAUSES} pauses`, min(LONGEST_PAUSE_MS)],
    tried: { [RETRY]: ["ten pauses are enough", "zivsync waits 300 s at most"] },
  },
  {
    name: "requests of an apply that nothing answers",
    cells: [`${MOST_UNANSWERED} in a row, then [the accounts are read](plans.md#apply)`, "–"],
    tried: { "test/engine/apply/trouble.test.ts": ["three in a row", "target-rate-limited"] },
  },
  {
    name: "a request to Graph or Exchange Online that fails",
    cells: [`${EXCHANGE_TRIES} tries`, "7 s"],
    tried: { [EXCHANGE]: ["It was tried 4 times."] },
  },
  {
    name: "a request to Graph or Exchange Online that is told to wait",
    cells: [
      `${EXCHANGE_PAUSES} times`,
      `${min(LONGEST_PAUSE_OF_EXCHANGE)} each, ${min(LONGEST_PAUSES_MS)} for all requests of a source`,
    ],
    tried: { [EXCHANGE]: ["after 8 pauses", "told to wait for hours"] },
  },
  {
    name: "a list of Graph whose pages expire",
    cells: [`${MOST_STARTS} times`, "–"],
    tried: { [GRAPH]: ["page tokens that expire"] },
  },
  {
    name: "a list of Graph that is shorter than its number",
    cells: [`${MOST_SHORT} times`, "–"],
    tried: { [GRAPH]: ["Graph gave 5 of 6"] },
  },
  {
    name: "users whom groups name and the list of users lacks",
    cells: [`${MOST_STRANGERS} are asked for, once each`, "–"],
    tried: { "test/sources/entra-id/witness.test.ts": ["and too many of them"] },
  },
  {
    name: "a token of Entra ID",
    cells: [`${ENTRA_TRIES} tries`, "7 s"],
    tried: { [EXCHANGE]: ["It was tried 4 times."] },
  },
  {
    name: "a request to GitHub that fails",
    cells: [
      `${REPEATS + 1} tries`,
      `${LONGEST_WAIT_S / 60} min each, ${LONGEST_WAITS_S / 60} min for all requests of a run`,
    ],
    tried: { [GITHUB]: ["REPEATS", "LONGEST_WAIT_S", "LONGEST_WAITS_S"] },
  },
  {
    name: "a request to GitHub that meets a limit",
    cells: [
      `${WAITS} times`,
      `${LONGEST_WAIT_S / 60} min each, ${LONGEST_WAITS_S / 60} min for all requests of a run`,
    ],
    tried: { [GITHUB]: ["WAITS", "LONGEST_WAIT_S", "LONGEST_WAITS_S"] },
  },
  {
    name: "a state in Git that others write, too",
    cells: [`${STATE_TRIES} tries`, "20 s"],
    tried: { "test/storage/state/git-state-races.test.ts": ["each of the 20 times"] },
  },
];

const page = read("docs/limits.md");
const section = page.slice(
  page.indexOf("## What is read, and where it ends"),
  page.indexOf("## How often it tries again"),
);
const patience = page.slice(
  page.indexOf("## How often it tries again"),
  page.indexOf("## What Zivver's API"),
);
const rowsIn = (text: string) => [...text.matchAll(/^\| (.+) \|$/gm)].map(([, row = ""]) => row.split(" | "));
const written = rowsIn(section).filter(([first]) => first !== "what is read");

describe("the table of what is read", () => {
  test("has the bounds of the program", () => {
    expect(written.map((row) => row.slice(0, 5))).toEqual(ROWS.map(({ name, cells }) => [name, ...cells]));
  });

  test("is followed by how often zivsync tries again", () => {
    const told = rowsIn(patience).filter(([first]) => first !== "what fails");
    expect(told).toEqual(PATIENCE.map(({ name, cells }) => [name, ...cells]));
  });

  test("names codes that there are", () => {
    const codes = [...section.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, code = ""]) => code);
    const known = read("docs/codes.yaml");
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !known.includes(`      ${code}:`))).toEqual([]);
  });

  test.each([...ROWS, ...PATIENCE].map(({ name, tried }) => [name, tried] as const))(
    "is tried: %s",
    (_, tried) => {
      expect(tried).not.toEqual({});
      for (const [file, mentions] of Object.entries(tried)) {
        expect(isThere(file)).toBe(true);
        const text = read(file);
        expect(mentions.filter((bound) => !text.includes(bound))).toEqual([]);
      }
    },
  );
});
