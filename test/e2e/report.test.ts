import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { readReportPage } from "../../src/commands/shared/report-page.ts";
import { isRemoval } from "../../src/model/plan/change.ts";
import { renderHtml } from "../../src/review/html/report.ts";
import { launchBrowser, openReport } from "../support/browser.ts";
import { HOSTILE } from "../support/hostile-text.ts";
import { largePlan } from "../support/large-plans.ts";
import { finding, planOf, sourceSummary, updateChange } from "../support/plans.ts";
import { itOnce as it, itInCampaigns } from "../support/runs.ts";

const PLAN = largePlan(10_000);
const REMOVALS = PLAN.changes.filter(isRemoval);

let browser: Browser;
let html: string;
beforeAll(async () => {
  const page = await readReportPage(new URL("../../dist/report/", import.meta.url));
  html = renderHtml(PLAN, { sealChecked: "valid", page });
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const status = (page: Page) => page.locator("#changes [role=status]").textContent();
const shown = (page: Page) => page.locator("#changes .list > li");
/** What has the focus: its name, as the label, the text or the address of a link says it. */
const focused = (page: Page): Promise<unknown> =>
  page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.slice(0, 40)");

/** Words of at most 16 letters that lie on more than one line. */
const BROKEN_WORDS = `(() => {
  const broken = [];
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode() && broken.length < 20) {
    const text = texts.currentNode;
    if (!text.parentElement.checkVisibility() || text.parentElement.getClientRects()[0]?.right < 0 || text.parentElement.closest("script, option, #removals li + li")) continue;
    for (const { 0: word, index } of text.data.matchAll(/(?<=^|[\\s/(])[\\p{L}\\p{N}]{2,16}(?=$|[\\s/,.;)])/gu)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1)
        broken.push(word + " in " + text.parentElement.outerHTML.slice(0, 60));
    }
  }
  return broken;
})()`;

/** Presses Tab until the control with this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press("Tab");
    if (String(await focused(page)).startsWith(name)) return;
  }
  expect.fail(`no way by Tab to ${name}`);
}

describe("a report of 10,000 changes", () => {
  it("shows one page of them, removals first, and pages on by keyboard", async () => {
    const page = await openReport(browser, html);
    expect(await status(page)).toBe("1 to 50 of 10,000 changes");
    expect(await shown(page).count()).toBe(50);
    expect(await shown(page).first().locator(".chip").first().textContent()).toBe("suspend");
    await page.locator("#changes input").focus();
    await tabTo(page, "Next");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    expect(await status(page)).toBe("101 to 150 of 10,000 changes");
    expect(await focused(page)).toBe("Next");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Space");
    expect(await status(page)).toBe("51 to 100 of 10,000 changes");
  });

  it("begins with a link past the navigation, and Tab reaches every part", async () => {
    const page = await openReport(browser, html);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Skip to the plan");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
    for (const name of ["Search", "Show", "Next", "Search", "Action"]) await tabTo(page, name);
  });

  it("is filtered by keyboard and by words", async () => {
    const page = await openReport(browser, html);
    await page.locator("#changes input").focus();
    await page.keyboard.type("müller cardio");
    const both = PLAN.changes.filter(({ fields }) => {
      const text = JSON.stringify(fields);
      return text.includes("Müller") && text.includes("/Cardiology");
    });
    expect(await status(page)).toBe(`1 to 50 of ${both.length} changes`);
    await page.keyboard.press("Tab");
    await page.keyboard.type("update");
    const updates = both.filter(({ action }) => action === "update");
    expect(await status(page)).toBe(`1 to 50 of ${updates.length} changes`);
    await page.locator("#changes input").fill("nobody has this");
    expect(await status(page)).toBe("No changes fit.");
  });

  it("tells a change whole: before, after, origin, and where it changed", async () => {
    const page = await openReport(browser, html);
    await page.locator("#changes input").fill("c-15 mailbox-00014");
    const change = shown(page).first();
    expect(await change.locator(".head > *").allTextContents()).toEqual([
      "update",
      "mailbox-00014@example.org",
      "functional · shared-mailboxes · c-15",
    ]);
    expect(await change.locator("dl").allTextContents()).toEqual([
      "delegatesperson-000015@example.orgperson-000003@example.org" +
        "person-000019@example.orgperson-000020@example.com Delegates changed at the source",
    ]);
    expect(await change.locator("del").allTextContents()).toEqual([
      "person-000015@example.org",
      "person-000003@example.org",
    ]);
    expect(await change.locator(".from").textContent()).toBe(
      'from head-office, accounts.xlsx, sheet "Users", row 16',
    );
  });

  it("tells who gets and loses access, by account and by person", async () => {
    const page = await openReport(browser, html);
    const access = page.locator("#access");
    await access.getByLabel("Search").fill("person-000003@");
    expect(await access.locator("[role=status]").textContent()).toBe("1 to 20 of 1,000 entries");
    await access.getByLabel("by person").check();
    expect(await access.locator("[role=status]").textContent()).toBe("1 to 1 of 1 entries");
    const entry = access.locator(".list > li");
    expect(await entry.locator(".head").textContent()).toMatch(
      /^person-000003@example\.org\s+suspended by this plan$/,
    );
    expect(await entry.locator("dd li").count()).toBe(13);
    await entry.getByRole("button", { name: "Show all 1,000" }).press("Enter");
    expect(await entry.locator("dd li").count()).toBe(1_000);
    await access.getByLabel("Show", { exact: true }).selectOption({ label: "who gets access (2,000)" });
    expect(await access.locator("[role=status]").textContent()).toBe("No entries fit.");
  });

  it("is dark where the system is", async () => {
    const ground = "getComputedStyle(document.querySelector('section')).backgroundColor";
    expect(await (await openReport(browser, html)).evaluate(ground)).toBe("rgb(255, 255, 255)");
    expect(await (await openReport(browser, html, { colorScheme: "dark" })).evaluate(ground)).toBe(
      "rgb(23, 29, 38)",
    );
  });

  it("fits a phone of 360 px, and moves nothing for those who want less motion", async () => {
    const page = await openReport(browser, html, {
      viewport: { width: 360, height: 740 },
      reducedMotion: "reduce",
    });
    await page.locator("#changes input").fill("mailbox");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    expect(await page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")).toBe("auto");
    expect(await page.locator("#changes select").first().boundingBox()).toMatchObject({
      height: expect.closeTo(40, -1),
    });
  });

  it.each([1280, 360])(
    "scrolls as a whole at %i px: nothing is hidden in a box of its own",
    async (width) => {
      const page = await openReport(browser, html, { viewport: { width, height: 740 } });
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      const boxes = await page.evaluate(`[...document.querySelectorAll("main *")]
      .filter((one) => getComputedStyle(one).overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1)
      .map((one) => one.outerHTML.slice(0, 80))`);
      expect(boxes).toEqual([]);
      const last = page.locator("#removals li").last();
      expect(await last.isVisible()).toBe(true);
    },
  );

  it("breaks no ordinary word on a phone of 360 px", async () => {
    const page = await openReport(browser, html, { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate(BROKEN_WORDS)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  });

  itInCampaigns(
    "prints every removal, and the changes that are filtered, however many pages the screen has",
    async () => {
      const page = await openReport(browser, html);
      await page.getByLabel("Action").selectOption({ label: "suspend (500)" });
      await page.evaluate(`addEventListener("beforeprint", () => {
      document.documentElement.dataset.printed = document.querySelectorAll("#changes .list > li").length;
      document.documentElement.dataset.folded = document.querySelectorAll("details:not([open])").length;
    })`);
      const pdf = await page.pdf();
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      expect(await page.evaluate("({ ...document.documentElement.dataset })")).toEqual({
        printed: "500",
        folded: "0",
      });
      expect(await shown(page).count()).toBe(50);
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("#removals li").count()).toBe(REMOVALS.length);
      await page.getByLabel("Action").selectOption("", { force: true });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(await page.locator("#changes .only-print").textContent()).toContain(
        "8,000 more changes are not on paper.",
      );
    },
  );

  it("can be read without JavaScript: totals, removals, guards, findings", async () => {
    const page = await openReport(browser, html, { javaScriptEnabled: false });
    const text = await page.locator("main").textContent();
    for (const part of ["500 to suspend", "20 to delete", "500 of 10000, limit 510", "alias-unclaimed"])
      expect(text).toContain(part);
    const removed = await page.locator("#removals .who").allTextContents();
    expect(removed).toEqual(REMOVALS.map(({ address }) => address));
    expect(await page.locator("noscript").allTextContents()).toEqual([
      "This list needs JavaScript, which is off here. zivsync show plan.json --details prints every change.",
      "This list needs JavaScript, which is off here. zivsync show plan.json --details prints every change.",
    ]);
  });
});

it("has one heading of the first rank, landmarks with names, and a label on every control", async () => {
  const page = await openReport(browser, html);
  expect(await page.locator("h1").count()).toBe(1);
  expect(await page.getByRole("main").count()).toBe(1);
  expect(await page.getByRole("banner").count()).toBe(1);
  expect(await page.getByRole("contentinfo").count()).toBe(1);
  const nameless =
    await page.evaluate(`[...document.querySelectorAll("section, nav, [role=region], [role=search]")]
    .filter((one) => !one.ariaLabel && !document.getElementById(one.getAttribute("aria-labelledby"))).length`);
  expect(nameless).toBe(0);
  const unlabelled = await page.evaluate(
    `[...document.querySelectorAll("input, select")].filter((one) => one.labels.length !== 1).length`,
  );
  expect(unlabelled).toBe(0);
  const twice = await page.evaluate(
    `(() => { const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id); return ids.length - new Set(ids).size; })()`,
  );
  expect(twice).toBe(0);
});

it("hostile text does nothing", async () => {
  const texts = [...HOSTILE, "</script><script>alert(1)</script>", "<svg onload=alert(1)>", "<!--<script>"];
  const changes = texts.flatMap((text) => [
    updateChange(text, [
      { field: "fullName", before: text, after: `${text}!` },
      { field: "delegates", before: [text], after: [] },
    ]),
  ]);
  const plan = planOf(changes, {
    findings: texts.map((summary) => finding({ summary, where: { place: summary } })),
    sources: texts.map((name) => sourceSummary({ name, type: name })),
  });
  const reportPage = await readReportPage(new URL("../../dist/report/", import.meta.url));
  const page = await openReport(browser, renderHtml(plan, { sealChecked: "unchecked", page: reportPage }));
  expect(await page.locator("script").count()).toBe(2);
  expect(await page.locator("img, iframe, [onload], [onerror]").count()).toBe(0);
  expect(await page.locator("main a").count()).toBe(0);
  expect(await status(page)).toBe(`1 to ${texts.length} of ${texts.length} changes`);
});
