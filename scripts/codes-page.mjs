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

Every error and every finding has a stable code. Its message names the file, the row or the account. This page explains each code, its usual
causes, and what to do.

[Errors](#errors) end a command. [Findings](#findings) are shown with a plan, and all other changes continue.`;

const ERRORS = `Exit code 0: the error is shown, and the command continues. 1: nothing was written. 3: zivsync refuses to continue. 4: a change of an \`apply\` failed, and the others continued.`;

const FINDINGS = `An *error* excludes an account, or a whole source, from the plan until you correct it. A *warning* needs a person's attention. An
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
