import { desk, deskRecord, person, record, type Setting } from "../support/engine.ts";

/** A bit of everything: creates, groups in a circle, a swap, a rename, a suspension, deletions, an emptied group. */
export const EVERYTHING: Setting = {
  profile: { functional: { missing: "delete" }, personal: { missing: "delete" } },
  desired: [
    record("a@example.org", { aliases: ["y@example.org"], delegates: ["n@example.org", "new@example.org"] }),
    record("b@example.org", { aliases: ["x@example.org"] }),
    record("new@example.org", { aliases: ["old@example.org"] }),
    record("n@example.org", { delegates: ["a@example.org"] }),
    record("off@example.org", { active: false }),
    record("on@example.org"),
    deskRecord("d@example.org", { delegates: ["n@example.org", "e@example.org", "b@example.org"] }),
    deskRecord("e@example.org", { delegates: ["d@example.org", "new@example.org"] }),
    deskRecord("f@example.org", { aliases: ["fax@example.org"], delegates: [] }),
    deskRecord("g@example.org", { delegates: ["e@example.org"] }),
  ],
  live: [
    person("a@example.org", { aliases: ["x@example.org"], delegates: ["gone@example.org", "b@example.org"] }),
    person("b@example.org", { aliases: ["y@example.org"] }),
    person("old@example.org"),
    person("off@example.org"),
    person("on@example.org", { active: false }),
    person("gone@example.org", { aliases: ["fax@example.org"] }),
    desk("d@example.org", ["id-a@example.org", "id-gone@example.org", "unlisted"]),
    desk("f@example.org", ["id-a@example.org"]),
    desk("g@example.org", ["id-gone@example.org", "id-b@example.org"]),
    desk("h@example.org", ["id-gone@example.org", "id-a@example.org"]),
    desk("i@example.org", ["id-h@example.org", "id-gone@example.org"]),
  ],
};
