import { element, grouped } from "./dom.ts";

/** A page that is too long to print whole says so. */
const PRINTED = 2_000;

export type Pager<T> = {
  /** The items of the page. */
  readonly parts: readonly HTMLElement[];
  readonly show: (items: readonly T[]) => void;
};

type PagerOptions<T> = {
  /** The name of the items: `changes`. */
  readonly noun: string;
  readonly size: number;
  readonly render: (item: T) => HTMLElement;
};

/** A list of which one page is in the document at a time; on paper it is whole. */
export function createPager<T>({ noun, size, render }: PagerOptions<T>): Pager<T> {
  let items: readonly T[] = [];
  let page = 0;
  const list = element("ul", { class: "list" });
  const status = element("p", { class: "status", role: "status" });
  const cut = element("p", { class: "verdict warn only-print" });
  const previous = element("button", { type: "button" }, "Previous");
  const next = element("button", { type: "button" }, "Next");
  const pages = element("nav", { class: "pages", "aria-label": `Pages of the ${noun}` }, previous, next);

  const last = () => Math.max(0, Math.ceil(items.length / size) - 1);
  const fill = (from: number, to: number) => list.replaceChildren(...items.slice(from, to).map(render));
  const draw = () => {
    const from = page * size;
    const to = Math.min(items.length, from + size);
    fill(from, to);
    status.textContent =
      items.length === 0
        ? `No ${noun} fit.`
        : `${grouped(from + 1)} to ${grouped(to)} of ${grouped(items.length)} ${noun}`;
    // A disabled button would drop the focus of whoever pages with the keyboard.
    previous.setAttribute("aria-disabled", String(page === 0));
    next.setAttribute("aria-disabled", String(page === last()));
    pages.hidden = last() === 0;
  };
  const turn = (by: number) => {
    const to = Math.min(last(), Math.max(0, page + by));
    if (to === page) return;
    page = to;
    draw();
    status.scrollIntoView({ block: "nearest" });
    if (list.getBoundingClientRect().top < 0) status.scrollIntoView({ block: "start" });
  };
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  addEventListener("beforeprint", () => {
    fill(0, PRINTED);
    const rest = items.length - PRINTED;
    cut.textContent =
      rest > 0
        ? `${grouped(rest)} more ${noun} are not on paper. Filter them on the screen first, or print the output of zivsync show --details.`
        : "";
    cut.hidden = rest <= 0;
  });
  addEventListener("afterprint", draw);
  return {
    parts: [status, list, cut, pages],
    show: (shown) => {
      items = shown;
      page = 0;
      draw();
    },
  };
}
