import { once } from "node:events";
import { validateStateLine } from "../../src/config/schema/state.ts";
import { Secret } from "../../src/model/values/secret.ts";
import { deriveSealKeys } from "../../src/storage/plan/seal.ts";
import { createStateStore, type StatePlace } from "../../src/storage/state/create-store.ts";
import { withAccount } from "./arbitrary-state.ts";

/*
 * A process of its own that writes to a state: place, folder, name and rounds by argument. It adds one account a round, and where
 * it has a channel to its parent, it begins each round when the parent says so.
 */

const [place = "", folder = "", name = "", rounds = ""] = process.argv.slice(2);
const store = createStateStore(
  JSON.parse(place) as StatePlace,
  folder,
  deriveSealKeys(new Secret("key"), "https://app.zivver.com/api/scim/v2"),
  validateStateLine,
  "0.1.0",
);
for (let round = 0; round < Number(rounds); round++) {
  if (process.send !== undefined) await once(process, "message");
  await store.update(withAccount(`${name}-${round}`));
  process.send?.("done");
}
if (process.connected) process.disconnect();
