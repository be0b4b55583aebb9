import { afterEach, describe, expect, test } from "vitest";
import { InternalError, type Problem } from "../../src/model/values/errors.ts";
import {
  type Bench,
  bench,
  group,
  list,
  type Received,
  type Reply,
  refusalBy,
  remoteErrorBy,
  user,
} from "./stage.ts";

const open: Bench[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ server }) => server.close()));
});

async function withUsers(users: Reply | ((n: number) => Reply), groups: Reply = list([])): Promise<Bench> {
  let n = 0;
  const made = await bench(({ path }) => {
    if (path.startsWith("/Groups")) return groups;
    n += 1;
    return typeof users === "function" ? users(n) : users;
  });
  open.push(made);
  return made;
}

const WHOLE = " A list is used whole or not at all, since a missing account would look like one to create.";
const ASK =
  "Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.";
const unusable = (what: string): Partial<Problem> => ({
  code: "target-answer",
  message: `The answer cannot be used: ${what}.${WHOLE}`,
  remedy: ASK,
});
const BETWEEN =
  "Something between here and Zivver answered instead, such as a proxy or a login page. Check target.url and the proxy settings.";
const NO_JSON = "Run it again. If it stays, check target.url: it ends in /api/scim/v2.";
const jane = user("u1", "j.doe@example.org");
const janeWith = (more: object): Reply => list([user("u1", "j.doe@example.org", more)]);
const ZIVVER = "urn:ietf:params:scim:schemas:zivver:0.1:User";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const odd: { name: string; users: Reply; expect: Partial<Problem> }[] = [
  {
    name: "a list instead of an object",
    users: { body: [jane] },
    expect: unusable("it is a list instead of an object with totalResults and Resources"),
  },
  {
    name: "null",
    users: { body: "null" },
    expect: unusable("it is null instead of an object with totalResults and Resources"),
  },
  {
    name: "a bare text",
    users: { body: '"hello"' },
    expect: unusable("it is text instead of an object with totalResults and Resources"),
  },
  {
    name: "no Resources",
    users: { body: { totalResults: 3 } },
    expect: unusable("Resources is missing"),
  },
  {
    name: "Resources of another type",
    users: { body: { totalResults: 1, Resources: { u1: jane } } },
    expect: unusable("Resources is an object instead of a list"),
  },
  {
    name: "no totalResults",
    users: { body: { Resources: [jane] } },
    expect: unusable("totalResults is missing, so it is unknown whether the list is complete"),
  },
  {
    name: "totalResults as text",
    users: { body: { Resources: [jane], totalResults: "1" } },
    expect: unusable("totalResults is text, so it is unknown whether the list is complete"),
  },
  {
    name: "a negative totalResults",
    users: { body: { Resources: [jane], totalResults: -1 } },
    expect: unusable("totalResults is -1, so it is unknown whether the list is complete"),
  },
  {
    name: "half an account in totalResults",
    users: { body: { Resources: [jane], totalResults: 1.5 } },
    expect: unusable("totalResults is 1.5, so it is unknown whether the list is complete"),
  },
  {
    name: "a resource that is not an object",
    users: list([jane, "u2"]),
    expect: unusable("resource 2 of the list is not an object"),
  },
  {
    name: "no id",
    users: list([{ userName: "j.doe@example.org", active: true }]),
    expect: unusable("resource 1 of the list has no id"),
  },
  {
    name: "an id that is a number",
    users: list([{ id: 7, userName: "j.doe@example.org", active: true }]),
    expect: unusable("resource 1 of the list has as its id a number"),
  },
  {
    name: "no userName",
    users: list([{ id: "u1", active: true }]),
    expect: unusable("of resource u1, userName is missing"),
  },
  {
    name: "an empty userName",
    users: list([user("u1", "  ")]),
    expect: unusable("of resource u1, userName is empty"),
  },
  {
    name: "a userName that is a list",
    users: janeWith({ userName: ["a@example.org"] }),
    expect: unusable("of resource u1, userName is a list instead of text"),
  },
  {
    name: "active as text",
    users: janeWith({ active: "true" }),
    expect: unusable("of resource u1, active is text instead of true or false"),
  },
  {
    name: "no active",
    users: list([{ id: "u1", userName: "j.doe@example.org" }]),
    expect: unusable("of resource u1, active is missing"),
  },
  {
    name: "a name that is text",
    users: janeWith({ name: "Jane" }),
    expect: unusable("of resource u1, name is text instead of an object"),
  },
  {
    name: "several wrong types at once",
    users: janeWith({
      name: { formatted: 1 },
      [ZIVVER]: { aliases: "jd@example.org", delegates: [{ value: "x" }] },
      [ENTERPRISE]: [],
      phoneNumbers: ["+31"],
    }),
    expect: unusable(
      `of resource u1, ${ENTERPRISE} is a list instead of an object, name.formatted is a number instead of text, phoneNumbers holds something that is not an object with a value, aliases is text instead of a list, delegates holds something that is not text`,
    ),
  },
  {
    name: "half a character",
    users: {
      body: '{"totalResults":1,"Resources":[{"id":"u1","userName":"a@example.org","active":true,"nickName":"\\ud800"}]}',
    },
    expect: unusable(
      "of resource u1, it holds half a character (a lone surrogate), which is not Unicode text",
    ),
  },
  {
    name: "a login page with status 200",
    users: {
      headers: { "content-type": "text/html" },
      body: "<!DOCTYPE html><title>Sign\n in</title><body>…",
    },
    expect: {
      code: "target-answer",
      message:
        'Asked to read the personal accounts, the target answered 200 with a web page ("Sign in"), which is not what Zivver\'s API gives.',
      remedy: BETWEEN,
    },
  },
  {
    name: "nothing",
    users: { body: "" },
    expect: {
      code: "target-answer",
      message:
        "Asked to read the personal accounts, the target answered 200 with an empty answer, which is not JSON, or only the beginning of it. It was tried 5 times.",
      remedy: NO_JSON,
    },
  },
  {
    name: "half of the JSON",
    users: { body: '{"totalResults":2,"Resources":[\u0007{' },
    expect: {
      code: "target-answer",
      message:
        'Asked to read the personal accounts, the target answered 200 with "{"totalResults":2,"Resources":[\ufffd{", which is not JSON, or only the beginning of it. It was tried 5 times.',
      remedy: NO_JSON,
    },
  },
  {
    name: "no UTF-8",
    users: { body: Buffer.from([0x7b, 0xff, 0x7d]) },
    expect: {
      code: "target-answer",
      message: "The answer of HOST is not UTF-8 text, so names in it cannot be read for certain.",
      remedy: "Run it again. If it stays, something between here and Zivver changes the answers.",
    },
  },
];

describe("an answer that cannot be used", () => {
  test.each(odd)("$name", async ({ users, expect: expected }) => {
    const { target, server } = await withUsers(users);
    const error = await remoteErrorBy(target.read());
    const message = expected.message?.replace("HOST", `127.0.0.1:${server.port}`);
    expect(error.problems).toEqual([{ ...expected, message, where: `GET ${server.url}/Users` }]);
    expect(error.uncertain).toBe(false);
  });

  test("of many malformed resources ten problems are shown, those of both lists together", async () => {
    const users = Array.from({ length: 13 }, (_, n) => user(`u${n}`, "j.doe@example.org", { active: null }));
    const { target } = await withUsers(list(users), list([group("g1", "", [])]));
    const { problems } = await refusalBy(target.read());
    expect(problems).toHaveLength(12);
    expect(problems[10]?.message).toBe("3 more resources are malformed.");
    expect(problems[11]?.message).toBe(unusable("of resource g1, externalId is empty").message);
  });
});

describe("a list is read in full", () => {
  const all = Array.from({ length: 7 }, (_, n) => user(`u${n}`, `u${n}@example.org`));
  const pages = (size: number) => (url: URL) => {
    const start = Number(url.searchParams.get("startIndex") ?? 1);
    return list(all.slice(start - 1, start - 1 + size), all.length);
  };

  test("page by page when fewer come than are announced", async () => {
    const page = pages(3);
    const made = await bench(({ path }) =>
      path.startsWith("/Groups") ? list([]) : page(new URL(path, "http://localhost")),
    );
    open.push(made);
    const accounts = await made.target.read();
    expect(accounts.map(({ zivverId }) => zivverId)).toEqual(["u0", "u1", "u2", "u3", "u4", "u5", "u6"]);
    const asked = made.server.received.map(({ path }) => path).filter((path) => path.startsWith("/Users"));
    expect(asked).toEqual(["/Users", "/Users?startIndex=4&count=3", "/Users?startIndex=7&count=3"]);
  });

  const incomplete = (what: string): Partial<Problem> => ({
    code: "target-incomplete",
    message: `The list could not be read in full: ${what}. A missing account would look like one to create, so nothing was done.`,
    remedy: "Run it again when nobody else changes accounts. If it stays, please report this message.",
  });
  const short: { name: string; users: (n: number) => Reply; expect: Partial<Problem> }[] = [
    {
      name: "the server ignores startIndex",
      users: () => list(all.slice(0, 3), 7),
      expect: incomplete("7 were announced and only 3 came"),
    },
    {
      name: "a page is empty",
      users: (n) => list(n === 1 ? all.slice(0, 3) : [], 7),
      expect: incomplete("7 were announced and only 3 came"),
    },
    {
      name: "nothing comes at all",
      users: () => list([], 7),
      expect: incomplete("7 were announced and none came"),
    },
    {
      name: "the total changes with every page",
      users: (n) => list(all.slice(0, 3), 6 + n),
      expect: incomplete("it changed while it was read, 3 times over"),
    },
  ];
  test.each(short)("or not at all: $name", async ({ users, expect: expected }) => {
    const { target, server } = await withUsers(users);
    const { problems } = await remoteErrorBy(target.read());
    expect(problems).toEqual([{ ...expected, where: `GET ${server.url}/Users` }]);
  });

  test("a total that changes once is read again", async () => {
    const { target } = await withUsers((n) => (n <= 2 ? list(all.slice(0, 3), 5 + n) : list(all)));
    expect(await target.read()).toHaveLength(7);
  });

  test("more than announced is fine, an id that comes twice counts once, and none at all need no list", async () => {
    const { target } = await withUsers(list([...all, all[0]], 3), { body: { totalResults: 0 } });
    expect(await target.read()).toHaveLength(7);
  });

  test("two requests read both kinds, personal first, each by address", async () => {
    const { target, server } = await withUsers(
      list([user("u2", "b@example.org"), user("u1", "A@Example.org")]),
      list([group("g1", "desk@example.org", ["u1"])]),
    );
    const accounts = await target.read();
    expect(accounts.map(({ kind, address }) => `${kind} ${address}`)).toEqual([
      "personal a@example.org",
      "personal b@example.org",
      "functional desk@example.org",
    ]);
    expect(server.received).toHaveLength(2);
  });

  test("an id of two kinds means either account, so neither list is used", async () => {
    const made = await bench(({ path }) =>
      list(path.startsWith("/Users") ? all : [group("u2", "desk@example.org", ["u1"])]),
    );
    open.push(made);
    expect((await remoteErrorBy(made.target.read())).problems).toEqual([
      {
        code: "target-answer",
        where: `GET ${made.server.url}/Groups`,
        message:
          "The lists cannot be used: the id of desk@example.org is that of a personal and of a functional account. Delegates are listed by id, so zivsync cannot tell which of the two gets access.",
        remedy:
          "Run it again: somebody may have converted the account meanwhile. If it stays, please report this message.",
      },
    ]);
  });

  test("opened for reading, it reads the same and writes nothing", async () => {
    const users = list([user("u1", "a@example.org")]);
    const reply = (request: Received) => (request.path.includes("Users") ? users : list([]));
    const writing = await bench(reply);
    const reading = await bench(reply, { readsOnly: true });
    open.push(writing, reading);
    const accounts = await reading.target.read();
    expect(accounts).toEqual(await writing.target.read());
    const [live] = accounts;
    if (live === undefined) throw new Error("there is one");
    await expect(reading.target.write({ op: "delete", live })).rejects.toThrow(InternalError);
    expect(reading.server.received.map(({ method }) => method)).toEqual(["GET", "GET"]);
  });

  test("a key that is refused is said once, not once per list", async () => {
    const made = await bench(() => ({ status: 401, body: "no" }));
    open.push(made);
    const { problems } = await remoteErrorBy(made.target.read());
    expect(problems).toEqual([
      {
        code: "target-unauthorized",
        where: `GET ${made.server.url}/Users`,
        message:
          "Zivver did not accept the API key, asked to read the personal accounts (401). The key is wrong or revoked, or the administrator who made it was deleted.",
        remedy: "Make a new API key in Zivver and store it where target.apiKey points.",
      },
    ]);
  });
});
