import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LdapFailure } from "../../../src/sources/ldap/protocol/types.ts";
import { bound, done, entry, envelope, reference } from "../../servers/ldap-messages.ts";
import { inPages, startLdapScript } from "../../servers/ldap-script.ts";
import { dnsOf, openTo } from "./sessions.ts";

const PAGES = [
  [entry("CN=a", { cn: ["a"] }), entry("CN=b", { cn: ["b"] })],
  [],
  [reference("ldap://b.test/"), entry("CN=c", { cn: ["c"] })],
];
/** As the script sends them: the bind has the id 1, the pages those after it. */
const ANSWER_BYTES = PAGES.flatMap((page, i) => {
  const last = done(0, { cookie: i + 1 < PAGES.length ? String(i + 1) : "" });
  return [...page, last].map((message) => envelope(i + 2, message).length);
}).reduce((sum, size) => sum + size, 0);

const timeouts = { connectMs: 2_000, answerMs: 1_000 };

describe("an answer that breaks off", () => {
  it(`is never taken for the whole, at none of its ${ANSWER_BYTES} bytes`, async () => {
    const outcomes: string[] = [];
    for (let cutAfter = 0; cutAfter < ANSWER_BYTES; cutAfter += 1) {
      const server = await startLdapScript({ search: inPages(PAGES) }, { cutAfter });
      const session = await openTo([server.url], { timeouts });
      const outcome = await dnsOf(session).then(
        () => `whole at ${cutAfter}`,
        (error: unknown) => (error instanceof LdapFailure ? error.problem.code : String(error)),
      );
      outcomes.push(outcome);
      await session.close();
      await server.close();
    }
    expect(outcomes).toHaveLength(ANSWER_BYTES);
    expect([...new Set(outcomes)]).toEqual(["directory-unreachable"]);
  });

  it("is the whole with its last byte", async () => {
    const server = await startLdapScript({ search: inPages(PAGES) }, { cutAfter: ANSWER_BYTES });
    const session = await openTo([server.url], { timeouts });
    expect((await dnsOf(session)).dns).toEqual(["CN=a", "CN=b", "CN=c"]);
    await session.close();
    await server.close();
  });
});

describe("an answer with bytes changed", () => {
  const stream = Buffer.concat([
    envelope(2, entry("CN=a", { cn: ["a"], "member;range=0-1": ["CN=x", "CN=y"] })),
    envelope(2, reference("ldap://b.test/")),
    envelope(2, done(0, { cookie: "", diagnostic: "fine" })),
  ]);

  it("ends as a search does or as a failure does, and in no other way", async () => {
    let raw = stream;
    const server = await startLdapScript({ search: () => [{ raw }, { pauseMs: 5 }, { cut: true }] });
    const change = fc.tuple(fc.nat({ max: stream.length - 1 }), fc.nat({ max: 255 }));
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        raw = Buffer.from(stream);
        for (const [at, byte] of changes) raw[at] = byte;
        const session = await openTo([server.url], { timeouts });
        const search = session.search(
          { base: "", scope: "subtree", filter: "(cn=*)", attributes: ["cn"] },
          (found) => found.names().map((name) => [found.texts(name), found.bytes(name)]),
        );
        await search.catch((error: unknown) => {
          failures += 1;
          expect(error).toBeInstanceOf(LdapFailure);
        });
        await session.close();
      }),
      { numRuns: 300, seed: 1 },
    );
    await server.close();
    expect(failures).toBeGreaterThan(100);
  });

  it("ends a bind as a failure as well", async () => {
    const answer = envelope(1, bound(0));
    expect(answer.length).toBeGreaterThan(0);
    for (let at = 0; at < answer.length; at += 1) {
      const raw = Buffer.from(answer);
      raw[at] = (raw[at] ?? 0) ^ 0x15;
      const server = await startLdapScript({ bind: () => [{ raw }, { cut: true }] });
      await expect(openTo([server.url], { timeouts })).rejects.toMatchObject({ name: "RemoteError" });
      await server.close();
    }
  });
});
