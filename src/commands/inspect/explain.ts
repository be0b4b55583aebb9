import { loadConfiguration } from "../../config/load.ts";
import type { Configuration } from "../../config/organization/configuration.ts";
import { nearestTo } from "../../config/values/did-you-mean.ts";
import type { Candidate } from "../../engine/desired/desired.ts";
import { explainAccount } from "../../engine/plan/explain.ts";
import { incompleteSources } from "../../model/plan/attention.ts";
import { type Address, parseAddress } from "../../model/values/address.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { type Explanation, renderExplanation } from "../../review/text/explanation.ts";
import { parseAsked } from "../shared/acceptances.ts";
import { readSource } from "../shared/connect.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { planInput, readAll } from "../shared/read-and-decide.ts";

/** `zivsync explain ADDRESS`: the whole story of one account: why it is, will be or is not in Zivver. */
export async function explain(text: string, options: CommonOptions, io: CommandIo): Promise<ExitCode> {
  const address = parseAsked(text, "explain");
  const configuration = await loadConfiguration(options.directory);
  const read = await readAll(configuration, configuration.profiles, io);
  const story = explainAccount(planInput(configuration, read, { accepted: [] }), address);
  const { others, candidates, records, ...rest } = story;
  const leftOut = records.length > 0 ? [] : await filteredOut(address, configuration, io);
  const isKnown =
    candidates.length > 0 || records.length > 0 || rest.live !== undefined || leftOut.length > 0;
  const explanation: Explanation = {
    ...rest,
    address,
    records,
    becomes: candidates.map(becomes),
    leftOut,
    nearest: isKnown ? [] : nearestTo(address, others, 3),
  };
  io.out(
    options.json
      ? jsonLine(JSON.stringify(jsonOf(explanation)))
      : renderExplanation(explanation, { color: io.color, width: io.width }),
  );
  return isKnown ? 0 : 1;
}

/** Account keys show as `[secret]` wherever they are. */
function jsonOf({ records, sources, ...rest }: Explanation) {
  return {
    ...rest,
    incompleteSources: incompleteSources(sources),
    records: records.map(({ record, ...story }) => ({
      ...story,
      where: record.where,
      problems: record.problems,
      record,
    })),
  };
}

function becomes({ account, holds }: Candidate): string {
  const state =
    holds.length > 0 ? `left as it is (${holds[0]?.code})` : account.active ? "active" : "disabled";
  return `profile ${account.profile}: ${account.kind} account ${account.address}, ${state}`;
}

/** Reads the sources that have a filter once more without it. */
async function filteredOut(
  address: Address,
  configuration: Configuration,
  io: CommandIo,
): Promise<readonly string[]> {
  const { isFiltered, unfiltered } = await import("../../sources/records/unfiltered.ts");
  const found: string[] = [];
  for (const { policy, sources } of configuration.profiles) {
    for (const source of sources) {
      if (!isFiltered(source)) continue;
      const { records } = await readSource(unfiltered(source), configuration, io);
      const names = (text: string) => parseAddress(text) === address;
      const isThere = records.some(
        ({ email, aliases }) => names(email?.value ?? "") || aliases?.value.some(names),
      );
      if (isThere) found.push(`${policy.name} / ${source.name}`);
    }
  }
  return found;
}
