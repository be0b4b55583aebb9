import { accessIsMeant } from "./law-access.ts";
import {
  administratorsAreProtected,
  largeChangesOfAccessAreRefused,
  largePlansAreRefused,
} from "./law-guards.ts";
import { nobodyInherits } from "./law-inherit.ts";
import { keysAreTheirs } from "./law-keys.ts";
import { leaversLeave } from "./law-leavers.ts";
import { nothingIsQuiet } from "./law-loud.ts";
import { presentIsPresent } from "./law-present.ts";
import { silenceSaysNothing } from "./law-silence.ts";
import type { Being } from "./people.ts";
import type { Scene, Violation } from "./scene.ts";
import type { Account } from "./zivver.ts";

/** What a plan breaks, and the accounts that it rightly takes for another being's from now on. */
export type Verdict = {
  readonly violations: readonly Violation[];
  readonly heirs: ReadonlyMap<string, Being>;
};

export function judgePlan(scene: Scene): Verdict {
  const { violations, heirs } = nobodyInherits(scene);
  const laws = [
    presentIsPresent,
    leaversLeave,
    silenceSaysNothing,
    largePlansAreRefused,
    largeChangesOfAccessAreRefused,
    administratorsAreProtected,
    nothingIsQuiet,
  ];
  return { violations: [...violations, ...laws.flatMap((law) => law(scene))], heirs };
}

/** What an apply has broken. `after`: the accounts as it left them, with the owners of new ones known. */
export function judgeEnd(
  scene: Scene,
  after: readonly Account[],
  latest: readonly Account[] = scene.before,
): readonly Violation[] {
  return [...accessIsMeant(scene, after, latest), ...keysAreTheirs(scene, after)];
}
