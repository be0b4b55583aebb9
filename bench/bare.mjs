// The script that an administrator would write: a paged search, the lists of Zivver, a Map, and counts. It checks nothing.
// Usage: node bench/bare.mjs JSON (url, ca, user, base, filter, attributes, pageSize, target); the password is in READER_PASSWORD.
import { readFile } from "node:fs/promises";
import { Client } from "ldapts";

const given = JSON.parse(process.argv[2]);
const [people, users, groups] = await Promise.all([readDirectory(), readList("Users"), readList("Groups")]);
const live = new Map([
  ...users.map((user) => [user.userName.toLowerCase(), user]),
  ...groups.map((group) => [group.externalId.toLowerCase(), group]),
]);
const counts = { same: 0, created: 0, changed: 0, suspended: 0, gone: 0 };
for (const person of people) count(person);
counts.gone = live.size;
console.log(JSON.stringify(counts));

async function readDirectory() {
  const client = new Client({ url: given.url, tlsOptions: { ca: await readFile(given.ca) } });
  await client.bind(given.user, process.env.READER_PASSWORD);
  const { searchEntries } = await client.search(given.base, {
    scope: "sub",
    filter: given.filter,
    attributes: given.attributes,
    paged: { pageSize: given.pageSize },
    explicitBufferAttributes: ["objectGUID"],
  });
  await client.unbind();
  return searchEntries;
}

async function readList(name) {
  const headers = { authorization: process.env.ZIVVER_API_KEY, accept: "application/scim+json" };
  const answer = await fetch(`${given.target}/${name}`, { headers });
  return (await answer.json()).Resources;
}

function count(person) {
  const address = person.mail.toLowerCase();
  const account = live.get(address);
  live.delete(address);
  const isActive = (Number(person.userAccountControl) & 2) === 0;
  if (account === undefined) counts.created += isActive ? 1 : 0;
  else if (account.active && !isActive) counts.suspended += 1;
  else if (isSame(person, account)) counts.same += 1;
  else counts.changed += 1;
}

function isSame(person, account) {
  const extension = account["urn:ietf:params:scim:schemas:zivver:0.1:User"];
  const aliases = [person.proxyAddresses]
    .flat()
    .filter((value) => value.startsWith("smtp:"))
    .map((value) => value.slice("smtp:".length).toLowerCase());
  const hasAliases = [...aliases].sort().join() === [...extension.aliases].sort().join();
  return account.name.formatted === person.displayName && hasAliases;
}
