import type { JournalEntry } from "../../../model/ports.ts";
import type { Address } from "../../../model/values/address.ts";

/** `unknown`: zivsync cannot tell whether it was this plan's request that made the account, or whether it is there. */
export type Creation = "created" | "unknown";

type Story = { readonly address: Address; isNew: boolean; open: boolean; created: boolean; doubt: boolean };

/**
 * The personal accounts that a plan's requests created, or may have, by what its journal says. Those are left out of which
 * no request was sent, or every one was refused. Pure.
 */
export function creationsOf(entries: readonly JournalEntry[]): ReadonlyMap<Address, Creation> {
  const stories = new Map<string, Story>();
  for (const entry of entries) {
    if (entry.type === "start") begin(stories, entry);
    const story = stories.get(changeOf(entry));
    // A request to an account that was there already, by whoever's hand, creates nothing.
    if (story?.isNew) goOn(story, entry);
  }
  const creations = new Map<Address, Creation>();
  for (const { address, open, created, doubt } of stories.values()) {
    if (created) creations.set(address, "created");
    else if (open || doubt) creations.set(address, "unknown");
  }
  return creations;
}

function goOn(story: Story, entry: JournalEntry): void {
  if (entry.type === "done" || entry.type === "error") story.open = false;
  if (entry.type === "done") story.created = true;
  if (entry.type === "error") story.doubt ||= entry.uncertain;
  // The account was read back as it was asked for.
  if (entry.type === "outcome" && entry.outcome.state === "applied") story.created ||= story.doubt;
}

function begin(stories: Map<string, Story>, start: Extract<JournalEntry, { type: "start" }>): void {
  if (start.action !== "create" || start.kind !== "personal") return;
  const story = stories.get(start.change);
  const isNew = start.before === null;
  if (story === undefined) {
    stories.set(start.change, { address: start.address, isNew, open: isNew, created: false, doubt: false });
  } else Object.assign(story, { isNew, doubt: story.doubt || story.open, open: isNew });
}

function changeOf(entry: JournalEntry): string {
  if (entry.type === "outcome") return entry.outcome.change;
  return "change" in entry ? entry.change : "";
}
