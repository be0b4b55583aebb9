import type { Given, Origin } from "../../../../model/account/account.ts";

/*
 * Classes and no literals: V8 judges by the first hundred objects of a literal whether its objects live long, and where
 * chance had them live, it gave all of them old memory, which is not freed for long; every tenth run took 220 MB for 150.
 */

class RecordOrigin implements Origin {
  readonly source: string;
  readonly where: string;
  readonly attribute: string;

  constructor(source: string, where: string, attribute: string) {
    this.source = source;
    this.where = where;
    this.attribute = attribute;
  }
}

class RecordValue<T> implements Given<T> {
  readonly value: T;
  readonly origin: Origin;

  constructor(value: T, origin: Origin) {
    this.value = value;
    this.origin = origin;
  }
}

/** A value with its origin. */
export function recordValue<T>(value: T, source: string, where: string, attribute: string): Given<T> {
  return new RecordValue(value, new RecordOrigin(source, where, attribute));
}
