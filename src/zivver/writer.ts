import type { LiveAccount } from "../model/account/account.ts";
import { DEFAULT_SETTLE_MS } from "../model/plan/policy.ts";
import type { Write } from "../model/ports.ts";
import { RemoteError } from "../model/values/errors.ts";
import type { Secret } from "../model/values/secret.ts";
import { redactorOf } from "../model/values/secret-forms.ts";
import type { Answer, HttpRequest } from "./http/client.ts";
import { type Asked, refusalOf } from "./http/refusals.ts";
import { deliver, failed, type Line, type LookUp, settled } from "./http/retry.ts";
import type { AccountReader } from "./reader.ts";
import { requestsOf, withoutMembers } from "./scim/requests.ts";

/** Between two look-ups of the same, in milliseconds. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Carries out writes one by one; `reader` knows what has to be sent along and hears what was answered. */
export class AccountWriter {
  readonly #line: Line;
  readonly #reader: AccountReader;
  readonly #apiKey: Secret;
  readonly #settleMs: number;

  /** `settleMs`: how long lists may take to show a write. */
  constructor(line: Line, reader: AccountReader, apiKey: Secret, settleMs: number = DEFAULT_SETTLE_MS) {
    this.#settleMs = settleMs;
    this.#line = line;
    this.#reader = reader;
    this.#apiKey = apiKey;
  }

  /** As Target.write says. */
  async write(write: Write): Promise<LiveAccount | undefined> {
    const redact = redactorOf([this.#apiKey, ...secretsOf(write)]);
    const kept = write.op === "create" ? undefined : this.#reader.keptOf(write.live.zivverId);
    let account: LiveAccount | undefined;
    for (const [before, request] of requestsOf(write, kept).entries()) {
      const where = `${request.method} ${this.#line.base}${request.path}`;
      try {
        account = await this.#carryOut(write, request, { action: actionOf(write), where, redact });
      } catch (error) {
        throw before > 0 && error instanceof RemoteError ? partOf(error) : error;
      }
    }
    return account;
  }

  async #carryOut(write: Write, request: HttpRequest, asked: Asked): Promise<LiveAccount | undefined> {
    const lookUp =
      write.op === "create"
        ? () => this.#reader.lookUp(write.kind, write.fields.address, asked.redact)
        : undefined;
    const result = await deliver(this.#line, request, asked, lookUp);
    if ("found" in result) return result.found;
    if (isSuccess(result.answer)) return this.#done(write, request, result.json);
    const problem = refusalOf(result.answer, asked);
    const isRepeated = result.uncertain || ("again" in write && write.again === true);
    if (write.op === "delete" && isRepeated && problem.code === "target-account-unknown") {
      return this.#done(write, request, undefined);
    }
    // An earlier try may have been carried out late, which is why this one was refused.
    const isThere = problem.code === "target-address-exists";
    const found = isRepeated && lookUp ? await this.#find(lookUp, isThere ? this.#settleMs : 0) : undefined;
    if (found) return found;
    if (problem.code === "target-member-unknown" && write.op === "update") {
      const rest = withoutMembers(request, (id) => this.#isCarriedAlong(id, write.live));
      if (rest) return this.#repeat(write, rest, asked);
    }
    throw failed(problem, result.uncertain);
  }

  /** An account that is there, and that lists may show late, is looked up for so many milliseconds. */
  async #find(lookUp: LookUp<LiveAccount>, patienceMs: number): Promise<LiveAccount | undefined> {
    const { clock } = this.#line;
    const end = clock.now() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, 2 * pause)) {
      const found = await settled(lookUp);
      const wait = Math.min(pause, end - clock.now());
      if (found || wait <= 0) return found;
      await clock.sleep(wait);
    }
  }

  /** Members that no reading shows were there before us and are sent back unseen: without them it may be taken. */
  #isCarriedAlong(id: string, live: LiveAccount): boolean {
    return id === live.zivverId || this.#reader.keptOf(id) === undefined;
  }

  async #repeat(write: Write, request: HttpRequest, asked: Asked): Promise<LiveAccount | undefined> {
    this.#line.onProgress(
      `${asked.where}: a member that no list shows was refused; trying again without such members.`,
    );
    const result = await deliver(this.#line, request, asked);
    if (isSuccess(result.answer)) return this.#done(write, request, result.json);
    throw failed(refusalOf(result.answer, asked), result.uncertain);
  }

  #done(write: Write, request: HttpRequest, json: unknown): LiveAccount | undefined {
    if (write.op === "create") return this.#reader.noteCreated(write.kind, json, write.fields);
    const { kind, zivverId } = write.live;
    if (write.op === "delete") {
      this.#reader.noteDeleted(zivverId);
      return undefined;
    }
    const account = this.#reader.note(kind, json, zivverId);
    if (request.method === "PATCH" && account === undefined) this.#reader.noteEmptied(zivverId);
    return account;
  }
}

/** The failure of a request after another of the same write was carried out: the next reading shows what became of the account. */
function partOf(error: RemoteError): RemoteError {
  const said = (message: string) => `${message} The other fields of the change were written before.`;
  const problems = error.problems.map((problem) => ({ ...problem, message: said(problem.message) }));
  return new RemoteError(problems, { uncertain: true });
}

function isSuccess(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

function secretsOf(write: Write): readonly Secret[] {
  if (!("fields" in write)) return [];
  const { accountKey, password } = write.fields;
  return [accountKey, password].filter((secret) => secret !== undefined);
}

function actionOf(write: Write): string {
  switch (write.op) {
    case "create":
      return `create ${write.fields.address}`;
    case "update":
      return `change ${write.live.address}`;
    case "empty":
      return `remove the members of ${write.live.address}`;
    case "delete":
      return `delete ${write.live.address}`;
  }
}
