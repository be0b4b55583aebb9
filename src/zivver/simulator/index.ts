export { ZIVVER_RATE_LIMIT } from "./answering.ts";
export type { SimRequest, SimResponse } from "./answers.ts";
export {
  createFaultSchedule,
  FAULT_KINDS,
  type FaultKind,
  type FaultRule,
  type FaultSchedule,
  isDone,
  parseFaults,
} from "./faults.ts";
export { PAGE_SIZE } from "./lists.ts";
export { handle } from "./machine.ts";
export { DEFAULT_QUIRKS, parseQuirks, QUIRKS, type Quirk, type Quirks, withQuirks } from "./quirks.ts";
export { createRandom } from "./random.ts";
export {
  parseSeed,
  type SeedFunctional,
  type SeedHidden,
  type SeedPersonal,
  type SimulatorSeed,
} from "./seed.ts";
export { seedFromWorld, type WorldOptions, worldFromSeed } from "./seed-world.ts";
export {
  countByMethod,
  type LogEntry,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "./server.ts";
export { readSeedFile } from "./state-file.ts";
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
} from "./world.ts";
