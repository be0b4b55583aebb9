import { afterEach, describe, expect, test } from "vitest";
import { type Bench, bench, list, type Reply, remoteErrorBy, user } from "./stage.ts";

const open: Bench[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ server }) => server.close()));
});

async function withUsers(users: Reply): Promise<Bench> {
  const made = await bench(({ path }) => (path.startsWith("/Groups") ? list([]) : users));
  open.push(made);
  return made;
}

/** Large enough to be taken apart on its way: several megabytes. */
const MANY = 10_000;
const padding = "x".repeat(300);
const users = (count = MANY) =>
  Array.from({ length: count }, (_, at) =>
    user(`u${at}`, `person${at}@example.org`, { name: { formatted: `Zoë "${at}"` }, title: padding }),
  );
const text = (resources: readonly object[]) =>
  JSON.stringify({ schemas: ["é"], totalResults: resources.length, Resources: resources });

describe("a list of several megabytes", () => {
  test("is read in full, by one request", async () => {
    const { target, server } = await withUsers({ body: text(users()) });
    const read = await target.read();
    expect(read).toHaveLength(MANY);
    expect(read.find(({ zivverId }) => zivverId === "u17")).toMatchObject({
      address: "person17@example.org",
      fullName: 'Zoë "17"',
    });
    expect(server.received.filter(({ path }) => path.startsWith("/Users"))).toHaveLength(1);
  });

  test("is what the same accounts in small pages are", async () => {
    const resources = users();
    const whole = await withUsers({ body: text(resources) });
    const paged = await bench(({ path }) => {
      if (path.startsWith("/Groups")) return list([]);
      const start = Number(new URLSearchParams(path.split("?")[1]).get("startIndex") ?? "1");
      return { body: { totalResults: MANY, Resources: resources.slice(start - 1, start + 999) } };
    });
    open.push(paged);
    expect(await paged.target.read()).toEqual(await whole.target.read());
  });

  test("names every resource that cannot be used, by its place or its id", async () => {
    const resources = users().map((one, at) => {
      if (at === 4_000) return { ...one, id: undefined };
      return at === 9_000 ? { ...one, userName: 5 } : one;
    });
    const withoutId = await withUsers({ body: text(resources) });
    const error = await remoteErrorBy(withoutId.target.read());
    expect(error.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("resource 4001 of the list has no id"),
    ]);
    const wrong = await withUsers({ body: text(resources.filter((_, at) => at !== 4_000)) });
    const [problem] = (await remoteErrorBy(wrong.target.read())).problems;
    expect(problem?.message).toContain("of resource u9000, userName is a number instead of text");
  });

  test.for([
    { name: "cut off", body: text(users()).slice(0, -400), message: "only the beginning of it" },
    { name: "no JSON in the middle", body: text(users()).replace('"u5000"', "u5000"), message: "not JSON" },
    { name: "too few", body: text(users()).replace(`:${MANY},`, `:${MANY + 5},`), message: "" },
  ])("is refused when it is $name", async ({ body, message }) => {
    const { target } = await withUsers({ body });
    const [problem] = (await remoteErrorBy(target.read())).problems;
    expect(["target-answer", "target-incomplete"]).toContain(problem?.code);
    expect(problem?.message).toContain(message);
  });
});
