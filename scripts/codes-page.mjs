/** docs/codes.md: what every code of an error and of a finding means, as docs/codes.yaml has it. */
export function codesPage({ errors, findings }) {
  return `${[
    INTRODUCTION,
    "## Errors",
    ERRORS,
    ...errors.flatMap(groupSection),
    "## Findings",
    FINDINGS,
    ...findings.flatMap(groupSection),
  ].join("\n\n")}\n`;
}

const INTRODUCTION = `# Codes

<!-- made by \`npm run docs\` from docs/codes.yaml: change that file, not this page -->

Every error and every finding has a code that does not change, whatever its words. The words at hand say more than this page: they
name the file, the row, the account. Here is what stands behind them.

[Errors](#errors) end a command. [Findings](#findings) are told beside a plan, and the rest goes on.`;

const ERRORS = `Exit code 0: it is told, and the command goes on. 1: nothing was written. 3: zivsync refuses to go on. 4: it happened to a change of an \`apply\`, and the others went on.`;

const FINDINGS = `An *error* keeps an account, or a whole source, out of what is planned until it is corrected. A *warning* wants somebody's eyes. An
*info* explains why something is not in the plan.`;

function groupSection({ group, codes }) {
  return [`### ${group}`, ...Object.entries(codes).map(entry)];
}

function entry([code, { exit, severity, where, means, causes, then }]) {
  const place = exit ? `exit code ${exit.join(" or ")}` : severity.join(" or ");
  const shown = where === undefined ? place : `${place}, ${where}`;
  return [
    `#### ${code}`,
    `*${shown}*. ${means.trim()}`,
    `Usual causes: ${causes.trim()}`,
    `What to do: ${then.trim()}`,
  ]
    .join("\n\n")
    .replace(/\n\n(Usual|What)/g, "<br>\n$1");
}
