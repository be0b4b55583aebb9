import { FIELDS } from "../../model/account/fields.ts";
import { type FieldChange, isRemoval } from "../../model/plan/change.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { domainOf } from "../../model/values/address.ts";
import { isHeading, type PlannedChange, showExtras } from "../shared/change.ts";
import { CHANGED_IN, DIFFERENCE, HIDDEN_KEY, isList, showValue } from "../shared/field.ts";
import { HTML } from "../shared/medium.ts";
import { diffLongText } from "../shared/word-diff.ts";
import type { Applied } from "./applied.ts";
import {
  ACTION_ORDER,
  CHANGED_IN_ORDER,
  DIFFERENCE_IN_ONE,
  KIND_ORDER,
  type ReportChange,
  type ReportData,
  type ReportField,
  STATE_ORDER,
} from "./page/report-data.ts";

const DETAIL = 2_000;

/** Gives every distinct text a number. */
type Texts = (text: string) => number;

/** The changes of a plan as the page's script takes them. Of an account key there is only that it changes. */
export function buildReportData(plan: Plan, applied: Applied | undefined): ReportData {
  const numbers = new Map([["", 0]]);
  const texts: Texts = (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
  const delegates = texts(FIELDS.delegates.label);
  const marks = CHANGED_IN_ORDER.map((one) => texts(CHANGED_IN[one]));
  const ordered = [...plan.changes.filter(isRemoval), ...plan.changes.filter((one) => !isRemoval(one))];
  const changes = ordered.map((change) => changeOf(change, applied, texts));
  return {
    texts: [...numbers.keys()],
    changes,
    delegates,
    marks,
    expiresAt: applied?.ended === undefined ? plan.expiresAt : null,
  };
}

function changeOf(change: PlannedChange, applied: Applied | undefined, texts: Texts): ReportChange {
  const name = change.fields.find(({ field }) => field === "fullName");
  const fullName = name?.after ?? name?.before;
  const outcome = applied?.byChange.get(change.id);
  const state = applied === undefined ? 0 : STATE_ORDER.indexOf(outcome?.state ?? "not tried") + 1;
  return [
    ACTION_ORDER.indexOf(change.action),
    KIND_ORDER.indexOf(change.kind),
    texts(HTML.address(change.address)),
    typeof fullName === "string" ? texts(HTML.value(fullName)) : 0,
    texts(HTML.name(change.profile)),
    texts(HTML.address(domainOf(change.address))),
    texts(change.id),
    state,
    texts(HTML.value(outcome?.detail ?? "", DETAIL)),
    [
      ...change.fields.filter(({ field }) => !isHeading(change, field)).map((field) => fieldOf(field, texts)),
      ...showExtras(change, HTML).map(
        ({ label, text }): ReportField => [texts(label), 0, 0, 0, 0, texts(text)],
      ),
    ],
  ];
}

function fieldOf(change: FieldChange, texts: Texts): ReportField {
  const { field, origin, changedIn } = change;
  const place = origin ? [origin.source, origin.where].filter((part) => part !== "").join(", ") : "";
  const known = [
    texts(FIELDS[field].label),
    texts(HTML.name(place)),
    texts(HTML.name(origin?.attribute ?? "")),
    changedIn === undefined ? 0 : CHANGED_IN_ORDER.indexOf(changedIn) + 1,
  ] as const;
  return [...known, ...transitionOf(change, texts)];
}

function transitionOf(
  { field, before, after }: FieldChange,
  texts: Texts,
): readonly [ReportField[4], ReportField[5]] {
  if (field === "accountKey") return [0, texts(HIDDEN_KEY)];
  if (isList(before) || isList(after)) {
    const had = isList(before) ? before : [];
    const has = isList(after) ? after : [];
    return [missingFrom(had, has, texts), missingFrom(has, had, texts)];
  }
  if (typeof before === "string" && typeof after === "string") {
    const difference = diffLongText(before, after);
    if (difference !== undefined) return [DIFFERENCE_IN_ONE, texts(HTML.value(difference, DIFFERENCE))];
  }
  const value = (one: typeof before) => (one === null ? 0 : texts(showValue(field, one, HTML)));
  return [value(before), value(after)];
}

function missingFrom(list: readonly string[], other: readonly string[], texts: Texts): readonly number[] {
  const there = new Set(other);
  return list.filter((item) => !there.has(item)).map((item) => texts(HTML.address(item)));
}
