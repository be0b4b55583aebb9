import { RECORD_FIELDS, type RecordField } from "../../../model/account/account.ts";
import { KINDS, type Kind } from "../../../model/account/kind.ts";
import type { Reading } from "../../../model/ports.ts";
import type { Run } from "./context.ts";

/**
 * The fields that a directory gives of each kind that it was asked for. A directory leaves out what may not be read as if
 * it were not there, so a field of which no entry shows an attribute is not among them.
 */
export function speaksOf(run: Run): NonNullable<Reading["speaks"]> {
  const kinds = KINDS.filter((kind) => run.config[kind] !== undefined);
  return Object.fromEntries(
    kinds.map((kind) => {
      const shown = shownFields(run, kind);
      if (givesDelegates(run, kind)) shown.add("delegates");
      return [kind, RECORD_FIELDS.filter((field) => shown.has(field))];
    }),
  );
}

function shownFields({ speakers, searches }: Run, wanted: Kind): Set<RecordField> {
  const shown = new Set<RecordField>();
  for (const { kind, label, fields } of speakers) {
    if (kind !== wanted) continue;
    for (const field of RECORD_FIELDS) {
      if (fields[field]?.some((attribute) => searches.isShown(label, attribute))) shown.add(field);
    }
  }
  return shown;
}

/** People whose primary group it is are members of a group that lists nobody. */
function givesDelegates({ opened }: Run, kind: Kind): boolean {
  return opened.some(({ record }) => record.kind === kind && record.delegates !== undefined);
}
