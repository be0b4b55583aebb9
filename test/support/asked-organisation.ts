import type { ConformanceReport } from "../../src/model/conformance.ts";
import type { RateLimit } from "../../src/model/plan/policy.ts";
import type { Clock } from "../../src/model/ports.ts";
import { BASE_PATH } from "../../src/simulator/api/request.ts";
import { createAnswering } from "../../src/simulator/server/answering.ts";
import type { Quirk } from "../../src/simulator/world/quirks.ts";
import { worldFromSeed } from "../../src/simulator/world/seed-world.ts";
import type { World } from "../../src/simulator/world/world.ts";
import { askTarget, cleanUpRun } from "../../src/zivver/conformance/conformance.ts";
import type { Pending } from "../../src/zivver/conformance/lab/lab.ts";
import type { OwnAccount } from "../../src/zivver/conformance/lab/own-accounts.ts";
import type { Send } from "../../src/zivver/http/client.ts";
import { RateLimiter } from "../../src/zivver/http/rate-limiter.ts";
import { VirtualClock } from "../zivver/virtual-clock.ts";

/*
 * An organisation that is asked all questions, in virtual time and without a socket: the real experiments over the simulator's
 * state machine with its key, its rate limit and its quirks.
 */

export const LIMIT: RateLimit = { requests: 50, seconds: 10 };
export const RUN = { token: "0123456789", domain: "example.org" };
const KEY = "canary-api-key-of-the-experiments";

export type Sent = { readonly method: string; readonly path: string; readonly status: number };

export type Organisation = {
  readonly world: World;
  readonly log: Sent[];
  readonly clock: VirtualClock;
};

/** An organisation with a few accounts that experiments must leave alone. */
export function organisationWith(quirks: ReadonlySet<Quirk>, lagMs = 1500): Organisation {
  const world = worldFromSeed(
    {
      claimedDomains: ["example.org"],
      divisions: ["/", "/care"],
      personal: [
        { address: "jane@example.org", fullName: "Jane Doe", aliases: ["jd@example.org"] },
        { address: "kim@example.org", fullName: "Kim Roe", delegates: ["jane@example.org"] },
      ],
      functional: [{ address: "desk@example.org", fullName: "Desk", members: ["jane@example.org"] }],
    },
    { quirks, lagMs },
  );
  return { world, log: [], clock: new VirtualClock(1_000_000) };
}

/** What happens at the nth request (from 1): `lost` says whether it is carried out before the process dies. */
export type Death = { readonly at: number; readonly isCarriedOut: boolean };

/** Sends to the organisation; from its death on, nothing is answered any more. */
function sender({ world, log, clock }: Organisation, key: string, death?: Death): Send {
  const answer = createAnswering({ apiKey: KEY, rateLimit: LIMIT }, world);
  return (request) => sendBy(request, answer, { log, clock, key, ...(death ? { death } : {}) });
}

type Answering = ReturnType<typeof createAnswering>;

async function sendBy(
  { method, path, body, mediaType }: Parameters<Send>[0],
  answer: Answering,
  { log, clock, key, death }: { log: Sent[]; clock: Clock; key: string; death?: Death },
): ReturnType<Send> {
  const url = new URL(path, "http://localhost");
  const request = {
    method,
    path: decodeURIComponent(url.pathname),
    query: Object.fromEntries(url.searchParams),
    headers: {
      authorization: `Bearer ${key}`,
      accept: mediaType,
      ...(body === undefined ? {} : { "content-type": mediaType }),
    },
    body: body === undefined ? "" : JSON.stringify(body),
  };
  const isDead = death !== undefined && log.length + 1 >= death.at;
  if (isDead && !(death.isCarriedOut && log.length + 1 === death.at)) return new Promise(() => {});
  const outcome = answer(
    { request, shownPath: `${BASE_PATH}${path}`, isOurs: true, isTooLarge: false },
    clock.now(),
  );
  log.push({ method, path, status: outcome.answer.status });
  return isDead ? new Promise(() => {}) : { answer: outcome.answer };
}

function wireTo(organisation: Organisation, death?: Death) {
  const { clock } = organisation;
  const send = sender(organisation, KEY, death);
  return {
    send,
    sendWithWrongKey: sender(organisation, "wrong", death),
    limiter: new RateLimiter(LIMIT, clock),
    clock,
    windowSeconds: LIMIT.seconds,
  };
}

export type Journal = { pending: Pending | null; accounts: readonly OwnAccount[] };

/** Asks all questions. `journal` is what a run that is killed leaves. */
export function ask(
  organisation: Organisation,
  journal: Journal = { pending: null, accounts: [] },
  death?: Death,
): Promise<ConformanceReport> {
  return askTarget({
    ...wireTo(organisation, death),
    run: RUN,
    version: "0.0.0",
    requestsInWindow: LIMIT.requests,
    inProduction: false,
    remember: async (pending, accounts) => void Object.assign(journal, { pending, accounts }),
    stop: () => false,
    onProgress: () => {},
  });
}

/** What `--clean-up` does with what a killed run has left. */
export function cleanUp(organisation: Organisation, journal: Journal) {
  return cleanUpRun({
    ...wireTo(organisation),
    run: RUN,
    leftovers: { ...journal, patienceMs: 60_000 },
  });
}
