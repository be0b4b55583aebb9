import { join, resolve } from "node:path";
import { validatePlan } from "../../config/schema/plan.ts";
import { homeFolders } from "../../config/secrets/secrets.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { InputError } from "../../model/values/errors.ts";
import { jsonLine } from "../../review/shared/neutral.ts";
import { renderText } from "../../review/text/plan.ts";
import {
  type Approval,
  appendApproval,
  approvalsPath,
  checkApprovals,
  NOT_LISTED,
  signStatement,
} from "../../storage/approvals/signatures.ts";
import { agentKeyFile, defaultKeyFile } from "../../storage/approvals/ssh-keygen.ts";
import { type Statement, statementOf, statementText } from "../../storage/approvals/statement.ts";
import { writeResultFile } from "../../storage/files/result-file.ts";
import { checkNotExpired, readPlan } from "../../storage/plan/plan-file.ts";
import type { CommandIo, CommonOptions, ExitCode } from "../shared/io.ts";
import { asShown, requireCounts, requireDigest, sealAtHand } from "../shared/shown-file.ts";

export type ApproveOptions = CommonOptions & {
  readonly key?: string;
  readonly agent?: boolean;
  readonly statement?: boolean;
  readonly output?: string;
};

/** `zivsync approve plan.json`: shows the plan and signs a statement about it with an SSH key, or prints that statement. */
export async function approve(file: string, options: ApproveOptions, io: CommandIo): Promise<ExitCode> {
  if (options.output !== undefined && options.statement !== true) throw onlyStatements(options.output);
  const plan = await readPlan(resolve(file), validatePlan);
  const sealChecked = await sealAtHand(plan, file, options, io);
  requireDigest(plan, file);
  if (sealChecked === "unchecked") requireCounts(plan, file);
  checkNotExpired(plan, file, io.clock.now());
  if (!options.json)
    io.note(renderText(asShown(plan, sealChecked), { color: io.color, width: io.width, sealChecked }));
  const statement = statementOf(plan, io.clock.now());
  if (options.statement) {
    if (options.output === undefined) io.out(statementText(statement));
    else await writeResultFile(resolve(options.output), statementText(statement));
    return 0;
  }
  return sign(plan, statement, file, options, io);
}

async function sign(
  plan: Plan,
  statement: Statement,
  file: string,
  options: ApproveOptions,
  io: CommandIo,
): Promise<ExitCode> {
  const approversFile = resolve(options.directory, "approvers");
  const signature = options.agent
    ? await agentKeyFile(approversFile, (keyFile) => signStatement(statement, keyFile))
    : await signStatement(
        statement,
        options.key === undefined ? await defaultKeyFile(homeFolders(io.environment)) : resolve(options.key),
      );
  await appendApproval(approvalsPath(resolve(file)), statement, signature);
  const { digest, organization, signedAt, until } = statement;
  const now = io.clock.now();
  const demand = { digest, organization, expiresMs: Date.parse(until) - Date.parse(signedAt), now };
  const [approval] = await checkApprovals(demand, [{ statement, signature }], approversFile);
  report(plan, approval, file, options, io);
  io.note(`The approval is in ${approvalsPath(file)}. It holds until ${until}.`);
  return approval !== undefined && "principal" in approval ? 0 : 3;
}

function report(
  { digest }: Plan,
  approval: Approval | undefined,
  file: string,
  options: ApproveOptions,
  io: CommandIo,
): void {
  if (options.json) io.out(jsonLine(JSON.stringify({ digest, approvals: approvalsPath(file), approval })));
  else if (approval !== undefined && "principal" in approval)
    io.out(`Approved as ${approval.principal}: ${digest}\n`);
  else {
    const add =
      approval?.invalid === NOT_LISTED
        ? ` Have the public half of your key added to ${join(options.directory, "approvers")}, and sign again.`
        : "";
    io.out(`Signed ${digest}, but the signature does not count: ${approval?.invalid}.${add}\n`);
  }
}

function onlyStatements(output: string): InputError {
  return new InputError({
    code: "usage",
    where: `--output ${output}`,
    message: "Only a statement is written to a file of your own; an approval is written beside the plan.",
    remedy: "Add `--statement`, or leave `--output` out.",
  });
}
