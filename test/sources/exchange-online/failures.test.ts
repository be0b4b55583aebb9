import { describe, expect, test } from "vitest";
import type { Reply } from "../../servers/exchange-entra.ts";
import type { Asked } from "../../servers/exchange-online.ts";
import { type FakeTenant, grant, group, member, SELF, shared, user } from "../../servers/exchange-tenant.ts";
import { problemsOf } from "../reading.ts";
import { CLIENT_ID, certificates, findingsOf, stage, TENANT_ID, WHERE } from "./stage.ts";

const certs = certificates();
const anna = user("anna@example.org");
const desks = ["a", "b", "c"].map((name) => shared(`${name}-desk@example.org`));
const TENANT: Partial<FakeTenant> = {
  mailboxes: [anna, ...desks],
  groups: [group("Team", [member(anna)])],
  permissions: {
    "a-desk@example.org": [SELF, grant("Team")],
    "b-desk@example.org": [SELF, grant("anna@example.org")],
    "c-desk@example.org": [SELF, grant("Team")],
  },
};

const REMEDY =
  "Give the application the permission Exchange.ManageAsApp (application permission of Office 365 Exchange Online, with consent of an administrator) and the role Global Reader, or View-Only Recipients in Exchange.";
const error = (status: number, message: string): Reply => ({
  status,
  body: { error: { code: "x", message } },
});

type Fault = (asked: Asked) => Reply | string | undefined;
const on =
  (kind: string, answer: Reply | string, key?: string): Fault =>
  (asked) =>
    asked.kind === kind && (key === undefined || asked.key === key) ? answer : undefined;

/** Faults at which nothing can be read at all. */
const WHOLE: readonly (readonly [
  string,
  Fault,
  { readonly code: string; readonly message: string; readonly remedy: string },
])[] = [
  [
    "no right",
    on("list", error(403, "Forbidden")),
    {
      code: "exchange-forbidden",
      message: 'Asked to list the mailboxes, Exchange answered 403 with "Forbidden".',
      remedy: REMEDY,
    },
  ],
  [
    "no such tenant or path",
    on("list", error(404, "Not found")),
    {
      code: "exchange-answer",
      message: 'Asked to list the mailboxes, Exchange answered 404 with "Not found".',
      remedy: "Check `tenant`, `baseUrl` and `apiPath`.",
    },
  ],
  [
    "a service that is down",
    on("list", error(500, "oops")),
    {
      code: "exchange-unavailable",
      message: 'Asked to list the mailboxes, Exchange answered 500 with "oops". It was tried 4 times.',
      remedy: "Run zivsync again later. Microsoft reports outages at https://status.cloud.microsoft.",
    },
  ],
  ...[
    ["a web page for a token", "<html>Sign in</html>", '"<html>Sign in</html>"'],
    ["an answer without a token", { status: 200, body: { expires_in: 3599 } }, '"{"expires_in":3599}"'],
    [
      "a token that no header takes",
      { status: 200, body: { access_token: "a b", expires_in: 3599 } },
      '"{"access_token":"…","expires_in":3599}"',
    ],
  ].map(([what, answer, said]): (typeof WHOLE)[number] => [
    what as string,
    on("token", answer as Reply | string),
    {
      code: "exchange-credentials",
      message: `Entra ID gave no token: it answered 200 with ${said}.`,
      remedy:
        "Check `tenant`, `authority` and `auth`. The code that begins with AADSTS is explained at https://login.microsoftonline.com/error.",
    },
  ]),
  [
    "a web page",
    on("list", "<html>Sign in</html>"),
    {
      code: "exchange-answer",
      message:
        'Asked to list the mailboxes, Exchange answered 200 with "<html>Sign in</html>", which is not a JSON object, or only the beginning of one.',
      remedy:
        "Something between here and Exchange answered instead, such as a proxy or a login page. Check `baseUrl` and the proxy settings.",
    },
  ],
  [
    "no list",
    on("list", { status: 200, body: { value: {} } }),
    {
      code: "exchange-answer",
      message: "Asked to list the mailboxes, Exchange gave an answer without a list of results.",
      remedy: "Run zivsync again. If it stays, check `baseUrl` and `apiPath`.",
    },
  ],
  [
    "a list that ends with an error",
    on("list", { status: 200, body: { value: [anna], error: { code: "x", message: "Timed out." } } }),
    {
      code: "exchange-answer",
      message: 'Asked to list the mailboxes, Exchange gave an answer that ends with the error "Timed out.".',
      remedy: "Run zivsync again. If it stays, check `baseUrl` and `apiPath`.",
    },
  ],
  [
    "a redirect",
    on("list", { status: 302, headers: { location: "https://elsewhere.example.net/" }, body: "" }),
    {
      code: "exchange-answer",
      message: "Asked to list the mailboxes, Exchange answered 302 with nothing more.",
      remedy: "zivsync follows no redirect with a token. Check `baseUrl`.",
    },
  ],
  [
    "throttled from the start",
    on("list", { status: 429, body: "" }),
    {
      code: "exchange-throttled",
      message: "Asked to list the mailboxes, Exchange still answers 429 (too many requests) after 8 pauses.",
      remedy: "Lower `concurrency`, or run zivsync when less else uses this tenant.",
    },
  ],
  [
    "told to wait for hours",
    on("list", { status: 503, headers: { "retry-after": "7200" }, body: "" }),
    {
      code: "exchange-throttled",
      message:
        "Asked to list the mailboxes, Exchange still answers 503 (too many requests), and asks for a longer pause than 10 minutes.",
      remedy: "Lower `concurrency`, or run zivsync when less else uses this tenant.",
    },
  ],
];

describe("nothing can be read", () => {
  test.each(WHOLE)("%s", async (_, fault, problem) => {
    const { read, exchange } = await stage(certs, TENANT, { fault });
    expect(await problemsOf(read())).toEqual([{ where: WHERE, ...problem }]);
    expect(exchange.complaints).toEqual([]);
  });

  test("a token that is never taken", async () => {
    const { read, exchange } = await stage(certs, TENANT, {
      entra: {
        tenantId: TENANT_ID,
        tenantDomain: "example.test",
        clientId: CLIENT_ID,
        secret: "canary-client-secret",
        roles: [],
      },
    });
    exchange.entra.revoked = true;
    expect(await problemsOf(read())).toEqual([
      {
        code: "exchange-credentials",
        where: WHERE,
        message:
          "Asked to list the mailboxes, Exchange answered 401: it accepts neither the token of this application nor a new one. The token does not carry the permission Exchange.ManageAsApp.",
        remedy: REMEDY,
      },
    ]);
    expect(exchange.entra.issued).toBe(2);
  });
});

/** The records' delegates and why some may be missing, and the findings. */
async function partly(fault: Fault, more: Partial<FakeTenant> = {}, pageSize = 1000) {
  const { read, exchange } = await stage(certs, { ...TENANT, ...more }, { fault, pageSize });
  const reading = await read({ concurrency: 1 });
  const desks = reading.records.filter(({ kind }) => kind === "functional");
  expect(exchange.complaints).toEqual([]);
  return {
    complete: reading.complete,
    delegates: desks.map(({ delegates }) => delegates?.value),
    incomplete: desks.map(({ delegatesIncomplete }) => delegatesIncomplete ?? null),
    findings: findingsOf(reading),
  };
}

const A = ["anna@example.org"];

describe("a part can be read", () => {
  test.each([
    [403, "Forbidden", ""],
    [404, "Gone", ""],
    [500, "oops", " It was tried 4 times."],
  ])("the permissions of one mailbox are refused with %d", async (status, said, tried) => {
    expect(await partly(on("permissions", error(status, said), "b-desk@example.org"))).toEqual({
      complete: true,
      delegates: [A, [], A],
      incomplete: [
        null,
        `Its permissions could not be read. Asked to read the permissions of b-desk@example.org, Exchange answered ${status} with "${said}".${tried}`,
        null,
      ],
      findings: [],
    });
  });

  test("the members of a group are refused: the same for all accounts that it stands in", async () => {
    const reason =
      'Members may be missing from the group "Team": Asked to read the members of the group "Team", Exchange answered 403 with "Forbidden".';
    expect(await partly(on("Get-DistributionGroupMember", error(403, "Forbidden")))).toEqual({
      complete: true,
      delegates: [[], A, []],
      incomplete: [reason, null, reason],
      findings: [],
    });
  });

  test.each([
    ["a warning and nothing", { value: [], "@adminapi.warnings": ["the object is corrupted"] }, []],
    ["a warning and a part", { value: [member(anna)], "@adminapi.warnings": ["the object is corrupted"] }, A],
  ])("the members of a group come with %s", async (_, body, delegates) => {
    const reason =
      'Members may be missing from the group "Team": Exchange gave a warning: "the object is corrupted".';
    expect(await partly(on("Get-DistributionGroupMember", { status: 200, body }))).toMatchObject({
      complete: true,
      delegates: [delegates, A, delegates],
      incomplete: [reason, null, reason],
    });
  });

  test("a search that answers nothing but a warning has not said that there is nobody", async () => {
    const body = { value: [], "@adminapi.warnings": ["try later"] };
    const reason =
      '"Team" (not known, as it could not be looked up. Asked to look up "Team", Exchange answered nothing but a warning: "try later".).';
    const at = (desk: string) =>
      `Not identified in the permissions of ${desk}-desk@example.org, or in groups there: ${reason}`;
    expect(await partly(on("Get-Recipient", { status: 200, body }))).toMatchObject({
      delegates: [[], A, []],
      incomplete: [at("a"), null, at("c")],
    });
  });

  const LOOKUPS = new Set(["Get-Recipient", "Get-Group", "Get-User"]);
  const words = (what: string) => `The reading broke off. ${what} Nothing is removed because of this source.`;
  const unread = (what: string) => `Its permissions were not read, as the reading broke off. ${what}`;

  test("the list of mailboxes is cut off", async () => {
    const what = 'Asked to list the mailboxes, Exchange answered 500 with "oops". It was tried 4 times.';
    const fault: Fault = ({ kind, nth }) => (kind === "list" && nth > 1 ? error(500, "oops") : undefined);
    expect(await partly(fault, {}, 3)).toEqual({
      complete: false,
      delegates: [[], []],
      incomplete: [unread(what), unread(what)],
      findings: [`source-incomplete error -: ${words(what)}`],
    });
  });

  test.each([
    [
      "at another host",
      "https://elsewhere.example.net/x",
      'whose next page is at another host ("elsewhere.example.net"), where the token must not go',
    ],
    [
      "without encryption",
      "http://localhost/x",
      'whose next page is at another host ("localhost"), where the token must not go',
    ],
    ["that is none", 7, "whose link to the next page is none"],
  ])("a next page %s", async (_, link, which) => {
    const what = `Asked to list the mailboxes, Exchange gave an answer ${which}.`;
    const body = { value: [anna], "@odata.nextLink": link };
    expect(await partly(on("list", { status: 200, body }))).toEqual({
      complete: false,
      delegates: [],
      incomplete: [],
      findings: [`source-incomplete error -: ${words(what)}`],
    });
  });

  test("next pages in a circle", async () => {
    const { read, exchange } = await stage(certs, TENANT, {
      pageSize: 2,
      fault: ({ kind, nth }) =>
        kind === "list" && nth > 1
          ? { status: 200, body: { value: [], "@odata.nextLink": `${link}&$skiptoken=2` } }
          : undefined,
    });
    const link = `${exchange.origin}/adminapi/beta/${TENANT_ID}/Mailbox?$select=PrimarySmtpAddress`;
    const reading = await read();
    expect(findingsOf(reading)).toEqual([
      `source-incomplete error -: ${words("Asked to list the mailboxes, Exchange gave an answer whose next page is one that was read before.")}`,
    ]);
  });

  test.each([
    [
      "throttled for good",
      { status: 429, body: "" },
      "Exchange still answers 429 (too many requests) after 8 pauses.",
    ],
    [
      "the token is revoked",
      { status: 401, body: "" },
      "Exchange answered 401: it accepts neither the token of this application nor a new one.",
    ],
  ])("%s in mid-run", async (_, answer, said) => {
    const what = `Asked to read the permissions of b-desk@example.org, ${said}`;
    const fault: Fault = ({ ofAll, kind }) =>
      kind !== "token" && kind !== "list" && ofAll > 3 && !LOOKUPS.has(kind) ? answer : undefined;
    const read = await partly(fault);
    expect(read.complete).toBe(false);
    expect(read.findings).toEqual([`source-incomplete error -: ${words(what)}`]);
    expect(read.incomplete.slice(1)).toEqual([`Its permissions could not be read. ${what}`, unread(what)]);
    expect(read.incomplete[0]).toContain("Members may be missing");
  });

  test("a service that answers nothing any more is not asked 1,200 times", async () => {
    const many = Array.from({ length: 200 }, (_, nth) => shared(`d${nth}@example.org`));
    const { read, exchange } = await stage(
      certs,
      { mailboxes: many },
      { fault: on("permissions", error(403, "Forbidden")) },
    );
    const reading = await read();
    expect(reading.complete).toBe(false);
    expect(reading.records.every(({ delegatesIncomplete }) => delegatesIncomplete !== undefined)).toBe(true);
    expect(Number(reading.facts?.find(({ label }) => label === "requests")?.value)).toBeLessThan(50);
    expect(exchange.complaints).toEqual([]);
  });
});

describe("what passes by itself", () => {
  const whole = { complete: true, delegates: [A, A, A], incomplete: [null, null, null], findings: [] };

  test.each([
    ["a moment's error", 502],
    ["throttling without a time", 429],
    ["a service that is busy", 503],
  ])("%s", async (_, status) => {
    expect(
      await partly(({ nth, kind }) =>
        nth % 2 === 1 && kind !== "token" ? error(status, "later") : undefined,
      ),
    ).toEqual(whole);
  });

  test("a time to wait, as seconds and as a date", async () => {
    const { read, exchange, clock } = await stage(certs, TENANT, {
      fault: ({ ofAll }) =>
        ofAll === 3
          ? { status: 429, headers: { "retry-after": "30" }, body: "" }
          : ofAll === 5
            ? {
                status: 503,
                headers: {
                  "retry-after": new Date(clock.now() + 40_000).toUTCString(),
                  date: new Date(clock.now()).toUTCString(),
                },
                body: "",
              }
            : undefined,
    });
    const started = clock.now();
    expect((await read()).complete).toBe(true);
    expect(clock.now() - started).toBeGreaterThanOrEqual(69_000);
    expect(exchange.complaints).toEqual([]);
  });

  test.each([
    ["none", "0"],
    ["less than none", "-5"],
    ["a moment that is past", "Wed, 21 Oct 2015 07:28:00 GMT"],
  ])("a time to wait of %s, of a service that stays busy for a minute", async (_, time) => {
    const { read, exchange, clock } = await stage(certs, TENANT, {
      fault: ({ ofAll }) =>
        ofAll > 2 && clock.now() < busyUntil
          ? { status: 429, headers: { "retry-after": time }, body: "" }
          : undefined,
    });
    const busyUntil = clock.now() + 60_000;
    expect((await read()).complete).toBe(true);
    expect(exchange.complaints).toEqual([]);
  });

  test.each([
    ["after some seconds", { seconds: 40 }],
    ["after some requests", { uses: 2 }],
  ])("tokens that end %s are renewed once for all that wait", async (_, entra) => {
    const { read, exchange, clock } = await stage(certs, TENANT, {
      entra: {
        tenantId: TENANT_ID,
        tenantDomain: "example.test",
        clientId: CLIENT_ID,
        secret: "canary-client-secret",
        ...entra,
      },
      fault: () => {
        clock.time += 15_000;
        return undefined;
      },
    });
    const reading = await read({ concurrency: 2 });
    expect(reading.records.flatMap(({ delegatesIncomplete }) => delegatesIncomplete ?? [])).toEqual([]);
    expect(reading.complete).toBe(true);
    expect(exchange.entra.issued).toBeGreaterThan(1);
    expect(exchange.entra.issued).toBeLessThan(8);
  });
});
