import type { SimulatorSeed } from "../../src/simulator/index.ts";
import { ACCOUNT_KEY, organizationYaml, PROFILE_YAML, type Run, type Workplace } from "./cli.ts";

/** A small organisation in which zoe is to be suspended and claire to be created, when nothing is wrong. */
export const SEED: SimulatorSeed = {
  claimedDomains: ["example.org", "example.com"],
  personal: [
    { address: "anna@example.org", fullName: "Anna Bos" },
    { address: "bert@example.org", fullName: "Bert Vos" },
    { address: "zoe@example.org", fullName: "Zoe Roos" },
  ],
  functional: [{ address: "desk@example.org", fullName: "Front desk", members: ["anna@example.org"] }],
};

export const USERS_CSV = `Email,Full name,Account key
anna@example.org,Anna Bos,${ACCOUNT_KEY}anna
bert@example.org,Bert Vos,${ACCOUNT_KEY}bert
claire@example.org,Claire Dam,${ACCOUNT_KEY}claire
`;

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A configuration with which everything works, for a target at `url`. */
export function soundFiles(url: string): Files {
  return {
    "desired-state/organization.yaml": organizationYaml(url),
    "desired-state/profiles/all.yaml": PROFILE_YAML,
    "desired-state/users.csv": USERS_CSV,
    "desired-state/shared.csv": "Email,Full name,Members\ndesk@example.org,Front desk,anna@example.org\n",
  };
}

/** A run with what differs from one run to the next (folder, port, digests, ids, times) taken out. */
export function withoutChance(run: Run, { folder }: Workplace): Run {
  const clean = (text: string) =>
    text
      .replaceAll(folder, "<folder>")
      .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>")
      .replace(/sha256:[0-9a-f]{64}/g, "sha256:<hex>")
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<time>")
      .replace(/\.[0-9a-f]{8}\.journal/g, ".<seal>.journal");
  return { code: run.code, out: clean(run.out), err: clean(run.err) };
}

/** What a person reads, as lines; `[]` for nothing. */
export function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** Turns up in the list of a zip archive as one that unpacks to 3 GB, without being it. */
export function declaredHuge(zip: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(zip);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 46 <= bytes.length; at += 1) {
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 3_000_000_000, true);
  }
  return bytes;
}

export type Malformed = {
  readonly name: string;
  /** What differs from the sound files; null: the file is not there. */
  readonly files?: Readonly<Record<string, string | Uint8Array | null>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  /** 1 unless said otherwise. */
  readonly code?: number;
  readonly err: readonly string[];
};

/** Runs one malformed case in a folder of its own: the run without chance, and what it left behind. */
export async function runMalformed(
  place: Workplace,
  { files = {}, environment = {}, words }: Malformed,
  url: string,
): Promise<Run & { readonly written: readonly string[] }> {
  const all = Object.entries({ ...soundFiles(url), ...files });
  await place.write(
    Object.fromEntries(all.flatMap(([name, content]) => (content === null ? [] : [[name, content]]))),
  );
  const run = withoutChance(await place.zivsyncWith(environment, ...words), place);
  return { ...run, written: await place.written() };
}

/** What `runMalformed` must give: the message whole, nothing on stdout, nothing written. */
export function refused({ code = 1, err }: Malformed): Run & { readonly written: readonly string[] } {
  return { code, out: "", err: text(err), written: [] };
}
