// A Zivver that only reads: answers the list of users from a file, and no groups. A process of its own, so that what it costs
// is not counted as ours. Usage: node bench/live-server.mjs FILE; prints its address.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";

const file = process.argv[2];
const length = statSync(file).size;
const server = createServer((request, response) => {
  response.setHeader("content-type", "application/scim+json");
  if (!request.url.startsWith("/api/scim/v2/Users")) {
    response.end('{"totalResults":0,"Resources":[]}');
    return;
  }
  response.setHeader("content-length", length);
  createReadStream(file, { highWaterMark: 1 << 18 }).pipe(response);
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/api/scim/v2`));
