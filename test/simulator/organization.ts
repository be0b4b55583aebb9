import { ZivsyncError } from "../../src/model/values/errors.ts";
import {
  handle,
  type Quirk,
  type SimResponse,
  type SimulatorSeed,
  type World,
  withQuirks,
  worldFromSeed,
} from "../../src/simulator/index.ts";

export const USER = "urn:ietf:params:scim:schemas:zivver:0.1:User";
export const GROUP = "urn:ietf:params:scim:schemas:zivver:0.1:Group";
export const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

export const JANE = "00000000-0000-4000-8000-000000000001";
export const KIM = "00000000-0000-4000-8000-000000000002";
export const DESK = "00000000-0000-4000-8000-000000000003";
export const LAB = "00000000-0000-4000-8000-000000000004";
export const GHOST = "00000000-0000-4000-8000-000000000005";
export const NOBODY = "00000000-0000-4000-8000-00000000dead";

/** Two people, two functional accounts, one account that no listing shows. */
export const SEED: SimulatorSeed = {
  claimedDomains: ["example.org", "example.com"],
  divisions: ["/care"],
  guests: ["guest@example.org"],
  personal: [
    {
      id: JANE,
      address: "J.Doe@example.org",
      fullName: "Jane Doe",
      aliases: ["jd@example.org"],
      delegates: ["k.roe@example.org"],
      division: "/care",
      phone: "+31205550100",
      accountKey: "canary-key-of-jane",
      extra: {},
    },
    { id: KIM, address: "k.roe@example.org", fullName: "Kim Roe", active: false, extra: {} },
  ],
  functional: [
    {
      id: DESK,
      address: "desk@example.org",
      fullName: "Front desk",
      aliases: ["reception@example.org"],
      members: ["j.doe@example.org", GHOST],
      extra: {},
    },
    { id: LAB, address: "lab@example.org", fullName: "Laboratory", extra: {} },
  ],
  hidden: [{ kind: "personal", id: GHOST, address: "ghost@example.org", fullName: "Ghost", extra: {} }],
};

/** No quirk at all, so that a case shows the one that it is about. */
export const NONE = new Set<Quirk>();

/** The organisation above with only these quirks. */
export function plainWorld(
  quirks: Partial<Record<Quirk, boolean>> = {},
  seed: Partial<SimulatorSeed> = {},
): World {
  return worldFromSeed({ ...SEED, ...seed }, { quirks: withQuirks(quirks, NONE) });
}

export type Ask = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

/** Asks in process: `ask(world, "PUT /Users/…", { body })`. A body that is text is sent as it is. */
export function ask(world: World, line: string, { body, headers = {} }: Ask = {}): SimResponse {
  const [method = "", target = ""] = line.split(/ (.*)/);
  const url = new URL(target, "http://localhost");
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const query = Object.fromEntries(url.searchParams);
  return handle(world, { method, path: url.pathname, query, headers, body: text });
}

/** The body of an answer as data. */
export function dataOf(answer: SimResponse) {
  return JSON.parse(answer.body);
}

export const text = (status: number, body: string): SimResponse => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body,
});
export const json = (status: number, value: unknown): SimResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

export const SCIM = { "content-type": "application/scim+json", accept: "application/scim+json" };

export const patchOf = (...Operations: unknown[]) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations,
});

/** What a call throws: kind of error and problems. */
export async function problemsOf(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error instanceof ZivsyncError ? { [error.name]: error.problems } : error;
  }
  return "nothing was thrown";
}
