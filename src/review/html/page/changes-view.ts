import { changeView } from "./change-view.ts";
import { choicesOf, element, searchOf, selectOf } from "./dom.ts";
import { createPager } from "./pager.ts";
import { ACTION_ORDER, CHANGED_IN_ORDER, KIND_ORDER, type ReportData, STATE_ORDER } from "./report-data.ts";
import { createSearch, type Filter, type TextSearch } from "./search.ts";

const PAGE = 50;

/** The list of all changes with its filters. */
export function showChanges(place: HTMLElement, data: ReportData, searchTexts: TextSearch): void {
  const { changes, texts, marks } = data;
  const text = (position: number) => texts[position] ?? "";
  const column = (at: 0 | 1 | 4 | 5 | 7, nameOf: (value: number) => string) =>
    choicesOf(
      changes.map((change) => change[at]),
      nameOf,
    );
  const marked = changes.flatMap(({ 9: fields }) => [...new Set(fields.map((field) => field[3]))]);
  const query = searchOf("address, name, value, place …");
  const selects = {
    action: selectOf(
      "Action",
      column(0, (at) => ACTION_ORDER[at] ?? ""),
    ),
    kind: selectOf(
      "Kind",
      column(1, (at) => KIND_ORDER[at] ?? ""),
    ),
    profile: selectOf("Profile", column(4, text)),
    domain: selectOf("Domain", column(5, text)),
    mark: selectOf(
      "Where it changed",
      choicesOf(
        marked.filter((mark) => mark > 0 && mark <= CHANGED_IN_ORDER.length),
        (mark) => text(marks[mark - 1] ?? 0),
      ),
    ),
    state: selectOf(
      "Outcome",
      column(7, (at) => STATE_ORDER[at - 1] ?? "").filter(({ value }) => value > 0),
    ),
  };
  const used = Object.values(selects).filter(({ field }) => field.querySelectorAll("option").length > 1);
  const controls = element(
    "div",
    { class: "controls", role: "search", "aria-label": "Filter the changes" },
    query.field,
    ...used.map(({ field }) => field),
  );
  const pager = createPager<number>({
    noun: "changes",
    size: PAGE,
    render: (at) => {
      const change = changes[at];
      return change === undefined ? element("li") : changeView(change, data);
    },
  });
  const search = createSearch(data, searchTexts);
  const apply = () => {
    const wanted = Object.entries(selects).flatMap(([name, { value }]) => {
      const chosen = value();
      return chosen === undefined ? [] : [[name, chosen] as const];
    });
    const filter: Filter = { query: query.value(), ...Object.fromEntries(wanted) };
    pager.show(search(filter));
  };
  controls.addEventListener("input", apply);
  place.append(controls, ...pager.parts);
  apply();
}
