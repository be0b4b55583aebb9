export { applyChanges } from "./engine/apply.ts";
export type { ApplyPorts, ApplyResult } from "./engine/apply-ports.ts";
export { type DecideInput, type Decision, decide } from "./engine/decide.ts";
export type { Acceptance } from "./engine/guards.ts";
export { buildPlan, type PlanInput, type PlanResult } from "./engine/plan.ts";
export type { ProfileReadings } from "./engine/profile-readings.ts";
export { remember } from "./engine/remember-apply.ts";
export { buildRevert, type RevertInput, type RevertResult } from "./engine/revert.ts";
export { accountKeysOf } from "./engine/revert-keys.ts";
export {
  type ErrorCode,
  InputError,
  InternalError,
  type Problem,
  RefusedError,
  RemoteError,
  ZivsyncError,
} from "./errors.ts";
export type {
  DesiredAccount,
  Given,
  Kind,
  LiveAccount,
  Origin,
  RecordField,
  SourceRecord,
} from "./model/account.ts";
export { type Address, parseAddress, parseDomain } from "./model/address.ts";
export { canonicalJson } from "./model/canonical-json.ts";
export type { Outcome } from "./model/outcome.ts";
export type {
  Change,
  FieldChange,
  Finding,
  FindingCode,
  GuardResult,
  Plan,
  PlanBody,
} from "./model/plan.ts";
export {
  DEFAULT_GUARDS,
  type GuardLimits,
  type OrganizationPolicy,
  type ProfilePolicy,
} from "./model/policy.ts";
export type { Clock, Journal, JournalEntry, Reading, Source, Target, Write } from "./model/ports.ts";
export { Secret } from "./model/secret.ts";
export { VERSION } from "./version.ts";
