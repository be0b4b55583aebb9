import { expect, onTestFinished, test } from "vitest";
import type { Plan } from "../../src/model/plan/plan.ts";
import { accountAt, handle, type World, worldFromSeed } from "../../src/simulator/index.ts";
import { row, sheetOf } from "../sources/workbooks.ts";
import {
  ACCOUNT_KEY,
  API_KEY,
  organizationYaml,
  type Run,
  type Workplace,
  workplace,
} from "../support/cli.ts";
import { hastyClock } from "../support/clock.ts";
import { type Received, type Reply, serve } from "../zivver/stage.ts";

/*
 * A long day with secrets: API key and account keys go through every command, and through answers of the target that
 * send back all they were sent. Whoever reads the output and the files afterwards finds none of them, in no spelling.
 */

/** Signs that JSON, URLs and base64 each write in another way. */
const AWKWARD = '/+&=%"\\é';
const KEY = `${API_KEY}/+&=%`;
const ACCOUNT_KEYS: Readonly<Record<string, string>> = {
  "excel@example.org": `${ACCOUNT_KEY}excel${AWKWARD}`,
  "csv@example.org": `${ACCOUNT_KEY}csv${AWKWARD}`,
  "env@example.org": `${ACCOUNT_KEY}env${AWKWARD}`,
  "file@example.org": `${ACCOUNT_KEY}file${AWKWARD}`,
};
const keyOf = (name: string) => ACCOUNT_KEYS[`${name}@example.org`] ?? "";

const PROFILE = `apiVersion: zivsync/v1
kind: Profile
name: staff
manages: { kinds: [personal] }
sources:
  - { name: excel, type: spreadsheet, file: ../users.xlsx }
  - { name: lists, type: spreadsheet, file: ../users.csv }
  - { name: extra, type: declared, files: ../accounts/*.yaml }
`;

const FILES = (url: string) => ({
  // Answers of this target never show what was written: nothing waits for them.
  "desired-state/organization.yaml": organizationYaml(url).replace("target:\n", "target:\n  settle: 0s\n"),
  "desired-state/profiles/staff.yaml": PROFILE,
  "desired-state/users.xlsx": sheetOf(
    row(1, "Email", "Full name", "Aliases", "Account key") +
      row(2, "excel@example.org", "Excel", "sheet@example.org", keyOf("excel")),
  ),
  "desired-state/users.csv": `Email;Full name;Account key\ncsv@example.org;Csv;"${keyOf("csv").replaceAll('"', '""')}"\n`,
  "desired-state/accounts/extra.yaml": `apiVersion: zivsync/v1
kind: Accounts
personal:
  - { email: env@example.org, fullName: Env, accountKey: { env: ENV_ACCOUNT_KEY } }
  - { email: file@example.org, fullName: File, accountKey: { file: file.key } }
`,
  "desired-state/accounts/file.key": `${keyOf("file")}\n`,
});

/** Every way in which a text could come out: as it is, in JSON, in a URL, and inside of base64 or hex. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, "utf8");
  // Inside of a longer text, base64 of the same bytes has three faces; the first and last signs depend on the neighbours.
  const inside = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    encodeURI(secret),
    ...inside,
    ...inside.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    bytes.toString("hex"),
  ];
}

/** Which secrets are in a text, whatever their spelling. */
function secretsIn(text: string): readonly string[] {
  return [KEY, ...Object.values(ACCOUNT_KEYS)].filter((secret) =>
    spellings(secret).some((spelling) => text.toLowerCase().includes(spelling.toLowerCase())),
  );
}

/** What the request said, sent back as a careless server or a debugging proxy does; messages quote the beginning. */
function echo({ status, before, first }: Echo, { body, headers }: Received): Reply {
  const bearer = headers.authorization ?? "";
  const forms = {
    body,
    headers: JSON.stringify(headers),
    url: encodeURIComponent(`${bearer} ${body}`),
    base64: Buffer.from(`${bearer} ${body}`).toString("base64"),
  };
  return { status, body: `${before}${forms[first]} ${Object.values(forms).join(" ")}` };
}

type Echo = {
  readonly address: string;
  readonly status: number;
  readonly before: string;
  readonly first: "body" | "headers" | "url" | "base64";
};

/** Which echo meets the writes of an account, while the target is careless. */
const CARELESS: readonly Echo[] = [
  // The new alias, as a change sends the address of an account only where that changes.
  {
    address: "sheet@example.org",
    status: 400,
    before: "Error creating alias: Alias is already taken for ",
    first: "body",
  },
  { address: "csv@example.org", status: 500, before: "", first: "headers" },
  { address: "env@example.org", status: 422, before: "", first: "base64" },
  { address: "file@example.org", status: 400, before: "", first: "url" },
];

function answer(world: World, request: Received, echoes: readonly Echo[]): Reply {
  if (request.headers.authorization !== `Bearer ${KEY}`) return { status: 401 };
  const met = request.method === "GET" ? [] : echoes.filter(({ address }) => request.body.includes(address));
  for (const one of met) return echo(one, request);
  const { pathname, searchParams } = new URL(request.path, "http://localhost");
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const query = Object.fromEntries(searchParams);
  return handle(world, { method: request.method, path: pathname, query, headers, body: request.body });
}

async function leaks(place: Workplace, runs: readonly Run[]): Promise<readonly string[]> {
  const written = await Promise.all((await place.written()).map((file) => place.read(file)));
  return [...runs.flatMap(({ out, err }) => [out, err]), ...written].flatMap(secretsIn);
}

test("no secret is seen anywhere, and each reaches the account it belongs to", async () => {
  const world = worldFromSeed({
    claimedDomains: ["example.org"],
    personal: [{ address: "excel@example.org", fullName: "Old name" }],
  });
  let echoes = CARELESS;
  const server = await serve((request) => answer(world, request, echoes));
  onTestFinished(() => server.close());
  // Server errors are tried again after longer and longer pauses.
  const place = await workplace(hastyClock());
  const files = FILES(server.url);
  await place.write(files);
  const runs: Run[] = [];
  const zivsync = async (...words: string[]): Promise<Run> => {
    const run = await place.zivsyncWith({ ZIVVER_API_KEY: KEY, ENV_ACCOUNT_KEY: keyOf("env") }, ...words);
    runs.push(run);
    return run;
  };
  const digestOf = async (file: string): Promise<string> =>
    (JSON.parse(await place.read(file)) as Plan).digest;

  for (const words of [
    ["records"],
    ["records", "-f", "json"],
    ["accounts"],
    ["accounts", "-f", "json"],
    ["accounts", "-f", "csv"],
  ]) {
    expect(await zivsync(...words)).toMatchObject({ code: 0, err: "" });
  }
  expect((await zivsync("plan", "--details")).code).toBe(0);
  expect((await zivsync("--json", "plan", "-o", "again.json")).code).toBe(0);
  for (const words of [[], ["--details"], ["-f", "markdown"], ["-f", "json"]]) {
    expect((await zivsync("show", "plan.json", ...words)).code).toBe(0);
  }
  const failed = await zivsync("apply", "plan.json", "--approve", await digestOf("plan.json"));
  expect(failed.code).toBe(4);
  expect(failed.out).toContain("[secret]");
  expect(world.writes).toBe(0);
  // A server error is tried five times over: once is enough of it.
  echoes = CARELESS.filter(({ status }) => status !== 500);
  const again = await zivsync("--json", "apply", "plan.json", "--approve", await digestOf("plan.json"));
  expect(again.code).not.toBe(0);

  echoes = [];
  expect((await zivsync("plan", "-o", "next.json")).code).toBe(0);
  expect((await zivsync("apply", "next.json", "--approve", await digestOf("next.json"))).code).toBe(0);
  expect((await zivsync("plan", "-o", "last.json")).out).toContain("No changes");

  expect(await leaks(place, runs)).toEqual([]);
  const received = Object.keys(ACCOUNT_KEYS).map((address) => {
    const account = accountAt(world, address);
    return [address, account?.kind === "personal" ? account.ssoAccountKey : null];
  });
  expect(Object.fromEntries(received)).toEqual(ACCOUNT_KEYS);
});

test("the search for secrets finds each of them in every spelling", () => {
  for (const secret of [KEY, ...Object.values(ACCOUNT_KEYS)]) {
    for (const spelling of spellings(secret)) expect(secretsIn(`before ${spelling} after`)).toContain(secret);
    for (const before of ["", "x", "xy"]) {
      expect(secretsIn(Buffer.from(`${before}${secret} after`).toString("base64"))).toContain(secret);
    }
  }
});
