import { describe, expect, it } from "vitest";
import { anchorsOf, isThere, linksOf, PAGES, prose } from "./pages.ts";

const ALL = [...PAGES, "ARCHITECTURE.md", "CONTRIBUTING.md", "bench/README.md"];
const links = ALL.flatMap(linksOf);

/** Named as examples of what a repository of somebody else holds. */
const THEIRS = /^(?:desired-state\/approvers|hospital-[ab]\/)/;
const OURS = /^(?:src|test|docs|scripts|schemas|bench|templates|desired-state)\//;

describe("links", () => {
  it("lead to files that there are", () => {
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter(({ file }) => !isThere(file)).map(({ page, to }) => `${page}: ${to}`)).toEqual([]);
  });

  it("lead to headings and anchors that there are", () => {
    const wrong = links.filter(
      ({ file, anchor }) => anchor !== "" && file.endsWith(".md") && !anchorsOf(file).has(anchor),
    );
    expect(wrong.map(({ page, to }) => `${page}: ${to}`)).toEqual([]);
  });

  it("of README lead to every page", () => {
    const linked = new Set(linksOf("README.md").map(({ file }) => file));
    expect(PAGES.filter((page) => page !== "README.md" && !linked.has(page))).toEqual([]);
  });
});

describe.each(ALL)("%s", (page) => {
  it("names files that there are", () => {
    const named = [...prose(page).matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g)].map(([, path = ""]) => path);
    const ours = [...new Set(named)].filter((path) => OURS.test(path) && !THEIRS.test(path));
    const missing = ours.filter((path) =>
      ["", ".ts", ".test.ts", ".campaign.ts", ".windows.ts"].every((end) => !isThere(path + end)),
    );
    expect(missing).toEqual([]);
  });

  it("has addresses of nobody", () => {
    const addresses = prose(page).match(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g) ?? [];
    expect(addresses.filter((one) => !/(?:@|\.)(?:example\.(?:org|com|net)|test)$/.test(one))).toEqual([]);
  });
});
