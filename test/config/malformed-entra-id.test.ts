import { expect, test } from "vitest";
import { load, ORGANIZATION, problemsOf } from "./folder.ts";

const ID = "00000000-0000-0000-0000-000000000000";
const KEY = "map: { accountKey: id }";
const files = (kinds: string, ...source: readonly string[]) => ({
  "organization.yaml": ORGANIZATION,
  "profiles/staff.yaml": `apiVersion: zivsync/v1
kind: Profile
name: staff
manages: { kinds: ${kinds}, include: [{ domain: example.org }] }
sources:
  - name: entra
    type: entra-id
    tenant: example.onmicrosoft.com
    auth: { clientId: ${ID}, secret: { env: SECRET } }
${source.map((line) => `    ${line}\n`).join("")}`,
});

test.each([
  [
    "an account key that would be a guess",
    "[personal]",
    ["concurrency: 2"],
    "does not say what the account key",
  ],
  [
    "a group by its display name",
    "[personal]",
    [KEY, "memberOf: Zivver users"],
    "neither an object id nor an e-mail",
  ],
  [
    "the same in a filter",
    "[personal]",
    [KEY, "filter: [{ memberOf: Staff }]"],
    "neither an object id nor an e-mail",
  ],
  [
    "two clouds",
    "[personal]",
    [KEY, "cloud: china", "baseUrl: https://graph.microsoft.us"],
    "of another cloud",
  ],
  [
    "a property of one user at a time",
    "[personal]",
    [KEY, "filter: [{ field: aboutMe, values: x }]"],
    "for one user at a time",
  ],
  [
    "a kind that is not managed",
    "[personal]",
    [KEY, "functional: { filter: [] }"],
    "does not manage functional",
  ],
  ["nothing to read", "[personal]", [KEY, "personal: false"], "This source reads nothing"],
  ["a type of user that there is not", "[personal]", [KEY, "userType: Robot"], "userType"],
])("%s", async (_, kinds, source, words) => {
  const problems = await problemsOf(files(kinds, ...source));
  expect(problems.map(({ message }) => message).join("\n")).toContain(words);
});

test.each([
  ["global", "https://graph.microsoft.com", "https://login.microsoftonline.com"],
  ["us-gov", "https://graph.microsoft.us", "https://login.microsoftonline.us"],
  ["us-dod", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us"],
  ["china", "https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn"],
])("the cloud %s", async (cloud, baseUrl, authority) => {
  const { profiles } = await load(files("[functional]", `cloud: ${cloud}`));
  expect(profiles[0]?.sources[0]).toMatchObject({
    baseUrl,
    authority,
    kinds: ["functional"],
    concurrency: 4,
  });
});
