import { expect, test } from "vitest";
import type { Ask } from "../../../src/sources/exchange-online/service/service.ts";
import { readPages } from "../../../src/sources/exchange-online/service/service.ts";
import { ServiceFailure } from "../../../src/sources/microsoft/errors/failure.ts";
import { MOST_EMPTY } from "../../../src/sources/microsoft/service/pages.ts";

const first = { url: "https://outlook.example.org/page/0", what: "list the mailboxes" } as Ask;

/** How many rows are read of pages of so many rows each; or what is said of them. */
async function read(pages: readonly number[], mostRows?: number) {
  let rows = 0;
  const ask = async ({ url }: Pick<Ask, "url">) => {
    const at = Number(url.slice(url.lastIndexOf("/") + 1));
    const next = at + 1 < pages.length ? { "@odata.nextLink": `/page/${at + 1}` } : {};
    return { value: Array(pages[at]).fill({}), ...next };
  };
  try {
    await readPages(
      { ask },
      first,
      (page) => {
        rows += page.length;
      },
      mostRows,
    );
    return rows;
  } catch (error) {
    if (error instanceof ServiceFailure) return error.words.message;
    throw error;
  }
}

test("pages of rows (MOST_ROWS) end at the bound", async () => {
  expect(await read([3, 3, 4], 10)).toBe(10);
  expect(await read([3, 3, 5], 10)).toBe(
    "Asked to list the mailboxes, Exchange gave an answer of more than 10 rows.",
  );
});

test("pages without a row end at the bound", async () => {
  const empty = (count: number) => [...Array(count).fill(0), 1];
  expect(await read(empty(MOST_EMPTY))).toBe(1);
  expect(await read(empty(MOST_EMPTY + 1))).toBe(
    "Asked to list the mailboxes, Exchange gave an answer that goes on without results.",
  );
});
