import type { DirectoryConfig } from "../../model/source-config/directory.ts";
import { conditionsOf } from "./context/conditions.ts";
import type { Opened, Run } from "./context/context.ts";
import { markUnseen } from "./context/take-record.ts";
import { MAILBOX_DELEGATES, readStandIns, type StandIns } from "./functional.ts";
import { takeList } from "./groups/member-lists.ts";
import type { Membership } from "./membership/ways.ts";
import { PERSONAL } from "./personal.ts";
import { disabledFilter } from "./search/filters.ts";

type FunctionalTable = NonNullable<DirectoryConfig["functional"]>;

const LABEL = "disabled users";

/** Reads disabled users that stand for shared mailboxes. Must come before the personal accounts, which leave them out. */
export async function readDisabledUsers(
  run: Run,
  table: FunctionalTable,
  membership: Membership,
): Promise<void> {
  const { disabledUsers } = table;
  if (disabledUsers === undefined) return;
  const { config } = run;
  const map = { ...table.map, ...disabledUsers.map };
  const byDefault = config.type === "active-directory" ? MAILBOX_DELEGATES : undefined;
  const delegates = map.delegates?.attribute ?? byDefault;
  const opened: Opened[] = [];
  const conditions = [...conditionsOf(table), ...(disabledUsers.conditions ?? [])];
  const standIns: StandIns = {
    label: LABEL,
    table,
    conditions,
    map,
    filters: [disabledFilter(config), table.filter, disabledUsers.filter],
    delegates: delegates ?? "",
    attributes: delegates ? [delegates] : [],
    take: (record, entry) => {
      if (delegates !== undefined)
        opened.push({ record, attribute: delegates, list: takeList(run, entry, delegates) });
    },
  };
  const unseen = await readStandIns(run, standIns, membership);
  const isShown = delegates !== undefined && !unseen.has(delegates.toLowerCase());
  // Without a map and without any value, the directory says nothing about delegates: they stay as they are.
  if (!isShown && map.delegates === undefined) return;
  const since = run.opened.length;
  run.opened.push(...opened);
  if (delegates !== undefined) markUnseen(run, since, [delegates], unseen);
}

/**
 * A server finds no disabled user for an account that may not read who is disabled. Shared mailboxes would look as if they
 * were gone, unless the personal accounts show that it may.
 */
export function tellUnseenDisabled({ config, searches, collected, rule }: Run): void {
  if (config.functional?.disabledUsers === undefined || searches.entriesOf(LABEL) > 0) return;
  if (rule.decisive.some((attribute) => searches.isShown(PERSONAL, attribute))) return;
  const summary = `\`disabledUsers\` asks for disabled users, and none is shown. Let the account that binds read ${rule.decisive.join(" and ")}, or leave \`disabledUsers\` out. No functional account is removed because of this source.`;
  collected.find("source-incomplete", "error", summary, { kind: "functional" });
}
