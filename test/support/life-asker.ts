import { hostname } from "node:os";
import { lifeOf, markOfThisProcess } from "../../src/storage/lock/process-life.ts";

/** A process of its own that prints whether the process with an id lives, by what it may know. */
const own = await markOfThisProcess();
process.stdout.write(await lifeOf({ pid: Number(process.argv[2]), host: hostname() }, own));
