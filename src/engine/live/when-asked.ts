/** The part of a Map that looks values up. */
export type Lookup<K, V> = Pick<ReadonlyMap<K, V>, "get" | "has" | "keys">;

/**
 * A Map of all accounts or addresses that is made when somebody asks. Most plans ask for few of them, and one of 100,000
 * entries takes as long as deciding a tenth of the accounts.
 */
export function whenAsked<K, V>(make: () => ReadonlyMap<K, V>): Lookup<K, V> {
  let map: ReadonlyMap<K, V> | undefined;
  const made = () => {
    map ??= make();
    return map;
  };
  return { get: (key) => made().get(key), has: (key) => made().has(key), keys: () => made().keys() };
}
