import type { TypeConditions } from '../type-conditions.ts';
import type { PathStep } from './entity-paths.ts';

/** Paths of the same keys that one is compared with. Where there are more, nothing is shared: that is always right. */
const mostCompared = 100;

/**
 * Tells for each path of a plan whether equal entities along it may become one object.
 *
 * They may where no lookup of the plan tells their places apart. Of `cards` and `cards|[Library]`, both to `patron`, the
 * second reaches some of the first's patrons only. If the first kept one object for two equal patrons, the second might
 * still fill the one that is gone, or fill a place that it was not meant for. So nothing is shared along the first. Along
 * the second it is: to the first, all of the second's places are the same.
 *
 * Paths that go on below count too: they tell apart what they pass through.
 */
export function shareablePaths(
  paths: readonly (readonly PathStep[])[],
  types: TypeConditions,
): (path: readonly PathStep[]) => boolean {
  /** The beginnings of all paths, each once, by the keys that they step into. */
  const beginnings = new Map<string, Map<string, readonly PathStep[]>>();
  for (const path of paths) {
    for (let length = 1; length <= path.length; length++) {
      const beginning = path.slice(0, length);
      const keys = keysOf(beginning);
      const known = beginnings.get(keys) ?? new Map<string, readonly PathStep[]>();
      beginnings.set(keys, known.set(conditionsOf(beginning), beginning));
    }
  }
  return (path) => {
    const others = [...(beginnings.get(keysOf(path))?.values() ?? [])];
    return others.length <= mostCompared && others.every((other) => reachesAllOrNone(other, path, types));
  };
}

function keysOf(path: readonly PathStep[]): string {
  return JSON.stringify(path.map(({ key }) => key));
}

/** The conditions on the last step are left out: equal entities are of one type. */
function conditionsOf(path: readonly PathStep[]): string {
  return JSON.stringify(path.slice(0, -1).map(({ types }) => types));
}

/** Whether `other`, which has the same keys, reaches all that is along `path`, or nothing of it. */
function reachesAllOrNone(
  other: readonly PathStep[],
  path: readonly PathStep[],
  types: TypeConditions,
): boolean {
  const above = path.slice(0, -1);
  return (
    above.every((step, at) => isCovered(step.types, other[at]?.types ?? [])) ||
    above.some((step, at) => isApart(step.types, other[at]?.types ?? [], types))
  );
}

type Conditions = PathStep['types'];

/** Whether what meets `narrow` meets `wide`. */
function isCovered(narrow: Conditions, wide: Conditions): boolean {
  return wide.every((names) => {
    const allowed = new Set(names);
    return narrow.some((some) => some.every((name) => allowed.has(name)));
  });
}

/** Whether nothing meets both. Only of object types is that said: what is of an interface may be of another, too. */
function isApart(some: Conditions, others: Conditions, types: TypeConditions): boolean {
  return others.some((otherNames) => {
    const excluded = new Set(otherNames);
    return (
      otherNames.every(types.isObjectType) &&
      some.some((names) => names.every((name) => types.isObjectType(name) && !excluded.has(name)))
    );
  });
}
