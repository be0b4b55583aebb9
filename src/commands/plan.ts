import { resolve } from "node:path";
import type { Configuration } from "../config/configuration.ts";
import { findProfiles, loadConfiguration } from "../config/load.ts";
import { validatePlan } from "../config/plan-shape.ts";
import { buildPlan, type PlanResult } from "../engine/plan.ts";
import { InputError, InternalError } from "../errors.ts";
import { type Address, parseAddress } from "../model/address.ts";
import { canonicalJson } from "../model/canonical-json.ts";
import type { Plan } from "../model/plan.ts";
import { sealPlan, writePlan } from "../records/plan-file.ts";
import { renderText } from "../review/text.ts";
import { parseAcceptances, unusedAcceptances } from "./acceptances.ts";
import { readGit } from "./git.ts";
import type { CommandIo, CommonOptions, ExitCode } from "./io.ts";
import { liveDigest, openTarget, readSealKeys, readSources } from "./setup.ts";

export type PlanOptions = CommonOptions & {
  readonly output: string;
  readonly profile?: readonly string[];
  readonly only?: string;
  readonly accept?: readonly string[];
  readonly detailedExitcode?: boolean;
  readonly details?: boolean;
};

/** `zivsync plan`: reads sources and Zivver, decides, writes the plan file and prints its review. */
export async function plan(options: PlanOptions, io: CommandIo): Promise<ExitCode> {
  const configuration = await loadConfiguration(options.directory);
  const result = await makePlan(configuration, options, io);
  const file = resolve(options.output);
  await writePlan(file, result.plan);
  for (const { guard, count } of result.unusedAcceptances) io.note(unusedAcceptances(guard, count));
  io.out(
    options.json
      ? `${canonicalJson(result.plan)}\n`
      : renderText(result.plan, {
          color: io.color,
          width: io.width,
          details: options.details ?? false,
          sealChecked: "valid",
        }),
  );
  io.note(`The plan was written to ${options.output}.`);
  if (!result.plan.applicable) return 3;
  return options.detailedExitcode && result.plan.changes.length > 0 ? 2 : 0;
}

type Made = Pick<PlanResult, "unusedAcceptances"> & { readonly plan: Plan };

/** The plan, sealed, before it is written anywhere. */
export async function makePlan(
  configuration: Configuration,
  options: Pick<PlanOptions, "profile" | "only" | "accept" | "directory">,
  io: CommandIo,
): Promise<Made> {
  const accepted = parseAcceptances(options.accept ?? []);
  const only = options.only === undefined ? undefined : parseOnly(options.only);
  const profiles = findProfiles(configuration, options.profile ?? []);
  const keys = await readSealKeys(configuration, io);
  const target = await openTarget(configuration, io);
  const [readings, live] = await Promise.all([readSources(profiles, io), target.read()]);
  const { body, unusedAcceptances, onlyFound } = buildPlan({
    organization: configuration.policy,
    profiles: configuration.profiles.map(({ policy }) => policy),
    readings,
    live,
    liveDigest: liveDigest(live),
    accepted,
    ...(only ? { only } : {}),
  });
  if (!onlyFound) throw notFound(options.only ?? "");
  const now = io.clock.now();
  const sealed = sealPlan(
    body,
    {
      zivsync: io.version,
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + configuration.expiresMs).toISOString(),
      url: configuration.target.url,
      configuration: {
        digest: configuration.digest,
        git: await readGit(options.directory),
        profiles: profiles.map(({ policy }) => policy.name),
        only: only ?? null,
      },
    },
    keys,
  );
  const problems = validatePlan(sealed);
  if (problems.length > 0)
    throw new InternalError(
      `the plan does not fit its own schema: ${problems.map((problem) => `${problem.where ?? ""} ${problem.message}`).join("; ")}`,
    );
  return { plan: sealed, unusedAcceptances };
}

function parseOnly(text: string): Address {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  throw new InputError([
    {
      code: "usage",
      where: "--only",
      message: `"${text}" is no e-mail address.`,
      remedy: "Give the address of one account.",
    },
  ]);
}

function notFound(address: string): InputError {
  return new InputError([
    {
      code: "address-not-found",
      where: "--only",
      message: `Neither the sources nor Zivver know ${address}.`,
      remedy: "Check the spelling; `zivsync accounts` and `zivsync records` list what there is.",
    },
  ]);
}
