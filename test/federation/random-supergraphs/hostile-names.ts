/** Names that look like what the gateway invents, for a part of all random supergraphs. */
import type { Dice } from './dice.ts';

/** Supergraphs that have such names, and fields of those. */
const hostileSupergraphs = 0.5;
const hostileFields = 0.3;

/** Names for the fields of types; the same for the same plain name. */
export function fieldNaming(dice: Dice): (plain: string) => string {
  if (!dice.chance(hostileSupergraphs)) {
    return (plain) => plain;
  }
  const names = new Map<string, string>();
  const taken = new Set<string>();
  return (plain) => {
    const known = names.get(plain);
    if (known !== undefined) {
      return known;
    }
    const wanted = dice.chance(hostileFields) ? hostileField(dice, [...names.values()]) : plain;
    const name = taken.has(wanted) ? plain : wanted;
    names.set(plain, name);
    taken.add(name);
    return name;
  };
}

/** Keys of aliases, stand-ins for what is required with arguments, and names of the planner's own. */
function hostileField(dice: Dice, others: readonly string[]): string {
  const field = dice.pick(['id', 'id', 'a', 'k', ...others]);
  const key = `_${field.length}_${field}_${dice.pick(['x', 'y', 'id', field])}`;
  return dice.pick([key, key, `${key}_1`, `_required_${field}`, `_required0_${field}`, '_e0', 'literal0']);
}

/** Names for subgraphs: some are called as twins of others would be. */
export function subgraphNames(dice: Dice, count: number): readonly string[] {
  const isHostile = dice.chance(hostileSupergraphs);
  const names: string[] = [];
  for (let at = 0; at < count; at++) {
    const twin = dice.pick(['1', 'by_0', 'by_1', 'key', 'objects', 'leaves', '1_twin_key', 'by_0_twin_key']);
    const hostile = `${names[0] ?? 's0'}_twin_${twin}`;
    const mayBe = isHostile && at > 0 && dice.chance(0.5) && !names.includes(hostile);
    names.push(mayBe ? hostile : `s${at}`);
  }
  return names;
}
