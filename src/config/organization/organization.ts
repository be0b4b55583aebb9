import { resolve } from "node:path";
import {
  DEFAULT_GUARDS,
  type GuardLimit,
  type GuardLimits,
  type GuardName,
} from "../../model/plan/default-guards.ts";
import type { ApprovalPolicy, OrganizationPolicy } from "../../model/plan/policy.ts";
import { LONGEST_WINDOW_MS, STANDING_TYPES, type StandingPolicy } from "../../model/plan/standing.ts";
import { parseDomain } from "../../model/values/address.ts";
import type { Problem } from "../../model/values/errors.ts";
import type { SecretRef } from "../../model/values/secret.ts";
import type { WrittenOrganization, WrittenStanding } from "../schema/types.ts";
import { quote } from "../schema/wording.ts";
import { parseAddressPattern } from "../values/address-pattern.ts";
import { parseDuration } from "../values/duration.ts";
import { buildPhoneRegion } from "../values/phone-region.ts";
import type { ConfigFile } from "../yaml/config-file.ts";
import type { YamlDocument } from "../yaml/yaml.ts";
import type { Configuration, StateConfig } from "./configuration.ts";
import { buildChannels } from "./notify.ts";

const DEFAULT_URL = "https://app.zivver.com/api/scim/v2";
const DEFAULT_EXPIRES = "24h";
const DEFAULT_ALERT_AFTER = "3d";

/** The content of `organization.yaml`, for the configuration. */
export type Organization = Omit<Configuration, "directory" | "profiles" | "digest">;

/** The organisation as the program uses it, with the defaults filled in. Pure. */
export function buildOrganization(
  written: WrittenOrganization,
  file: ConfigFile,
  problems: Problem[],
): Organization {
  const { document, folder } = file;
  const { target } = written;
  const url = target.url ?? DEFAULT_URL;
  problems.push(...checkUrl(url, document.at(["target", "url"])));
  const approval = buildApproval(written, document, problems);
  const state = buildState(written, file, problems);
  const region = buildPhoneRegion(written.defaultPhoneRegion, document, problems);
  return {
    target: {
      url: url.replace(/\/+$/, ""),
      apiKey: absoluteSecret(target.apiKey, folder),
      apiKeyWhere: document.at(["target", "apiKey"]),
      apiKeyEncoding: target.apiKeyEncoding ?? "as-copied",
      ...(target.settle === undefined ? {} : { settleMs: parseDuration(target.settle) }),
    },
    ...(written.sealKey === undefined ? {} : { sealKey: absoluteSecret(written.sealKey, folder) }),
    ...(state === undefined ? {} : { state }),
    expiresMs: parseDuration(written.approval?.expires ?? DEFAULT_EXPIRES),
    ...(approval === undefined ? {} : { approval }),
    ...buildStanding(written.approval?.standing, document, problems),
    ...(region === undefined ? {} : { defaultPhoneRegion: region }),
    policy: buildPolicy(written, document, problems),
    notify: buildChannels(written, file, problems),
    alertAfterMs: parseDuration(written.heldBack?.alertAfter ?? DEFAULT_ALERT_AFTER),
    ...(written.suspendedAccounts === undefined
      ? {}
      : { deletedAfterDays: Number.parseInt(written.suspendedAccounts.deletedAfter, 10) }),
  };
}

/** The reference with a file's path made absolute; in YAML it is relative to the file that holds it. Pure. */
export function absoluteSecret(ref: SecretRef, folder: string): SecretRef {
  return "env" in ref ? ref : { file: resolve(folder, ref.file) };
}

function buildPolicy(
  written: WrittenOrganization,
  document: YamlDocument,
  problems: Problem[],
): OrganizationPolicy {
  return {
    loginMethod: written.loginMethod ?? "sso",
    claimedDomains: canonicalDomains(written.claimedDomains, document, problems),
    ...buildProtected(written.protected),
    guards: buildGuards(written.guards),
    rateLimit: written.target.rateLimit ?? { requests: 50, seconds: 10 },
    ...unknownAccountKeys(written, document, problems),
  };
}

/** `none` is said on purpose; a list without an address was not filled in yet. */
function buildProtected(
  written: WrittenOrganization["protected"] = [],
): Pick<OrganizationPolicy, "protected" | "protectsNobody"> {
  if (written === "none") return { protected: [] };
  if (written.length === 0) return { protected: [], protectsNobody: true };
  return { protected: written.map((pattern) => parseAddressPattern(pattern) ?? pattern) };
}

function buildGuards(written: WrittenOrganization["guards"] = {}): GuardLimits {
  const named = Object.entries(written) as [GuardName, GuardLimit][];
  return {
    ...DEFAULT_GUARDS,
    ...Object.fromEntries(named.map(([guard, limit]) => [guard, withFew(limit, DEFAULT_GUARDS[guard])])),
  };
}

/** A limit that was written in percent must not leave few accounts without one; it allows no more than what was written. */
function withFew(limit: GuardLimit, usual: GuardLimit): GuardLimit {
  if (limit === "off" || usual === "off" || limit.few !== undefined || usual.few === undefined) return limit;
  const most = limit.percent === 0 ? 0 : (limit.count ?? usual.few);
  return { ...limit, few: Math.min(usual.few, most) };
}

/** Without a memory every key would be unknown in every plan, and sent by each. */
function unknownAccountKeys(
  { accountKeys, state }: WrittenOrganization,
  document: YamlDocument,
  problems: Problem[],
): Pick<OrganizationPolicy, "unknownAccountKeys"> {
  if (accountKeys?.unknown === undefined) return {};
  if (accountKeys.unknown === "send" && state === undefined) {
    problems.push({
      code: "config-shape",
      where: document.at(["accountKeys", "unknown"]),
      message:
        "`accountKeys.unknown: send` needs `state`: without it nobody remembers which account keys were sent, and every plan would send all of them.",
      remedy:
        "Add `state`, for example `state: { store: git, branch: zivsync-state }`, or leave `accountKeys` out.",
    });
  }
  return { unknownAccountKeys: accountKeys.unknown };
}

function canonicalDomains(
  domains: readonly string[],
  document: YamlDocument,
  problems: Problem[],
): readonly string[] {
  const canonical = domains.map((domain) => parseDomain(domain) ?? domain);
  for (const [index, domain] of canonical.entries()) {
    if (canonical.indexOf(domain) === index) continue;
    problems.push({
      code: "config-duplicate",
      where: document.at(["claimedDomains", index]),
      message: `The domain ${quote(domain)} is in the list twice.`,
      remedy: "Remove one of the two.",
    });
  }
  return canonical;
}

const ASKS_NOBODY: readonly string[] = ["expires", "standing"];

function buildApproval(
  { approval }: WrittenOrganization,
  document: YamlDocument,
  problems: Problem[],
): ApprovalPolicy | undefined {
  // How long a plan holds, and what is approved in advance, ask nobody to sign the others.
  if (approval === undefined || Object.keys(approval).every((key) => ASKS_NOBODY.includes(key)))
    return undefined;
  const required = approval.required ?? 1;
  const forRemovals = approval.forRemovals ?? required;
  if (forRemovals < required) {
    problems.push({
      code: "config-shape",
      where: document.at(["approval", "forRemovals"]),
      message: `\`approval.forRemovals\` is less than \`approval.required\`: a plan that removes would need fewer approvals than one that does not.`,
      remedy: `Write ${required} or more.`,
    });
  }
  const github = approval.github === undefined ? {} : { github: approval.github };
  return { required, forRemovals, selfApproval: approval.selfApproval ?? false, ...github };
}

const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** The form of the address only: which hosts may get the API key is checked where the connection is made. */
export function checkUrl(text: string, where: string): readonly Problem[] {
  const remedy = `Write an address such as \`${DEFAULT_URL}\`, or leave \`url\` out.`;
  // The address is not quoted: it may hold a password, or a key that was pasted into the wrong line.
  const problem = (message: string): readonly Problem[] => [{ code: "config-shape", where, message, remedy }];
  if (!URL.canParse(text)) return problem("`target.url` is not an address of a web service.");
  const url = new URL(text);
  const loopback = LOOPBACK.includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) {
    return problem(
      "`target.url` must begin with `https://`, or the API key would cross the network in clear.",
    );
  }
  if (url.username !== "" || url.password !== "") {
    return problem("`target.url` holds a user name or a password, and Zivver takes only the API key.");
  }
  if (/[?#]/.test(text))
    return problem("`target.url` holds a query or a fragment, and requests add their own.");
  return /[\s\\]/.test(text) ? problem("`target.url` holds white space or a backslash.") : [];
}

const LONGEST_WINDOW_DAYS = LONGEST_WINDOW_MS / 86_400_000;

/** `approval.standing` as the program uses it. Pure. */
function buildStanding(
  written: WrittenStanding | undefined,
  document: YamlDocument,
  problems: Problem[],
): { readonly standing?: StandingPolicy } {
  if (written === undefined) return {};
  const windowMs = parseDuration(written.window);
  if (windowMs > LONGEST_WINDOW_MS) {
    problems.push({
      code: "config-shape",
      where: document.at(["approval", "standing", "window"]),
      message: `\`approval.standing.window\` is longer than ${LONGEST_WINDOW_DAYS} days, and the state keeps no longer what standing approval let through.`,
      remedy: `Write \`${LONGEST_WINDOW_DAYS}d\` or less.`,
    });
  }
  const numbers = STANDING_TYPES.flatMap((type) => {
    const number = written[type];
    return number === undefined ? [] : [[type, number] as const];
  });
  const { profiles } = written;
  return {
    standing: {
      windowMs,
      numbers: Object.fromEntries(numbers),
      ...(profiles === undefined ? {} : { profiles }),
    },
  };
}

const DEFAULT_BRANCH = "zivsync-state";

/** The place of the state between runs; undefined where none is asked for. Pure. */
function buildState(
  { state }: WrittenOrganization,
  { document, folder }: ConfigFile,
  problems: Problem[],
): StateConfig | undefined {
  if (state === undefined) return undefined;
  if (state.store === "file") return { store: "file", path: resolve(folder, state.path) };
  const { branch = DEFAULT_BRANCH, remote } = state;
  if (!isRefName(branch)) {
    problems.push({
      code: "config-shape",
      where: document.at(["state", "branch"]),
      message: `${quote(branch)} cannot be the name of a branch in Git.`,
      remedy: `Write a name such as \`${DEFAULT_BRANCH}\`, or leave \`branch\` out.`,
    });
  }
  if (remote !== undefined && remote !== "" && !isRefName(remote)) {
    problems.push({
      code: "config-shape",
      where: document.at(["state", "remote"]),
      // It is not quoted: an address that was put here may hold a password.
      message: "`state.remote` is not the name of a Git remote, and an address is not taken here.",
      remedy: "Write a name that `git remote` shows, such as `origin`, or leave `remote` out.",
    });
  }
  return { store: "git", branch, ...(remote === undefined ? {} : { remote }) };
}

/** The rules of `git check-ref-format --branch`, but no `@`, which is short for HEAD elsewhere. */
export function isRefName(name: string): boolean {
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\.$|^-/.test(name) || name === "@" || name === "HEAD")
    return false;
  return name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}
