import { resolve } from "node:path";
import type { Configuration } from "../../config/organization/configuration.ts";
import { validatePlan } from "../../config/schema/plan.ts";
import type { Acceptance } from "../../engine/guards/guards.ts";
import type { Plan, PlanBody } from "../../model/plan/plan.ts";
import type { StandingApproval } from "../../model/plan/standing.ts";
import type { StateWitness } from "../../model/plan/state.ts";
import type { Address } from "../../model/values/address.ts";
import { canonicalJson } from "../../model/values/canonical-json.ts";
import { InternalError } from "../../model/values/errors.ts";
import { present } from "../../model/values/present.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { renderText } from "../../review/text/plan.ts";
import { openFileNote } from "../../storage/files/access.ts";
import { sealPlan, writePlan } from "../../storage/plan/plan-file.ts";
import type { SealKeys } from "../../storage/plan/seal.ts";
import { unusedAcceptances } from "./acceptances.ts";
import { readGit } from "./git.ts";
import type { CommandIo, CommonOptions } from "./io.ts";
import { checkOutput } from "./output-file.ts";

/** The decision, and the profiles it is for. */
export type Decided = {
  readonly body: PlanBody;
  readonly unusedAcceptances: readonly Acceptance[];
  readonly profiles: readonly string[];
  readonly only: Address | null;
  /** The state that it was decided from. */
  readonly state?: StateWitness;
  /** Of the part that standing approval covers. */
  readonly standing?: StandingApproval;
};

export type HandOverOptions = CommonOptions & { readonly output: string; readonly details?: boolean };

/** Seals what was decided, writes the plan file and prints its review. */
export async function handOver(
  decided: Decided,
  configuration: Configuration,
  keys: SealKeys,
  options: HandOverOptions,
  io: CommandIo,
): Promise<Plan> {
  await checkOutput(configuration, options.output);
  const plan = await sealDecided(decided, configuration, keys, options, io);
  await writePlan(resolve(options.output), plan);
  for (const { guard, count } of decided.unusedAcceptances) io.note(unusedAcceptances(guard, count));
  const text = {
    color: io.color,
    width: io.width,
    details: options.details ?? false,
    sealChecked: "valid",
  } as const;
  io.out(options.json ? jsonLine(canonicalJson(plan)) : renderText(plan, text));
  io.note(`The plan was written to ${options.output}.`);
  const open = await openFileNote(resolve(options.output), options.output);
  if (open !== undefined) io.note(open);
  return plan;
}

/** The plan file's data: sealed, and held against its own schema. */
export async function sealDecided(
  { body, profiles, only, state, standing }: Decided,
  configuration: Configuration,
  keys: SealKeys,
  { directory }: CommonOptions,
  io: CommandIo,
): Promise<Plan> {
  const now = io.clock.now();
  const { deletedAfterDays } = configuration;
  const frame = {
    zivsync: io.version,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + configuration.expiresMs).toISOString(),
    url: configuration.target.url,
    configuration: {
      digest: configuration.digest,
      git: await readGit(directory, io.environment),
      profiles,
      only,
    },
    ...present({ state, standing, deletedAfterDays }),
  };
  const plan = sealPlan(body, frame, keys);
  const [problem] = validatePlan(plan);
  if (problem)
    throw new InternalError(
      `the plan does not fit its own schema: ${problem.where ?? ""} ${problem.message}`,
    );
  return plan;
}
