import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import type { LiveAccount } from "../../src/model/account/account.ts";
import type { Write } from "../../src/model/ports.ts";
import type { Address } from "../../src/model/values/address.ts";
import { Secret } from "../../src/model/values/secret.ts";
import {
  API_KEY,
  type Bench,
  bench,
  group,
  list,
  type Received,
  type Reply,
  remoteErrorBy,
  user,
} from "./stage.ts";

const open: Bench[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ server }) => server.close()));
});

const ZIVVER_USER = "urn:ietf:params:scim:schemas:zivver:0.1:User";
const ZIVVER_GROUP = "urn:ietf:params:scim:schemas:zivver:0.1:Group";
const CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const jane = user("u1", "j.doe@example.org", {
  [ZIVVER_USER]: { aliases: ["jd@example.org"], delegates: [], ExternalAccountId: "x-1" },
});
const desk = group("g1", "desk@example.org", ["g1", "u1", "hidden"], {
  [ZIVVER_GROUP]: { aliases: [], ExternalAccountId: "x-2" },
});

/** A target that has read its accounts; `reply` answers the writes. */
async function play(
  reply: (request: Received, n: number) => Reply,
): Promise<Bench & { live: Map<string, LiveAccount> }> {
  let writes = 0;
  const made = await bench((request) => {
    if (request.method !== "GET") {
      writes += 1;
      return reply(request, writes);
    }
    return request.path.startsWith("/Users") ? list([jane]) : list([desk]);
  });
  open.push(made);
  const accounts = await made.target.read();
  made.server.received.splice(0);
  return { ...made, live: new Map(accounts.map((account) => [account.zivverId, account])) };
}

function of(live: Map<string, LiveAccount>, id: string): LiveAccount {
  const account = live.get(id);
  if (account === undefined) throw new Error(id);
  return account;
}

const sent = (made: Bench) =>
  made.server.received.map(({ method, path, body }) => [
    `${method} ${path}`,
    ...(body === "" ? [] : [JSON.parse(body)]),
  ]);

describe("what goes along unseen", () => {
  test("unknown keys of the extension stay with a personal account, and absent ones do not come up", async () => {
    const made = await play(() => ({ body: jane }));
    const accountKey = new Secret("guid-1");
    const account = await made.target.write({
      op: "update",
      live: of(made.live, "u1"),
      fields: { accountKey },
    });
    expect(account).toEqual(of(made.live, "u1"));
    expect(sent(made)).toEqual([
      [
        "PUT /Users/u1",
        {
          schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", ZIVVER_USER],
          userName: "j.doe@example.org",
          name: { formatted: "Name of u1" },
          [ZIVVER_USER]: {
            aliases: ["jd@example.org"],
            delegates: [],
            ExternalAccountId: "x-1",
            SsoAccountKey: "guid-1",
          },
        },
      ],
    ]);
  });

  test("a functional account is emptied by PATCH with its own media type", async () => {
    const made = await play(() => ({ status: 204 }));
    expect(await made.target.write({ op: "empty", live: of(made.live, "g1") })).toBeUndefined();
    const [request] = made.server.received;
    expect(request?.headers["content-type"]).toBe("application/scim+json");
    expect(request?.headers.accept).toBe("application/scim+json");
    expect(sent(made)).toEqual([
      [
        "PATCH /Groups/g1",
        {
          schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
          Operations: [{ op: "remove", path: "members" }],
        },
      ],
    ]);
    // Emptied is emptied: its own id does not come back with the next write.
    await made.target.write({ op: "update", live: of(made.live, "g1"), fields: { members: ["u1"] } });
    expect(sent(made)[1]?.[1].members).toEqual([{ value: "u1" }]);
  });

  const whole = (members: readonly string[]) => ({
    schemas: [CORE_GROUP, ZIVVER_GROUP],
    externalId: "desk@example.org",
    displayName: "Desk",
    members: members.map((value) => ({ value })),
    [ZIVVER_GROUP]: { aliases: [], ExternalAccountId: "x-2" },
  });

  test("a member that no list shows is given up only where Zivver refuses it", async () => {
    const replies: Reply[] = [
      { status: 400, body: "Error creating member: Member Not Found" },
      { body: desk },
    ];
    const made = await play((_, n) => replies[n - 1] ?? {});
    await made.target.write({ op: "update", live: of(made.live, "g1"), fields: { fullName: "Desk" } });
    expect(sent(made)).toEqual([
      ["PUT /Groups/g1", whole(["hidden", "u1", "g1"])],
      ["PUT /Groups/g1", whole(["u1"])],
    ]);
  });

  test("and only once", async () => {
    const made = await play(() => ({ status: 400, body: "Unknown in set" }));
    const write: Write = { op: "update", live: of(made.live, "g1"), fields: { members: ["u1", "gone"] } };
    const error = await remoteErrorBy(made.target.write(write));
    expect(error.problems.map(({ code }) => code)).toEqual(["target-member-unknown"]);
    expect(made.server.received).toHaveLength(2);
  });

  test.each([204, 403])(
    "no members and another name: a PUT, then the PATCH that empties: %d",
    async (status) => {
      const made = await play(({ method }) => (method === "PUT" ? { body: desk } : { status }));
      const fields = { fullName: "Desk", members: [] };
      const write = made.target.write({ op: "update", live: of(made.live, "g1"), fields });
      // A PATCH that is refused does not take back what the PUT did.
      if (status === 204) await write;
      else expect(await remoteErrorBy(write)).toMatchObject({ uncertain: true });
      expect(sent(made).map(([request]) => request)).toEqual(["PUT /Groups/g1", "PATCH /Groups/g1"]);
      expect(sent(made)[0]?.[1]).toEqual(whole([]));
    },
  );
});

describe("the answer to a write", () => {
  test.each<{ name: string; reply: Reply }>([
    { name: "204", reply: { status: 204 } },
    { name: "200 without a body", reply: {} },
    { name: "plain text", reply: { body: "OK" } },
    { name: "half a resource", reply: { body: { id: "u1" } } },
    { name: "somebody else", reply: { body: user("u2", "k.roe@example.org") } },
  ])("$name is success without an account", async ({ reply }) => {
    const made = await play(() => reply);
    expect(
      await made.target.write({ op: "update", live: of(made.live, "u1"), fields: { active: false } }),
    ).toBeUndefined();
    expect(made.server.received).toHaveLength(1);
  });
});

const REPLAN = "Make a new plan: it reads the accounts again.";
const refusals: { status: number; body: string; code: string; message: string; remedy: string }[] = [
  {
    status: 400,
    body: "Account is outside the organization",
    code: "target-address-outside",
    message:
      "Zivver refused to change j.doe@example.org: the address lies outside the organisation. Its domain is not claimed, or somebody has a free account with it, or another organisation has it, or it exists here as the other kind of account.",
    remedy:
      'Claim the domain in Zivver. Take a free account in with "Adopt accounts" under Domains in Zivver\'s web application. Convert an account of the other kind there, too: deleting it destroys its mail.',
  },
  {
    status: 400,
    body: '{"detail":"Error creating alias: Domain Not Owned"}',
    code: "target-alias-domain",
    message:
      "Zivver refused to change j.doe@example.org: one of its aliases lies in a domain that the organisation has not claimed.",
    remedy: "Claim the domain in Zivver, or name it under aliases.excludeDomains of the profile.",
  },
  {
    status: 400,
    body: "Error creating alias: Alias is already taken for k.roe@example.org",
    code: "target-alias-taken",
    message:
      "Zivver refused to change j.doe@example.org: one of its aliases belongs to another account (k.roe@example.org).",
    remedy: "Take the alias off the other account first; if a source gives it to both, correct the source.",
  },
  {
    status: 400,
    body: "Error creating alias: Alias is a guest: jd@example.org",
    code: "target-alias-guest",
    message:
      "Zivver refused to change j.doe@example.org: a guest account has one of its aliases (jd@example.org).",
    remedy:
      "Merge the guest with an option of Zivver's own sync tool: it cannot be undone, access rights do not move, and this API has no call for it.",
  },
  {
    status: 400,
    body: '"Invalid division: /ward/3"',
    code: "target-division",
    message: 'Zivver refused to change j.doe@example.org: there is no division "/ward/3".',
    remedy: "Create the division in Zivver, or correct the division in the source or the profile.",
  },
  {
    status: 400,
    body: "Unknown in set",
    code: "target-member-unknown",
    message:
      "Zivver refused to change j.doe@example.org: one of its members is unknown to Zivver; it was probably deleted meanwhile.",
    remedy: REPLAN,
  },
  {
    status: 400,
    body: "Unknown account with uuid: u1",
    code: "target-account-unknown",
    message:
      "Zivver refused to change j.doe@example.org: the account no longer exists; it was probably deleted meanwhile.",
    remedy: REPLAN,
  },
  {
    status: 404,
    body: "",
    code: "target-account-unknown",
    message: "Zivver refused to change j.doe@example.org: it found nothing at this address (404).",
    remedy:
      "Check target.url: it ends in /api/scim/v2. If other requests work, the account was deleted meanwhile: make a new plan.",
  },
  {
    status: 409,
    body: "anything",
    code: "target-address-exists",
    message: "Zivver refused to change j.doe@example.org: an account with this address exists already.",
    remedy: `${REPLAN} If the address is not among them, another organisation has it.`,
  },
  {
    status: 415,
    body: '{"code":415,"message":"HTTP 415 Unsupported Media Type"}',
    code: "target-media-type",
    message:
      "Zivver refused to change j.doe@example.org: it does not take the media type of the request (415).",
    remedy:
      "Look whether something between here and Zivver changes headers; otherwise Zivver's API has changed: please report it.",
  },
  {
    status: 403,
    body: "<html>",
    code: "target-forbidden",
    message: "The API key may not change j.doe@example.org (403).",
    remedy:
      "Use an API key that an administrator with full rights made. A proxy or firewall in between can also answer 403.",
  },
  {
    status: 422,
    body: `bad\u001b]0;title\u0007 ${"x".repeat(400)}`,
    code: "target-refused",
    message: `Zivver refused to change j.doe@example.org: it answered 422 with "bad\ufffd]0;title\ufffd ${"x".repeat(286)}…".`,
    remedy:
      "Zivver's own words are all that is known. Correct the account in the source if they name a value of it.",
  },
  {
    status: 400,
    body: "<!doctype html><title>Blocked: Invalid division: x</title>",
    code: "target-answer",
    message:
      'Zivver refused to change j.doe@example.org: it answered 400 with a web page ("Blocked: Invalid division: x").',
    remedy:
      "Something between here and Zivver answered instead, such as a proxy. Check target.url and the proxy settings.",
  },
];

describe("refusals", () => {
  test.each(refusals)("$status $code", async ({ status, body, ...expected }) => {
    const made = await play(() => ({ status, body }));
    const write: Write = { op: "update", live: of(made.live, "u1"), fields: { fullName: "Jane" } };
    const error = await remoteErrorBy(made.target.write(write));
    expect(error.problems).toEqual([{ ...expected, where: `PUT ${made.server.url}/Users/u1` }]);
    expect(error.uncertain).toBe(false);
    expect(made.server.received).toHaveLength(1);
  });
});

describe("an error in the body of a 200 is one", () => {
  const ERROR = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    detail: "Invalid division: /care",
  };
  const change = (made: { live: Map<string, LiveAccount> }): Write => ({
    op: "update",
    live: of(made.live, "u1"),
    fields: { division: "/care" },
  });

  test.each([
    ["as SCIM has it (RFC 7644, 3.12)", { ...ERROR, status: "400" }],
    ["without a status", ERROR],
    ["as Zivver has it", { code: 400, message: "Invalid division: /care" }],
  ])("%s", async (_, body) => {
    const made = await play(() => ({ body }));
    const { problems } = await remoteErrorBy(made.target.write(change(made)));
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ["target-division", 'Zivver refused to change j.doe@example.org: there is no division "/care".'],
    ]);
    expect(made.server.received).toHaveLength(1);
  });

  test.each([503, 429])("and is tried again: %d", async (status) => {
    const made = await play((_, n) => ({ body: n === 1 ? { ...ERROR, status } : jane }));
    expect((await made.target.write(change(made)))?.address).toBe("j.doe@example.org");
    expect(made.server.received).toHaveLength(2);
  });
});

test("a secret that is part of Zivver's words does not hide what they say", async () => {
  const made = await play(() => ({ status: 400, body: "Invalid division: /n" }));
  const write: Write = { op: "update", live: of(made.live, "u1"), fields: { accountKey: new Secret("n") } };
  const { problems } = await remoteErrorBy(made.target.write(write));
  expect(problems[0]?.message).toBe(
    'Zivver refused to change j.doe@example.org: there is no division "/[secret]".',
  );
});

test("a temporary password that Zivver sends back is shown to nobody", async () => {
  const password = "Canary!Pass#word2345";
  const made = await play(({ body }) => ({ status: 400, body: `Invalid value: ${body}` }));
  const fields = { address: "n@example.org" as Address, fullName: "N", password: new Secret(password) };
  const error = await remoteErrorBy(made.target.write({ op: "create", kind: "personal", fields }));
  expect(made.server.received[0]?.body).toContain(password);
  expect(error.message).toContain("[secret]");
  expect(JSON.stringify([error.message, error.problems])).not.toContain(password);
});

describe("secrets stay out of every error", () => {
  const accountKey = 'Canary"Key/+Guid==';
  const echo = ({ headers, body }: Received) =>
    `${headers.authorization} ${Buffer.from(API_KEY).toString("base64")} ${encodeURIComponent(API_KEY)} ${body} ${accountKey.toLowerCase()} ${Buffer.from(accountKey).toString("base64")}`;
  const fields = {
    address: "n.ew@example.org" as Address,
    fullName: "New",
    accountKey: new Secret(accountKey),
  };

  test.each<{ name: string; reply: (request: Received) => Reply }>([
    { name: "a refusal in text", reply: (request) => ({ status: 400, body: echo(request) }) },
    { name: "a refusal in JSON", reply: (request) => ({ status: 422, body: { detail: echo(request) } }) },
    {
      name: "a text that the limit of 300 cuts in two",
      reply: () => ({ status: 422, body: `${"x".repeat(290)}${accountKey}` }),
    },
    {
      name: "a taken alias",
      reply: (request) => ({ status: 400, body: `Alias is already taken for ${echo(request)}` }),
    },
    { name: "a server error", reply: (request) => ({ status: 500, body: echo(request) }) },
    { name: "a web page", reply: (request) => ({ body: `<html><title>${echo(request)}</title>` }) },
    {
      name: "a redirect",
      reply: (request) => ({
        status: 302,
        headers: { location: `/x/${encodeURIComponent(request.body)}/${API_KEY}` },
      }),
    },
    { name: "a cut connection", reply: () => "hang-up" },
    { name: "half an answer", reply: () => "half" },
  ])("$name", async ({ reply }) => {
    const made = await play(reply);
    const create = await remoteErrorBy(made.target.write({ op: "create", kind: "personal", fields }));
    const update = await remoteErrorBy(
      made.target.write({ op: "update", live: of(made.live, "u1"), fields }),
    );
    for (const error of [create, update]) {
      const seen = `${error} ${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error.problems)} ${error.stack}`;
      for (const form of [API_KEY, accountKey]) {
        for (const secret of [
          form,
          encodeURIComponent(form),
          Buffer.from(form).toString("base64"),
          form.slice(0, 9),
        ]) {
          expect(seen.toLowerCase()).not.toContain(secret.toLowerCase());
        }
      }
      expect(error.cause).toBeUndefined();
    }
  });
});
