import { expect, onTestFinished, test } from "vitest";
import { Secret } from "../../../src/model/values/secret.ts";
import { readDirectory } from "../../../src/sources/directory/read-directory.ts";
import { done, entry, type Message, reference } from "../../servers/ldap-messages.ts";
import { type SearchRequest, startLdapScript } from "../../servers/ldap-script.ts";
import { config, guid, NOW, ROOT, table } from "./builders.ts";

/*
 * What a domain controller of Windows does and Samba does not: no more than 1,000 entries without paging or in a page,
 * long lists of values in ranges of 1,500, pages without entries in the middle, references from the domain's root.
 */
const PEOPLE = 3_200;
const LONGEST_LIST = 1_500;
const LARGEST_PAGE = 1_000;
const GROUP = `CN=Everybody,OU=Groups,${ROOT}`;
const dnOf = (number: number) => `CN=Person ${number},OU=Staff,${ROOT}`;
const OWN_PARTITION = reference(`ldaps://corp.example.test/DC=DomainDnsZones,${ROOT}`);

const people = Array.from({ length: PEOPLE }, (_, number) =>
  entry(dnOf(number), {
    objectClass: ["user"],
    objectGUID: [guid(number)],
    mail: [`p${number}@example.org`],
    displayName: [`Person ${number}`],
    userAccountControl: ["512"],
  }),
);

function group({ attributes }: SearchRequest): Message {
  const asked = attributes.find((name) => /^member(;|$)/i.test(name)) ?? "member";
  const from = Number(/range=(\d+)-/.exec(asked)?.[1] ?? 0);
  const part = people.map((_, number) => dnOf(number)).slice(from, from + LONGEST_LIST);
  const to = from + part.length === PEOPLE ? "*" : from + part.length - 1;
  return entry(GROUP, {
    objectClass: ["group"],
    objectGUID: [guid(99_999)],
    mail: ["everybody@example.org"],
    displayName: ["Everybody"],
    member: [],
    [`member;range=${from}-${to}`]: part,
  });
}

/** Pages as large as may be; the cookie is the next position, and before each of those comes a page without entries. */
function inPages(all: readonly Message[], page: SearchRequest["page"]): readonly Message[] {
  if (page === undefined) {
    const tooMany = all.length > LARGEST_PAGE;
    return [...all.slice(0, LARGEST_PAGE), done(tooMany ? 4 : 0)];
  }
  const { cookie } = page;
  if (cookie.startsWith("gap ")) return [done(0, { cookie: cookie.slice(4) })];
  const from = Number(cookie === "" ? 0 : cookie);
  const to = from + Math.min(page.size, LARGEST_PAGE);
  const last = to >= all.length;
  return [
    ...all.slice(from, to),
    ...(last ? [OWN_PARTITION] : []),
    done(0, { cookie: last ? "" : `gap ${to}` }),
  ];
}

test("a domain controller of Windows is read in full", async () => {
  const server = await startLdapScript({
    search: (request) => {
      if (request.base === "") return [entry("", { defaultNamingContext: [ROOT] }), done(0)];
      if (request.base === GROUP) return [group(request), done(0)];
      const isGroups = request.filter.includes(Buffer.from("group").toString("hex"));
      return inPages(isGroups ? [group(request)] : people, request.page);
    },
  });
  onTestFinished(() => server.close());
  const both = config({
    urls: [server.url],
    pageSize: 1_000,
    bind: { type: "simple", user: "CORP\\svc-zivsync", password: { env: "AD_PASSWORD" } },
    personal: table(),
    functional: table(),
  });
  const readSecret = async () => new Secret("correct horse");
  const reading = await readDirectory(both, { readSecret, clock: { now: () => NOW } });
  expect(reading.findings).toEqual([]);
  expect(reading.complete).toBe(true);
  const expected = people.map((_, number) => `p${number}@example.org`).sort();
  const [desk, ...others] = reading.records.toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
  expect(others.map(({ email }) => email?.value).sort()).toEqual(expected);
  expect([...(desk?.delegates?.value ?? [])].sort()).toEqual(expected);
  const ranges = server.requests.flatMap((request) =>
    request.type === "search" && request.base === GROUP ? request.attributes : [],
  );
  expect(ranges).toEqual(["member;range=1500-*", "member;range=3000-*"]);
});
