import { showAccess } from "./access-view.ts";
import { showChanges } from "./changes-view.ts";
import { part } from "./dom.ts";
import type { ReportData } from "./report-data.ts";
import { createTextSearch } from "./search.ts";

const data: ReportData = JSON.parse(part("report").textContent ?? "");

if (data.expiresAt !== null && Date.parse(data.expiresAt) < Date.now()) part("expired").hidden = false;
if (data.changes.length > 0) {
  const { search, ready } = createTextSearch(data.texts);
  showAccess(part("access-list"), data, search);
  showChanges(part("changes-list"), data, search);
  // Once the page is there, so that the first letter typed finds it done.
  addEventListener("load", () => setTimeout(ready, 50));
}

// Parts folded on the screen are not folded on paper.
const folded = (): HTMLDetailsElement[] => [
  ...document.querySelectorAll<HTMLDetailsElement>("details:not([open])"),
];
let opened: HTMLDetailsElement[] = [];
addEventListener("beforeprint", () => {
  opened = folded();
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
  opened = [];
});
