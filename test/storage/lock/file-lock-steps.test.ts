import { describe, expect, test } from "vitest";
import { RefusedError } from "../../../src/model/values/errors.ts";
import { type Lock, type LockTerms, removalOf, takeFileLock } from "../../../src/storage/lock/file-lock.ts";
import { idOf } from "../../../src/storage/lock/lock-file.ts";
import { TIMING } from "../../../src/storage/lock/lock-watch.ts";
import { troubleOf } from "../../support/empty-folder.ts";
import { lockWorld } from "../../support/lock-world.ts";

/*
 * The steps of the lock, with a folder in memory and a clock of its own: what two applies can see of each other between any two of them.
 * `file-lock.test.ts` has the same with processes and files.
 */

const PATH = "x.lock";
const TERMS: Omit<LockTerms, "at"> = {
  waitMs: 0,
  locked: ({ owner, path, elsewhere }) => ({
    code: "plan-locked",
    where: path,
    message: `Held since ${owner.since}${elsewhere ? ", elsewhere" : ""}.`,
  }),
  remedy: "Look at the folder.",
};
type World = ReturnType<typeof lockWorld>;
const take = (world: World, at: string, more: Partial<LockTerms> = {}): Promise<Lock> =>
  takeFileLock(PATH, { ...TERMS, at, ...more }, world.ports);

/** The message of one problem. */
const messageOf = async (attempt: Promise<unknown>) => (await troubleOf(attempt)).problems[0]?.message;

/** A world with a lock of each of these holders, in a row: all but the last are dead, and it is as `life` says. */
function rowOf(...holders: readonly string[]): World {
  const world = lockWorld();
  let end = PATH;
  for (const holder of holders) {
    world.plant(end, world.owner(holder));
    world.lives.set(holder, "dead");
    end = `${PATH}.${idOf(world.owner(holder))}`;
  }
  return world;
}

describe("the row", () => {
  test.each([
    ["one dead", ["a"]],
    ["three dead", ["a", "b", "c"]],
  ])("%s: the lock of the next is beside them, and all are gone when it is let go", async (_, dead) => {
    const world = rowOf(...dead);
    const lock = await take(world, "next");
    const last = world.owner(dead.at(-1) ?? "");
    expect(world.names()).toHaveLength(dead.length + 1);
    expect(world.names()).toContain(`${PATH}.${idOf(last)}`);
    expect(await messageOf(take(world, "other"))).toBe("Held since next.");
    await lock.release();
    expect(world.names()).toEqual([]);
  });

  test("one that may not be removed stays with all that follow it, and the lock is let go", async () => {
    const world = rowOf("a", "b");
    const lock = await takeFileLock(
      PATH,
      { ...TERMS, at: "next" },
      {
        ...world.ports,
        folder: {
          ...world.ports.folder,
          async remove(path) {
            if (path === PATH) throw Object.assign(new Error("not yours"), { code: "EPERM" });
            return world.ports.folder.remove(path);
          },
        },
      },
    );
    await lock.release();
    expect(world.names()).toEqual([PATH, `${PATH}.${idOf(world.owner("a"))}`]);
    await (await take(world, "last")).release();
    expect(world.names()).toEqual([]);
  });

  test.each([
    ["somebody else's", "another"],
    ["gone", undefined],
    ["not a lock", "?"],
  ])("a first file that is %s by then is left, with all that follow it", async (_, by) => {
    const world = rowOf("a", "b");
    const lock = await take(world, "next");
    world.take(PATH);
    if (by !== undefined) world.plant(PATH, by === "?" ? by : world.owner(by));
    const before = world.names();
    await lock.release();
    expect(world.names()).toEqual(before.filter((name) => name !== `${PATH}.${idOf(world.owner("b"))}`));
  });

  test("without end is told of at the deadline", async () => {
    const world = lockWorld();
    let reads = 0;
    const endless = {
      ...world.ports,
      folder: {
        ...world.ports.folder,
        async read() {
          world.pass(1);
          reads += 1;
          const owner = { pid: 7, host: "one", since: `${reads}` };
          return { kind: "owned", id: `${reads}`, touched: 0, owner } as const;
        },
      },
      lifeOf: async () => "dead" as const,
    };
    const timing = { deadline: 20 };
    const trouble = await troubleOf(takeFileLock(PATH, { ...TERMS, at: "next", timing }, endless));
    expect(trouble).toMatchObject({
      name: "InputError",
      problems: [
        {
          where: `${PATH}.19`,
          message:
            "The lock cannot be taken, for this file is in its place: too many dead locks stand beside it. Nothing is changed without the lock.",
        },
      ],
    });
  });
});

describe("between any two steps", () => {
  /** Takes the lock and lets it go as one who stands still before each step in turn, and does `run` then; gives the number of steps. */
  async function atEachStep(
    dead: readonly string[],
    run: (world: World, inside: Set<string>, goOn: () => Promise<void>) => Promise<void>,
  ): Promise<number> {
    for (let step = 1; ; step++) {
      const world = rowOf(...dead);
      const slow = world.stoppedAt(step);
      const inside = new Set<string>();
      const hold = async () => {
        const lock = await takeFileLock(PATH, { ...TERMS, at: "slow" }, slow.ports);
        inside.add("slow");
        expect([...inside]).toEqual(["slow"]);
        inside.delete("slow");
        await lock.release();
      };
      const ended = hold().catch((error: unknown) => {
        if (!(error instanceof RefusedError)) throw error;
      });
      if (!(await Promise.race([slow.isStill, ended]))) return step;
      await run(world, inside, () => {
        slow.goOn();
        return ended;
      });
    }
  }

  test.each([
    ["with nothing there", [], 4],
    ["after one that died", ["dead"], 8],
    ["after two that died", ["dead", "too"], 11],
  ])("%s, who stands still while others take it does not hold it beside another", async (_, dead, least) => {
    const steps = await atEachStep(dead, async (world, inside, goOn) => {
      const first = await take(world, "first").catch(() => undefined);
      await first?.release();
      const second = await take(world, "second").catch(() => undefined);
      if (second) inside.add("second");
      await goOn();
      inside.delete("second");
      await second?.release();
      await (await take(world, "last")).release();
      expect(world.names()).not.toContain(PATH);
    });
    expect(steps).toBeGreaterThanOrEqual(least);
  });

  test.each([
    ["with nothing there", [], 3],
    ["after one that died", ["dead"], 7],
  ])("%s, one that dies there stops nobody", async (_, dead, least) => {
    const steps = await atEachStep(dead, async (world) => {
      world.lives.set("slow", "dead");
      const next = await take(world, "next");
      expect(await messageOf(take(world, "other"))).toBe("Held since next.");
      await next.release();
      expect(world.names()).not.toContain(PATH);
    });
    expect(steps).toBeGreaterThanOrEqual(least);
  });

  test("a holder that lets go while another looks is not what that one is refused for", async () => {
    const outcomes: string[] = [];
    for (let step = 1; outcomes.at(-1) !== "refused at once"; step++) {
      const world = rowOf("dead");
      const holder = await take(world, "holder");
      const slow = world.stoppedAt(step);
      const running = takeFileLock(PATH, { ...TERMS, at: "slow" }, slow.ports);
      const refused = running.then(
        () => false,
        () => false,
      );
      const isStill = await Promise.race([slow.isStill, refused]);
      await holder.release();
      slow.goOn();
      const lock = await running.catch(() => undefined);
      await lock?.release();
      outcomes.push(!isStill ? "refused at once" : lock ? "taken" : "refused");
      expect(world.names()).toEqual([]);
    }
    expect(outcomes).toEqual(["taken", "taken", "taken", "refused at once"]);
  });

  test("who finds a place taken at the last step starts again, and is refused for the one who has it", async () => {
    const world = lockWorld();
    const slow = world.stoppedAt(2);
    const running = troubleOf(takeFileLock(PATH, { ...TERMS, at: "slow" }, slow.ports));
    await slow.isStill;
    const quick = await take(world, "quick");
    slow.goOn();
    expect((await running).problems).toMatchObject([{ message: "Held since quick." }]);
    await quick.release();
  });
});

describe("waiting", () => {
  test.each([
    [0, 0],
    [400, 400],
  ])("for %i ms, and no longer", async (waitMs, least) => {
    const world = lockWorld();
    await take(world, "holder");
    expect(await messageOf(take(world, "next", { waitMs }))).toBe("Held since holder.");
    expect(world.now()).toBeGreaterThanOrEqual(least);
    expect(world.now()).toBeLessThanOrEqual(least + 1.5 * TIMING.poll);
    expect(world.pauses.filter((ms) => ms < 0.5 * TIMING.poll || ms > 1.5 * TIMING.poll)).toEqual([]);
    expect(new Set(world.pauses).size).toBe(world.pauses.length);
  });

  test("until the holder lets go", async () => {
    const world = lockWorld();
    const holder = await take(world, "holder");
    const slow = world.stoppedAt(20);
    const next = takeFileLock(PATH, { ...TERMS, at: "next", waitMs: 60_000 }, slow.ports);
    await slow.isStill;
    await holder.release();
    slow.goOn();
    await (await next).release();
    expect(world.names()).toEqual([]);
  });

  test.each([
    ["the deadline", 0, TIMING.deadline],
    ["what is waited for a lock", 30_000, 30_000],
  ])("with a holder in doubt until %s, and then it is told why", async (_, waitMs, least) => {
    const world = lockWorld();
    await take(world, "holder");
    world.lives.set("holder", "unsure");
    world.pass(TIMING.silence + 1);
    const timing = { watch: Number.POSITIVE_INFINITY };
    const begun = world.now();
    const trouble = await troubleOf(take(world, "next", { waitMs, timing }));
    expect(trouble).toMatchObject({
      name: "InputError",
      problems: [{ where: PATH, message: expect.stringContaining(": process ") }],
    });
    expect(world.now() - begun).toBeGreaterThanOrEqual(least);
    expect(world.now() - begun).toBeLessThanOrEqual(least + 1.5 * TIMING.poll);
  });

  test("where others are always quicker it ends as well", async () => {
    const world = lockWorld();
    const slow = { ...world.ports, folder: { ...world.ports.folder, create: async () => false } };
    expect(await troubleOf(takeFileLock(PATH, { ...TERMS, at: "next" }, slow))).toEqual({
      name: "InputError",
      problems: [
        {
          code: "file-unwritable",
          where: PATH,
          message:
            "The lock cannot be taken, for this file is in its place: others were always quicker. Nothing is changed without the lock.",
          remedy: `If no other zivsync is at work, remove it, as its owner or an administrator: ${removalOf(PATH)}`,
        },
      ],
    });
    expect(world.now()).toBeGreaterThanOrEqual(TIMING.deadline);
  });

  test("at the deadline there is no further look", async () => {
    const { ports, pauses } = lockWorld();
    const slow = { ...ports, folder: { ...ports.folder, create: async () => false } };
    const terms = { ...TERMS, at: "next", timing: { deadline: 0 } };
    expect(await messageOf(takeFileLock(PATH, terms, slow))).toContain("others were always quicker");
    expect(pauses).toEqual([]);
  });

  test.each([
    ["win32", `del "${PATH}"`],
    ["linux", `rm -r "${PATH}"`],
  ] as const)("what is in the way is removed with a command of %s", (platform, command) => {
    expect(removalOf(PATH, platform)).toBe(command);
  });

  test("what is unusable is told of once it has been so for a while", async () => {
    const world = lockWorld();
    const read = async () => ({ kind: "unusable", why: "it is not a regular file" }) as const;
    const unusable = { ...world.ports, folder: { ...world.ports.folder, read } };
    expect(await messageOf(takeFileLock(PATH, { ...TERMS, at: "next" }, unusable))).toBe(
      "The lock cannot be taken, for this file is in its place: it is not a regular file. Nothing is changed without the lock.",
    );
    expect(world.now()).toBeGreaterThanOrEqual(TIMING.grace);
    expect(world.now()).toBeLessThan(TIMING.deadline);
  });

  test("a lock on another machine is said to be there", async () => {
    const world = lockWorld();
    await take(world, "holder");
    world.lives.set("holder", "elsewhere");
    expect(await troubleOf(take(world, "next"))).toEqual({
      name: "RefusedError",
      problems: [{ code: "plan-locked", where: PATH, message: "Held since holder, elsewhere." }],
    });
  });

  test("a folder that takes no file is an error for people", async () => {
    const { ports } = lockWorld();
    const create = () => Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }));
    const full = { ...ports, folder: { ...ports.folder, create } };
    expect(await troubleOf(takeFileLock(PATH, { ...TERMS, at: "next" }, full))).toEqual({
      name: "InputError",
      problems: [
        {
          code: "file-unwritable",
          where: PATH,
          message: "The lock cannot be written: the disc is full.",
          remedy: "Look at the folder.",
        },
      ],
    });
  });
});

describe("a holder", () => {
  test("gives signs of life until it lets go, also where one fails", async () => {
    const world = lockWorld();
    const lock = await take(world, "holder");
    const [timer, ...more] = world.timers;
    expect([timer?.every, more]).toEqual([TIMING.beat, []]);
    world.pass(5_000);
    timer?.work();
    expect(world.touchedAt(PATH)).toBe(5_000);
    await lock.release();
    expect(world.timers.size).toBe(0);

    const touch = () => Promise.reject(new Error("gone"));
    const next = await takeFileLock(
      PATH,
      { ...TERMS, at: "next" },
      { ...world.ports, folder: { ...world.ports.folder, touch } },
    );
    for (const { work } of world.timers) work();
    await next.release();
    expect(world.names()).toEqual([]);
  });

  test.each([
    ["somebody else's lock", "another"],
    ["something that is not a lock", "?"],
  ])("lets %s be that a person made room for", async (_, by) => {
    const world = lockWorld();
    const lock = await take(world, "holder");
    world.take(PATH);
    world.plant(PATH, by === "?" ? by : world.owner(by));
    await lock.release();
    expect(world.names()).toEqual([PATH]);
  });

  /** A world in which one lock is held, and removing or reading fails as given. */
  async function held(more: (world: World) => Partial<World["ports"]["folder"]>) {
    const world = lockWorld();
    const changed = { isOn: false };
    const others = more(world);
    const { folder } = world.ports;
    const ports = {
      ...world.ports,
      folder: {
        ...folder,
        read: (path: string) => (changed.isOn && others.read ? others.read : folder.read)(path),
        remove: (path: string) => (changed.isOn && others.remove ? others.remove : folder.remove)(path),
      },
    };
    const lock = await takeFileLock(PATH, { ...TERMS, at: "holder" }, ports);
    changed.isOn = true;
    return { world, lock };
  }

  test("removes its own where it cannot be read for a moment", async () => {
    const { world, lock } = await held(() => ({ read: async () => ({ kind: "unusable", why: "busy" }) }));
    await lock.release();
    expect(world.names()).toEqual([]);
  });

  test("removes nothing where nothing is", async () => {
    const removed: string[] = [];
    const { world, lock } = await held(() => ({ remove: async (path) => void removed.push(path) }));
    world.take(PATH);
    await lock.release();
    expect(removed).toEqual([]);
  });

  test("tries again while the file is busy, and lets it be where it may not be removed", async () => {
    let tries = 0;
    const busy = (code: string, times: number) =>
      held((world) => ({
        async remove(path) {
          tries += 1;
          if (tries <= times) throw Object.assign(new Error(code), { code });
          await world.ports.folder.remove(path);
        },
      }));
    const { world, lock } = await busy("EBUSY", 3);
    await lock.release();
    expect([world.names(), tries]).toEqual([[], 4]);
    tries = 0;
    const other = await busy("EROFS", 1);
    await other.lock.release();
    expect([other.world.names(), tries]).toEqual([[PATH], 1]);
  });
});
