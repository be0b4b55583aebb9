export { applyChanges } from "./engine/apply/apply.ts";
export type { ApplyPorts, ApplyResult } from "./engine/apply/ports.ts";
export { type DecideInput, type Decision, decide } from "./engine/decide/decide.ts";
export type { Acceptance } from "./engine/guards/guards.ts";
export { buildPlan, type PlanInput, type PlanResult } from "./engine/plan/plan.ts";
export { accountKeysOf } from "./engine/revert/keys.ts";
export { buildRevert, type RevertInput, type RevertResult } from "./engine/revert/revert.ts";
export { remember } from "./engine/state/applied-state.ts";
export type {
  DesiredAccount,
  Given,
  LiveAccount,
  Origin,
  RecordField,
  SourceRecord,
} from "./model/account/account.ts";
export type { Kind } from "./model/account/kind.ts";
export type { Change, FieldChange } from "./model/plan/change.ts";
export type { GuardLimits } from "./model/plan/default-guards.ts";
export { DEFAULT_GUARDS } from "./model/plan/default-guards.ts";
export type { Finding, FindingCode } from "./model/plan/finding.ts";
export type { Outcome } from "./model/plan/outcome.ts";
export type { GuardResult, Plan, PlanBody } from "./model/plan/plan.ts";
export type { OrganizationPolicy, ProfilePolicy } from "./model/plan/policy.ts";
export type {
  Clock,
  Journal,
  JournalEntry,
  ProfileReadings,
  Reading,
  Source,
  Target,
  Write,
} from "./model/ports.ts";
export { type Address, parseAddress, parseDomain } from "./model/values/address.ts";
export { canonicalJson } from "./model/values/canonical-json.ts";
export {
  type ErrorCode,
  InputError,
  InternalError,
  type Problem,
  RefusedError,
  RemoteError,
  ZivsyncError,
} from "./model/values/errors.ts";
export { Secret } from "./model/values/secret.ts";
export { VERSION } from "./model/values/version.ts";
