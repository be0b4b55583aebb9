import { type Problem, RemoteError } from "../../model/values/errors.ts";
import { asObject, insteadOf, type JsonObject, kindOf } from "../../model/values/json.ts";
import { MOST_RESOURCES } from "../http/answers/bounds.ts";
import { type Take, Taken, takeOne } from "./list-splitter.ts";

/**
 * Asks for one page, and gives its JSON. Of a large answer, what `take` makes of its resources is in their place as
 * `Taken`.
 */
export type FetchPage<T> = (parameters: Readonly<Record<string, string>>, take: Take<T>) => Promise<unknown>;

type Page = { readonly resources: readonly unknown[]; readonly total: number };

const READINGS = 3;

/**
 * Reads a SCIM list whole. One request, unless fewer resources come than `totalResults` says: then page by page (RFC 7644,
 * 3.4.2.4). A list whose total changes between pages may have skipped somebody and is read again. Throws RemoteError
 * `target-answer` or `target-incomplete`; never gives a part. `where` is the request, for messages. Gives what `take` makes
 * of each resource, so that the resources themselves need not all be kept.
 */
export async function readList<T>(
  fetchPage: FetchPage<T>,
  where: string,
  take: Take<T>,
): Promise<readonly T[]> {
  for (let reading = 1; ; reading += 1) {
    const result = await readOnce(fetchPage, where, take);
    if (result !== "changed") return result;
    if (reading >= READINGS) throw incomplete(where, `it changed while it was read, ${READINGS} times over`);
  }
}

async function readOnce<T>(
  fetchPage: FetchPage<T>,
  where: string,
  take: Take<T>,
): Promise<readonly T[] | "changed"> {
  const first = pageOf(await fetchPage({}, take), where);
  const found = new Map<string, T>();
  add(found, first.resources, 0, where, take);
  let received = first.resources.length;
  while (found.size < first.total) {
    if (received === 0) throw incomplete(where, `${first.total} were announced and none came`);
    const parameters = { startIndex: String(received + 1), count: String(first.resources.length) };
    const page = pageOf(await fetchPage(parameters, take), where);
    if (page.total !== first.total) return "changed";
    const before = found.size;
    add(found, page.resources, received, where, take);
    received += page.resources.length;
    if (found.size === before)
      throw incomplete(where, `${first.total} were announced and only ${found.size} came`);
  }
  return [...found.values()];
}

function add<T>(
  found: Map<string, T>,
  resources: readonly unknown[],
  offset: number,
  where: string,
  take: Take<T>,
): void {
  const problems: Problem[] = [];
  for (const [index, value] of resources.entries()) {
    const resource = asObject(value);
    const taken = value instanceof Taken ? value : resource && takeOne(resource, take);
    if (taken instanceof Taken) found.set(taken.id, taken.value);
    else problems.push(withoutId(where, offset + index + 1, resource));
  }
  if (problems.length > 0) throw new RemoteError(shortened(problems));
}

/** At most ten problems, the last saying how many more there are. */
export function shortened(problems: readonly Problem[]): readonly Problem[] {
  const [first] = problems;
  if (first === undefined || problems.length <= 10) return problems;
  const { remedy: _, ...rest } = first;
  return [
    ...problems.slice(0, 10),
    { ...rest, message: `${problems.length - 10} more resources are malformed.` },
  ];
}

function withoutId(where: string, number: number, resource: JsonObject | undefined): Problem {
  const id = resource?.id;
  const what = resource
    ? id === undefined
      ? "has no id"
      : `has as its id ${kindOf(id)}`
    : "is not an object";
  return malformed(where, `resource ${number} of the list ${what}`);
}

function pageOf(json: unknown, where: string): Page {
  const object = asObject(json);
  if (object === undefined)
    throw new RemoteError(
      malformed(where, `it is ${insteadOf(json, "an object with totalResults and Resources")}`),
    );
  const { totalResults: total } = object;
  const problems: Problem[] = [];
  if (typeof total !== "number" || !Number.isSafeInteger(total) || total < 0) {
    const what = typeof total === "number" ? String(total) : kindOf(total);
    problems.push(malformed(where, `totalResults is ${what}, so it is unknown whether the list is complete`));
  }
  if (typeof total === "number" && total > MOST_RESOURCES)
    problems.push(malformed(where, `totalResults is ${total}, and no list is longer than ${MOST_RESOURCES}`));
  // RFC 7644, 3.4.2: Resources may be left out when there are none.
  const resources = object.Resources ?? (total === 0 ? [] : undefined);
  if (!Array.isArray(resources))
    problems.push(malformed(where, `Resources is ${insteadOf(resources, "a list")}`));
  if (problems.length > 0) throw new RemoteError(problems);
  return { resources: resources as readonly unknown[], total: total as number };
}

/** The problem of an answer that is JSON, but not as Zivver's API gives it. */
export function malformed(where: string, what: string): Problem {
  return {
    code: "target-answer",
    where,
    message: `The answer cannot be used: ${what}. A list is used whole or not at all, since a missing account would look like one to create.`,
    remedy:
      "Check that target.url is a Zivver API. If it is, its answers have changed: please report this message.",
  };
}

function incomplete(where: string, what: string): RemoteError {
  return new RemoteError({
    code: "target-incomplete",
    where,
    message: `The list could not be read in full: ${what}. A missing account would look like one to create, so nothing was done.`,
    remedy: "Run it again when nobody else changes accounts. If it stays, please report this message.",
  });
}
