/** The parts of a workflow that differ from one repository to the next. */
export type WorkflowNames = {
  readonly defaultBranch: string;
  /** The environment that apply waits for; `*` stands for the organisation. */
  readonly environment: string;
  /** Environment variables that secrets are read from. */
  readonly secrets: readonly string[];
};

/** The environment that plans and drift reports take their secrets from: nobody has to approve those. */
export function planEnvironment(environment: string): string {
  return `${environment}-plan`;
}

/** The environment of nightly syncs: it may write, and nobody has to approve it. */
export function syncEnvironment(environment: string): string {
  return `${environment}-sync`;
}

/** By the lock file of the repository, with its checksums: by name alone, npm would run what others publish under it. */
const INSTALL = 'npm ci --ignore-scripts && echo "$PWD/node_modules/.bin" >> "$GITHUB_PATH"';

/** A workflow template with its placeholders filled in. Names become YAML scalars, whatever is in them. Pure. */
export function renderWorkflow(template: string, names: WorkflowNames): string {
  const { defaultBranch, environment, secrets } = names;
  const filled: Readonly<Record<string, string>> = {
    __DEFAULT_BRANCH__: scalar(branchPattern(defaultBranch)),
    __ENVIRONMENT__: scalar(ofOrganization(environment)),
    __PLAN_ENVIRONMENT__: scalar(ofOrganization(planEnvironment(environment))),
    __SYNC_ENVIRONMENT__: scalar(ofOrganization(syncEnvironment(environment))),
    __INSTALL__: INSTALL,
  };
  return template
    .replace(/^( *)__SECRETS__: .*\n/gm, (_, indent: string) =>
      secrets.map((name) => `${indent}${name}: \${{ secrets.${name} }}\n`).join(""),
    )
    .replace(/__[A-Z_]+__/g, (name) => filled[name] ?? name);
}

/** Branch filters are patterns; of their signs, Git allows these two in a name. */
function branchPattern(branch: string): string {
  return branch.replace(/[+!]/g, "\\$&");
}

function ofOrganization(environment: string): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is GitHub's own syntax.
  return environment.replaceAll("*", "${{ matrix.organization }}");
}

function scalar(text: string): string {
  return /^[A-Za-z][A-Za-z0-9_/-]*$/.test(text) && !/^(?:true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
