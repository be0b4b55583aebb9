import { resolve } from "node:path";
import { validatePlan } from "../config/plan-shape.ts";
import { RefusedError } from "../errors.ts";
import { appendApproval, approvalsPath, checkApprovals, signDigest } from "../records/approval.ts";
import { isDigestRight, readPlan } from "../records/plan-file.ts";
import { agentKeyFile, defaultKeyFile } from "../records/ssh-keys.ts";
import { jsonLine } from "../review/neutral.ts";
import { renderText } from "../review/text.ts";
import type { CommandIo, CommonOptions, ExitCode } from "./io.ts";
import { sealAtHand } from "./seal-at-hand.ts";

export type ApproveOptions = CommonOptions & { readonly key?: string; readonly agent?: boolean };

/** `zivsync approve plan.json`: shows the plan and signs its digest with an SSH key. */
export async function approve(file: string, options: ApproveOptions, io: CommandIo): Promise<ExitCode> {
  const path = resolve(file);
  const plan = await readPlan(path, validatePlan);
  const sealChecked = await sealAtHand(plan, file, options, io);
  if (!isDigestRight(plan)) {
    throw new RefusedError([
      {
        code: "plan-tampered",
        where: file,
        message: "The digest does not fit the changes: what is shown is not what would be signed.",
        remedy: "Make a new plan.",
      },
    ]);
  }
  if (!options.json) io.note(renderText(plan, { color: io.color, width: io.width, sealChecked }));
  const approversFile = resolve(options.directory, "approvers");
  const signature = options.agent
    ? await agentKeyFile(approversFile, (keyFile) => signDigest(plan.digest, keyFile))
    : await signDigest(
        plan.digest,
        options.key === undefined ? await defaultKeyFile(io.environment) : resolve(options.key),
      );
  await appendApproval(approvalsPath(path), signature);
  const [approval] = await checkApprovals(plan.digest, [signature], approversFile);
  const counts = approval !== undefined && "principal" in approval;
  if (options.json)
    io.out(jsonLine(JSON.stringify({ digest: plan.digest, approvals: approvalsPath(file), approval })));
  else if (counts) io.out(`Approved as ${approval.principal}: ${plan.digest}\n`);
  else io.out(`Signed ${plan.digest}, but the signature does not count: ${approval?.invalid}.\n`);
  io.note(`The approval is in ${approvalsPath(file)}.`);
  return counts ? 0 : 3;
}
