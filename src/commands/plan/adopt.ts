import { findProfiles, loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import { decide } from "../../engine/decide/decide.ts";
import { indexLive } from "../../engine/live/live-index.ts";
import { buildPlan, type PlanInput } from "../../engine/plan/plan.ts";
import {
  adoptable,
  type ByExternalId,
  forgetFields,
  forgetLinks,
  forgetUnmanaged,
  guessedAccounts,
  linkByExternalIds,
} from "../../engine/state/adopt.ts";
import { remember } from "../../engine/state/applied-state.ts";
import type { LiveAccount } from "../../model/account/account.ts";
import type { State } from "../../model/plan/state.ts";
import { parseAddress } from "../../model/values/address.ts";
import { InputError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { renderAdoption } from "../../review/text/adoption.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import type { OpenMemory } from "../shared/open-state.ts";
import { planInput, readAll } from "../shared/read-and-decide.ts";

export type AdoptOptions = CommonOptions & {
  readonly profile?: readonly string[];
  readonly relink?: readonly string[];
  /** Forget the fields that sources used to give: of these accounts, or (`true`) of all accounts and sources. */
  readonly forgetFields?: readonly string[] | true;
  readonly forgetUnmanaged?: boolean;
  readonly replace?: boolean;
};

/** `zivsync adopt`: links records to live accounts, by address where nothing is remembered, and writes nothing to Zivver. */
export async function adopt(options: AdoptOptions, io: CommandIo): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  if (configuration.state === undefined) throw withoutState();
  const profiles = findProfiles(configuration, options.profile ?? []);
  const { memory, ...read } = await readAll(configuration, profiles, io, {
    replace: options.replace ?? false,
  });
  const { live } = read;
  if (memory === undefined) throw withoutState();
  const relinked = accountsAt(options.relink ?? [], live);
  const input = planInput(configuration, { ...read, memory }, NOTHING);
  const forgetTheFields = forgetting(options.forgetFields, input, live, memory.state);
  const index = indexLive(live, input.profiles);
  const forget = (state: State) =>
    forgetTheFields(options.forgetUnmanaged ? forgetUnmanaged(state, index) : state);
  const begun = (state: State) =>
    linkByExternalIds(forget(forgetLinks(state, relinked)), live, read.readings, memory.names);
  const { state: linkedState, byExternalId } = begun(memory.state);
  const forgetful = { ...memory, state: linkedState, relinked };
  const { body } = buildPlan(planInput(configuration, { ...read, memory: forgetful }, NOTHING));
  const news = {
    remember: adoptable(body.remember ?? [], guessedAccounts(body.findings, live, relinked)),
    done: new Map(),
    keys: new Map(),
    live,
    sources: body.sources,
    at: new Date(io.clock.now()).toISOString(),
    names: memory.names,
  };
  let after = memory.state;
  await memory.store.update((current) => {
    after = remember(begun(current).state, forgetful.state, news);
    return after;
  });
  report({ before: memory, after, byExternalId }, body, configuration, options, io);
  return 0;
}

const NOTHING = { accepted: [] };

type Adopted = {
  readonly before: OpenMemory;
  readonly after: State;
  readonly byExternalId: ByExternalId;
};

/** The values that `--forget-fields` takes out of a state. Throws InputError for addresses that Zivver or the state does not know. */
function forgetting(
  fields: AdoptOptions["forgetFields"],
  input: PlanInput,
  live: readonly LiveAccount[],
  before: State,
): (state: State) => State {
  if (fields === undefined) return (state) => state;
  const only = fields === true ? undefined : accountsAt(fields, live, "--forget-fields");
  checkRemembered(only ?? new Set(), live, before);
  const decision = decide(input);
  return (state) => forgetFields(state, decision, input.readings, only);
}

/** Throws InputError for all of these accounts that have no line in the state. */
function checkRemembered(ids: ReadonlySet<string>, live: readonly LiveAccount[], { accounts }: State): void {
  const remembered = new Set(accounts.map(({ zivverId }) => zivverId));
  const unknown = live.filter(({ zivverId }) => ids.has(zivverId) && !remembered.has(zivverId));
  if (unknown.length === 0) return;
  throw new InputError(
    unknown.map(({ address }) => ({
      code: "address-not-found",
      where: "--forget-fields",
      message: `The state has no entry for the account ${address}, so zivsync has no fields of it to forget.`,
      remedy:
        "Check the spelling, or leave this address out. `zivsync adopt` adds the accounts that have a record.",
    })),
  );
}

function report(
  { before, after, byExternalId }: Adopted,
  { findings, live }: ReturnType<typeof buildPlan>["body"],
  { state }: Configuration,
  { json }: AdoptOptions,
  io: CommandIo,
): void {
  const known = new Set(before.state.accounts.flatMap(({ zivverId, link }) => (link ? [zivverId] : [])));
  const linked = after.accounts.filter(({ link }) => link !== undefined);
  const adoption = {
    live: live.personal + live.functional,
    remembered: after.accounts.length,
    linked: linked.length,
    newlyLinked: linked.filter(({ zivverId }) => !known.has(zivverId)).length,
    byExternalId,
    findings: findings.filter(({ code }) => /^(link-|anchor-|address-reused$)/.test(code)),
  };
  io.out(
    json
      ? jsonLine(JSON.stringify(adoption))
      : renderAdoption(adoption, { color: io.color, width: io.width }),
  );
  if (state?.store === "file") io.note(`It is remembered in ${state.path}.`);
  if (state?.store === "git") io.note(`It is remembered on the branch ${state.branch}.`);
}

function withoutState(): InputError {
  return new InputError({
    code: "usage",
    where: "organization.yaml",
    message: "No state is configured, so there is nothing to adopt.",
    remedy: "Add `state`, for example `state: { store: git, branch: zivsync-state }`.",
  });
}

/** The live accounts with these addresses. Throws InputError for all that Zivver does not know. */
function accountsAt(
  addresses: readonly string[],
  live: readonly LiveAccount[],
  option = "--relink",
): ReadonlySet<string> {
  const ids = new Map(live.map(({ address, zivverId }) => [address as string, zivverId]));
  const found = addresses.map((text) => ({ text, id: ids.get(parseAddress(text) ?? "") }));
  const unknown = found.filter(({ id }) => id === undefined);
  if (unknown.length > 0) {
    throw new InputError(
      unknown.map(({ text }) => ({
        code: "address-not-found",
        where: option,
        message: `Zivver has no account with the primary address ${text}.`,
        remedy: "Check the spelling; `zivsync accounts` lists what there is.",
      })),
    );
  }
  return new Set(found.flatMap(({ id }) => id ?? []));
}
