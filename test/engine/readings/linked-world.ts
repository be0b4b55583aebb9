import { indexLive } from "../../../src/engine/live/live-index.ts";
import { Links } from "../../../src/engine/readings/links.ts";
import { Doubts, type LostFields, NOTHING_LOST } from "../../../src/engine/readings/statements.ts";
import type { LiveAccount, SourceRecord } from "../../../src/model/account/account.ts";
import { type AccountMemory, EMPTY_STATE, type Link } from "../../../src/model/plan/state.ts";
import { PLAIN_NAMES, person, profile, reading, record } from "../../support/engine.ts";

/* Two live accounts, Ann and Bob, and whatever records and state a test gives. */

export const ANN = "ann@example.org";
export const BOB = "bob@example.org";
export const ann = person(ANN);
export const bob = person(BOB);
export const row = (id: string | undefined) => record("x@example.org", id === undefined ? {} : { id });

export type World = {
  /** null: nothing is remembered at all. */
  readonly known?: readonly AccountMemory[] | null;
  readonly live?: readonly LiveAccount[];
  /** Records by source; all sources are of the profile "staff". */
  readonly sources?: Readonly<Record<string, readonly SourceRecord[]>>;
  readonly profiles?: readonly string[];
  readonly doubts?: Doubts;
  readonly lost?: LostFields;
};

export function linksOf({
  known: accounts = [],
  live = [ann, bob],
  sources = { hr: [] },
  ...given
}: World = {}): Links {
  const { profiles = ["staff", "care"], doubts = new Doubts(), lost = NOTHING_LOST } = given;
  const readings = Object.entries(sources).map(([source, records]) => reading(records, { source }));
  return new Links({
    memory: accounts === null ? undefined : { state: { ...EMPTY_STATE, accounts }, names: PLAIN_NAMES },
    live: indexLive(live, [profile()]),
    profiles: new Set(profiles),
    readings: [{ policy: profile(), readings }],
    said: { doubts, lost },
  });
}

export const linkTo = (source: string, id: string, given: Partial<Link> = {}): Link => {
  const ofProfile = given.profile ?? "staff";
  return { profile: ofProfile, source, anchor: `${ofProfile}/${source} personal ${id}`, ...given };
};
export const addressesOf = (accounts: readonly { address: string }[]) =>
  accounts.map(({ address }) => address);
