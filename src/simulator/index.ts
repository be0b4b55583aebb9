export type { SimRequest, SimResponse } from "./api/answers.ts";
export { handle } from "./api/handle.ts";
export { PAGE_SIZE } from "./api/lists.ts";
export { ZIVVER_RATE_LIMIT } from "./server/answering.ts";
export {
  createFaultSchedule,
  FAULT_KINDS,
  type FaultKind,
  type FaultRule,
  type FaultSchedule,
  isDone,
  parseFaults,
} from "./server/faults.ts";
export {
  countByMethod,
  type LogEntry,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "./server/server.ts";
export { setTime } from "./world/lag.ts";
export {
  DEFAULT_LAG_MS,
  DEFAULT_QUIRKS,
  parseLag,
  parseQuirks,
  QUIRKS,
  type Quirk,
  type Quirks,
  withQuirks,
} from "./world/quirks.ts";
export { createRandom } from "./world/random.ts";
export {
  parseSeed,
  type SeedFunctional,
  type SeedHidden,
  type SeedPersonal,
  type SimulatorSeed,
} from "./world/seed.ts";
export { seedFromWorld, type WorldOptions, worldFromSeed } from "./world/seed-world.ts";
export { readSeedFile } from "./world/state-file.ts";
export {
  accountAt,
  addressKey,
  cloneWorld,
  remove,
  type StoredAccount,
  type StoredFunctional,
  type StoredPersonal,
  store,
  type World,
} from "./world/world.ts";
