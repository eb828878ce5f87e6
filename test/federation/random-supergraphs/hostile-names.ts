/** Names that look like those that the gateway invents, for half of the random supergraphs. */
import type { Rng } from './rng.ts';

/** The share of supergraphs that have such names, and the share of their fields that do. */
const hostileSupergraphs = 0.5;
const hostileFields = 0.3;

/** Gives fields their names: the same name for the same plain name. */
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
    const wanted = rng.chance(hostileFields) ? hostileField(rng, [...names.values()]) : plain;
    const name = taken.has(wanted) ? plain : wanted;
    names.set(plain, name);
    taken.add(name);
    return name;
  };
}

/**
 * The invented keys of aliases, the invented fields for @requires with arguments, and names that the planner uses
 * itself.
 */
function hostileField(rng: Rng, others: readonly string[]): string {
  const field = rng.pick(['id', 'id', 'a', 'k', ...others]);
  const key = `_${field.length}_${field}_${rng.pick(['x', 'y', 'id', field])}`;
  return rng.pick([key, key, `${key}_1`, `_required_${field}`, `_required0_${field}`, '_e0', 'literal0']);
}

/** Names for subgraphs. Some look like the names of the planner's virtual subgraphs (twins) of others. */
export function subgraphNames(rng: Rng, count: number): readonly string[] {
  const isHostile = rng.chance(hostileSupergraphs);
  const names: string[] = [];
  for (let at = 0; at < count; at++) {
    const twin = rng.pick(['1', 'by_0', 'by_1', 'key', 'objects', 'leaves', '1_twin_key', 'by_0_twin_key']);
    const hostile = `${names[0] ?? 's0'}_twin_${twin}`;
    const mayBe = isHostile && at > 0 && rng.chance(0.5) && !names.includes(hostile);
    names.push(mayBe ? hostile : `s${at}`);
  }
  return names;
}
