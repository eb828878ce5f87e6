import type { PathField } from '../steps.ts';
import type { TypeConditions } from '../type-conditions.ts';

/**
 * The largest number of paths with the same keys that are compared with one path. If there are more, nothing is shared.
 * Sharing only saves time, so the answer is the same.
 */
const maxComparedPaths = 100;

export interface PlanPath {
  readonly fields: readonly PathField[];
  /**
   * The end of the path depends on values of objects that are at most this many fields above it. 0 if there are no such
   * values.
   */
  readonly up: number;
}

/**
 * Returns, for each path of a plan, whether equal entities along it may become one object (`collectEntities`). They may
 * become one object if every other path of the plan reaches either all objects along this path or none of them. Longer
 * paths are compared, too.
 *
 * The plan has the paths `cards → patron` and `cards (only LibraryCard) → patron`:
 * - Along the first, nothing is shared. The second path reaches only some of its patrons. The patron of a library card
 *   may equal the patron of a smart card. If they were one object, the second lookup would fill both.
 * - Along the second, equal patrons are shared. The first path reaches all of them.
 *
 * A field that takes the value of a context depends on the object that sets the context. So no object between that
 * object and the field is shared: equal shelves of two rooms have different labels if a label names the room.
 */
export function shareablePaths(
  paths: readonly PlanPath[],
  types: TypeConditions,
): (path: readonly PathField[]) => boolean {
  /** The prefixes of all paths, by their fields' keys (`keysOf`) and then by their type conditions (`conditionsOf`). */
  const prefixes = new Map<string, Map<string, readonly PathField[]>>();
  const dependent = new Set<string>();
  for (const { fields, up } of paths) {
    for (let length = 1; length <= fields.length; length++) {
      const prefix = fields.slice(0, length);
      const keys = keysOf(prefix);
      if (length > fields.length - up) {
        dependent.add(keys);
      }
      const sameKeys = prefixes.get(keys) ?? new Map<string, readonly PathField[]>();
      prefixes.set(keys, sameKeys.set(conditionsOf(prefix), prefix));
    }
  }
  return (path) => {
    const keys = keysOf(path);
    const others = [...(prefixes.get(keys)?.values() ?? [])];
    return (
      !dependent.has(keys) &&
      others.length <= maxComparedPaths &&
      others.every((other) => reachesAllOrNone(other, path, types))
    );
  };
}

function keysOf(path: readonly PathField[]): string {
  return JSON.stringify(path.map(({ key }) => key));
}

/**
 * The type conditions of a path, without the conditions of its last field. The last field's conditions make no
 * difference, because equal entities have the same type.
 */
function conditionsOf(path: readonly PathField[]): string {
  return JSON.stringify(path.slice(0, -1).map(({ types }) => types));
}

/** Whether `other`, which has the same keys, reaches all objects along `path`, or none of them. */
function reachesAllOrNone(
  other: readonly PathField[],
  path: readonly PathField[],
  types: TypeConditions,
): boolean {
  const parents = path.slice(0, -1);
  return (
    parents.every((parent, depth) => isAtLeastAsNarrow(parent.types, other[depth]?.types ?? [])) ||
    parents.some((parent, depth) => areDisjoint(parent.types, other[depth]?.types ?? [], types))
  );
}

type Conditions = PathField['types'];

/** Whether every object that satisfies `conditions` satisfies `others`. */
function isAtLeastAsNarrow(conditions: Conditions, others: Conditions): boolean {
  return others.every((otherNames) => {
    const allowed = new Set(otherNames);
    return conditions.some((names) => names.every((name) => allowed.has(name)));
  });
}

/**
 * Whether no object can satisfy both `conditions` and `others`. Only object types are compared: an object of one
 * interface may also have another interface.
 */
function areDisjoint(conditions: Conditions, others: Conditions, types: TypeConditions): boolean {
  return others.some((otherNames) => {
    const excluded = new Set(otherNames);
    return (
      otherNames.every(types.isObjectType) &&
      conditions.some((names) => names.every((name) => types.isObjectType(name) && !excluded.has(name)))
    );
  });
}
