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
import type { OwnAccount, Run } from "../../src/zivver/conformance/lab/own-accounts.ts";
import type { Send } from "../../src/zivver/http/client.ts";
import type { Failure } from "../../src/zivver/http/network-errors.ts";
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

/**
 * What happens to the nth request (from 1): whether it is carried out, and what comes instead of its answer: another one, a broken
 * connection (null), or nothing any more, as the process has died.
 */
export type Trouble = {
  readonly isCarriedOut: boolean;
  readonly instead: { readonly status: number; readonly body: string } | null | "death";
};
export type Troubles = (n: number, request: { readonly method: string }) => Trouble | undefined;

/** From the nth request on, nothing is answered any more. */
export function deathAt(at: number, isCarriedOut: boolean): Troubles {
  return (n) => (n < at ? undefined : { isCarriedOut: isCarriedOut && n === at, instead: "death" });
}

/** Sends to the organisation; both senders of a run count its requests together. */
function senderTo({ world, log, clock }: Organisation, rateLimit: RateLimit | null, troubles?: Troubles) {
  const answer = createAnswering({ apiKey: KEY, rateLimit }, world);
  let count = 0;
  return (key: string): Send =>
    (request) => {
      count += 1;
      return sendBy(request, answer, { log, clock, key, trouble: troubles?.(count, request) });
    };
}

type Answering = ReturnType<typeof createAnswering>;

async function sendBy(
  { method, path, body, mediaType }: Parameters<Send>[0],
  answer: Answering,
  { log, clock, key, trouble }: { log: Sent[]; clock: Clock; key: string; trouble: Trouble | undefined },
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
  const received = { request, shownPath: `${BASE_PATH}${path}`, isOurs: true, isTooLarge: false };
  const outcome = trouble?.isCarriedOut === false ? undefined : answer(received, clock.now());
  if (outcome) log.push({ method, path, status: outcome.answer.status });
  if (trouble?.instead === "death") return new Promise(() => {});
  if (trouble?.instead === null) return { failure: BROKEN };
  if (trouble) return { answer: { headers: {}, ...trouble.instead } };
  return { answer: outcome?.answer ?? { status: 500, headers: {}, body: "" } };
}

const BROKEN: Failure = {
  code: "target-unreachable",
  message: "The connection broke.",
  remedy: "",
  sent: true,
  again: true,
};

function wireTo(organisation: Organisation, rateLimit: RateLimit | null, troubles?: Troubles) {
  const { clock } = organisation;
  const sendAs = senderTo(organisation, rateLimit, troubles);
  return {
    send: sendAs(KEY),
    sendWithWrongKey: sendAs("wrong"),
    limiter: new RateLimiter(LIMIT, clock),
    clock,
    windowSeconds: LIMIT.seconds,
  };
}

export type Journal = { pending: readonly Pending[]; accounts: readonly OwnAccount[] };

export type Asked = {
  /** What a run that is killed leaves. */
  readonly journal?: Journal;
  readonly troubles?: Troubles;
  readonly run?: Run;
  /** Of the organisation. */
  readonly rateLimit?: RateLimit | null;
};

/** Asks all questions. */
export function ask(
  organisation: Organisation,
  { journal = { pending: [], accounts: [] }, troubles, run = RUN, rateLimit = LIMIT }: Asked = {},
): Promise<ConformanceReport> {
  return askTarget({
    ...wireTo(organisation, rateLimit, troubles),
    run,
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
    ...wireTo(organisation, LIMIT),
    run: RUN,
    leftovers: { ...journal, patienceMs: 60_000 },
  });
}
