/** Names that look like names that the gateway invents. Half of the random supergraphs have them. */
import type { Rng } from './rng.ts';

/** The share of supergraphs with hostile names, and the share of fields with hostile names in these supergraphs. */
const hostileSupergraphs = 0.5;
const hostileFields = 0.3;

/** Names fields. The same plain name always gets the same name. */
export function fieldNaming(rng: Rng): (plain: string) => string {
  if (!rng.chance(hostileSupergraphs)) {
    return (plain) => plain;
  }
  const names = new Map<string, string>();
  const taken = new Set<string>();
  return (plain) => {
    const chosen = names.get(plain);
    if (chosen !== undefined) {
      return chosen;
    }
    const preferred = rng.chance(hostileFields) ? hostileField(rng, [...names.values()]) : plain;
    const name = taken.has(preferred) ? plain : preferred;
    names.set(plain, name);
    taken.add(name);
    return name;
  };
}

/**
 * A field name that may clash with a name that the gateway invents, or with a property of every JavaScript object. The
 * gateway invents keys of aliases and of requirements with arguments, aliases of conflicting fields, and aliases of
 * several lookups in one request.
 */
function hostileField(rng: Rng, others: readonly string[]): string {
  const field = rng.pick(['id', 'id', 'a', 'k', ...others]);
  const key = `_${field.length}_${field}_${rng.pick(['x', 'y', 'id', 'required', field])}`;
  const alias = `_alias_${field}_${rng.pick([1, 2])}`;
  return rng.pick([key, key, `${key}_1`, alias, alias, '_e0', '_e1', 'literal0', 'constructor', 'toString']);
}

/** Names for subgraphs. Some differ only in characters that a GraphQL name can't have. */
export function subgraphNames(rng: Rng, count: number): readonly string[] {
  const isHostile = rng.chance(hostileSupergraphs);
  return Array.from({ length: count }, (_, at) => {
    const hostile = rng.pick([
      `S${at - 1}`,
      `s-${at}`,
      `s.${at - 2}`,
      `s_${at}`,
      `${at}s`,
      `constructor${at}`,
    ]);
    return isHostile && at > 0 && rng.chance(0.5) ? hostile : `s${at}`;
  });
}

/** A name for the root type of queries in one subgraph. */
export function nameOfRoot(rng: Rng): string {
  return rng.pick(['Query', 'Query', 'Query', 'RootQuery', 'QueryRoot', 'Root_1', '_Query']);
}
