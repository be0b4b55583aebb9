/** An object whose absent members are left out, not undefined. */
export type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that are there. */
export function present<T extends object>(members: T): Present<T> {
  const kept: Partial<T> = {};
  for (const key in members) if (members[key] !== undefined) kept[key] = members[key];
  return kept as Present<T>;
}
