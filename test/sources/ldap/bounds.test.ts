import { describe, expect, it, onTestFinished } from "vitest";
import { MalformedAnswer } from "../../../src/sources/ldap/protocol/ber.ts";
import {
  LARGEST_MESSAGE,
  LARGEST_URL,
  MOST_ATTRIBUTES,
  MOST_EMPTY_PAGES,
  MOST_REFERENCES,
  MOST_VALUES,
  PROGRESS_BYTES,
  WHOLE_TIMES,
} from "../../../src/sources/ldap/protocol/bounds.ts";
import { WireEntry } from "../../../src/sources/ldap/protocol/entry.ts";
import { Frames } from "../../../src/sources/ldap/protocol/frames.ts";
import type { LdapSession } from "../../../src/sources/ldap/protocol/types.ts";
import type { SessionConfig } from "../../../src/sources/ldap/session.ts";
import { done, entry, envelope, extended, reference, tlv } from "../../servers/ldap-messages.ts";
import { type Script, type ScriptServer, type Step, startLdapScript } from "../../servers/ldap-script.ts";
import { dnsOf, openTo, PEOPLE, problemsOf, WHERE } from "./sessions.ts";

const a = entry("CN=a", { cn: ["a"] });
const end = done(0, { cookie: "" });
const NARROWER = "Look into the log of the directory. A narrower base or filter may help.";

async function sessionWith(
  script: Script,
  changes: Partial<SessionConfig> = {},
): Promise<{ session: LdapSession; server: ScriptServer }> {
  const server = await startLdapScript(script);
  const session = await openTo([server.url], changes);
  onTestFinished(async () => {
    await session.close();
    await server.close();
  });
  return { session, server };
}

const soon = (answerMs: number) => ({ timeouts: { connectMs: 2_000, answerMs } });
const repeated = (times: number, ...steps: readonly Step[]) =>
  Array.from({ length: times }, () => steps).flat();

describe("the time of an answer", () => {
  const notice: Step = { as: 0, message: extended(0, { name: "1.2.3.4" }) };
  const intermediate = { operation: tlv(0x79, tlv(0x80, Buffer.from("1.2.3"))) };
  // The head of a message of 4 KB; then a byte at a time.
  const trickle: readonly Step[] = [
    { raw: Buffer.from("30821000", "hex") },
    ...repeated(150, { pauseMs: 40 }, { raw: Buffer.of(0) }),
  ];

  it.each<[string, readonly Step[]]>([
    ["notices that nobody asked for", repeated(150, notice, { pauseMs: 40 })],
    ["intermediate responses", repeated(150, intermediate, { pauseMs: 40 })],
    ["a byte now and then", trickle],
  ])("does not start again with %s", async (_, steps) => {
    const { session, server } = await sessionWith({ search: () => steps }, soon(150));
    const started = performance.now();
    expect(await problemsOf(dnsOf(session))).toEqual([
      {
        code: "directory-timeout",
        where: WHERE,
        message: `${server.url} sent no part of an answer for 0.15 s, though one was due.`,
        remedy: "Allow more time with timeouts.answer, or make the searches of this source smaller.",
      },
    ]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("starts again with each large part of a large message", async () => {
    const message = envelope(2, entry("CN=a", { cn: ["x".repeat(5 * PROGRESS_BYTES)] }));
    const parts = Array.from({ length: 6 }, (_, at): readonly Step[] => [
      { raw: message.subarray(at * PROGRESS_BYTES, (at + 1) * PROGRESS_BYTES) },
      { pauseMs: 100 },
    ]).flat();
    const { session } = await sessionWith({ search: () => [...parts, end] }, soon(300));
    expect((await dnsOf(session)).dns).toEqual(["CN=a"]);
  });

  it("is bounded for the whole of one request, however often a part comes", async () => {
    const answerMs = 150;
    const all = repeated(WHOLE_TIMES * 3, a, { pauseMs: 50 });
    const { session, server } = await sessionWith({ search: () => [...all, ...all, end] }, soon(answerMs));
    expect(await problemsOf(dnsOf(session))).toEqual([
      {
        code: "directory-timeout",
        where: WHERE,
        message: `${server.url} did not end its answer to one request within 3 s.`,
        remedy: "Allow more time with timeouts.answer, or let zivsync ask for smaller pages with pageSize.",
      },
    ]);
  });

  it("is each page's own", async () => {
    const pages = WHOLE_TIMES * 2 + 5;
    const search: Script["search"] = ({ page }) => {
      const at = Number(page?.cookie || "0");
      return [a, { pauseMs: 100 }, done(0, { cookie: at + 1 < pages ? String(at + 1) : "" })];
    };
    const { session } = await sessionWith({ search }, soon(200));
    expect((await dnsOf(session)).dns).toHaveLength(pages);
  });
});

describe("search references", () => {
  const urls = (count: number) => Array.from({ length: count }, (_, at) => `ldap://h${at}.test/`);

  it("are taken to the bound, and no further", async () => {
    const take = async (...steps: readonly Step[]) => sessionWith({ search: () => [a, ...steps, end] });
    const half = MOST_REFERENCES / 2;
    const { session } = await take(reference(...urls(half)), reference(...urls(MOST_REFERENCES).slice(half)));
    expect((await dnsOf(session)).referrals).toHaveLength(MOST_REFERENCES);

    const over = await take(reference(...urls(MOST_REFERENCES)), reference("ldap://more.test/"));
    expect(await problemsOf(dnsOf(over.session))).toEqual([
      {
        code: "directory-answer",
        where: WHERE,
        message: `${over.server.url} sent more than 10,000 references for one search, and no end.`,
        remedy: NARROWER,
      },
    ]);
  });

  it("count each time: one and the same without end is not a search", async () => {
    const search = () => repeated(MOST_REFERENCES + 1, reference("ldap://b.test/"));
    const { session, server } = await sessionWith({ search });
    expect((await problemsOf(dnsOf(session)))[0]?.message).toBe(
      `${server.url} sent more than 10,000 references for one search, and no end.`,
    );
    const looking = await sessionWith({ search });
    expect((await problemsOf(looking.session.lookUp(PEOPLE, () => undefined)))[0]?.message).toBe(
      `${looking.server.url} sent more than 10,000 references for one search, and no end.`,
    );
  });

  it.each<[string, readonly string[], readonly string[], string]>([
    [
      "many",
      urls(MOST_REFERENCES),
      [...urls(MOST_REFERENCES), "ldap://more.test/"],
      "a message of more than 10,000 URLs",
    ],
    ["long", ["l".repeat(LARGEST_URL)], ["l".repeat(LARGEST_URL + 1)], "a URL of more than 8 KB"],
  ])("in one message are bounded: %s", async (_, fine, more, reason) => {
    const right = await sessionWith({ search: () => [reference(...fine), end] });
    expect((await dnsOf(right.session)).referrals).toHaveLength(fine.length);
    const wrong = await sessionWith({ search: () => [reference(...more), end] });
    expect((await problemsOf(dnsOf(wrong.session)))[0]?.message).toBe(
      `What ${wrong.server.url} sent is not LDAP: ${reason}.`,
    );
  });
});

describe("a search", () => {
  it("takes entries to the bound, and no further", async () => {
    const search = (count: number) => () => [...repeated(count, a), end];
    const fine = await sessionWith({ search: search(5) }, { mostEntries: 5 });
    expect((await dnsOf(fine.session)).dns).toHaveLength(5);
    const more = await sessionWith({ search: search(6) }, { mostEntries: 5 });
    expect(await problemsOf(dnsOf(more.session))).toEqual([
      {
        code: "directory-answer",
        where: WHERE,
        message: `${more.server.url} sent more than 5 entries for one search, and no end.`,
        remedy: NARROWER,
      },
    ]);
  });

  it("takes empty pages to the bound, and no further", async () => {
    const empty = (pages: number) => {
      let sent = 0;
      return () => {
        sent += 1;
        return sent <= pages ? [done(0, { cookie: "more" })] : [a, end];
      };
    };
    const fine = await sessionWith({ search: empty(MOST_EMPTY_PAGES - 1) });
    expect((await dnsOf(fine.session)).dns).toEqual(["CN=a"]);
    const more = await sessionWith({ search: empty(MOST_EMPTY_PAGES) });
    expect((await problemsOf(dnsOf(more.session)))[0]?.message).toBe(
      `${more.server.url} sent 1000 pages in a row without an entry, and no end.`,
    );
  });
});

describe("an entry", () => {
  const content = (list: Buffer) => Buffer.concat([tlv(0x04), tlv(0x30, list)]);
  const decode = (bytes: Buffer) => new WireEntry(bytes, 0, bytes.length);

  it("has attributes to the bound, and no more", () => {
    const attributes = (count: number) =>
      content(
        Buffer.concat(
          Array.from({ length: count }, (_, at) =>
            tlv(0x30, tlv(0x04, Buffer.from(`a${at}`)), tlv(0x31, tlv(0x04))),
          ),
        ),
      );
    expect(decode(attributes(MOST_ATTRIBUTES)).names()).toHaveLength(MOST_ATTRIBUTES);
    expect(() => decode(attributes(MOST_ATTRIBUTES + 1))).toThrow(
      new MalformedAnswer("an entry of more than 1,000 attributes"),
    );
  });

  it("has values to the bound, and no more", () => {
    const values = (count: number) =>
      content(tlv(0x30, tlv(0x04, Buffer.from("m")), tlv(0x31, Buffer.alloc(2 * count, "0400", "hex"))));
    expect(decode(values(MOST_VALUES)).texts("m")).toHaveLength(MOST_VALUES);
    expect(() => decode(values(MOST_VALUES + 1))).toThrow(
      new MalformedAnswer("an entry of more than 2,000,000 values of one attribute"),
    );
  });
});

it("a message is taken to the bound, and no further", () => {
  const begin = (length: number) => {
    const head = Buffer.from("308400000000", "hex");
    head.writeUInt32BE(length, 2);
    const frames = new Frames(() => true);
    frames.push(head);
    return frames.held;
  };
  expect(begin(LARGEST_MESSAGE)).toBe(6);
  expect(() => begin(LARGEST_MESSAGE + 1)).toThrow(new MalformedAnswer("a message of more than 128 MB"));
});
