import type { PathField } from '../plan-steps.ts';
import type { TypeConditions } from '../type-conditions.ts';

/**
 * The largest number of paths that are compared with one path. If more paths have the same keys, the equal entities
 * along the path don't become one object. This costs only time: the answer is the same.
 */
const maxComparedPaths = 100;

export interface PlanPath {
  readonly fields: readonly PathField[];
  /**
   * A lookup may take values from objects above the entities (`@fromContext`). These objects are at most this many
   * fields above the end of the path. 0 if no values are taken.
   */
  readonly up: number;
}

/**
 * Returns a function that says whether equal entities along a path of the plan may become one object
 * (`collectEntities`). They may, unless another path of the plan leads to some of the objects along this path, but not
 * to all of them. The beginnings of longer paths are compared, too.
 *
 * The plan has the paths `cards → patron` and `cards (only LibraryCard) → patron`:
 * - Along the first path, equal patrons stay separate objects, because the second path leads to only some of them. The
 *   patron of a library card may equal the patron of a smart card. If they were one object, the lookup for the second
 *   path would fill both.
 * - Along the second path, equal patrons become one object, because the first path leads to all of them.
 *
 * A field with an argument from a context (`@fromContext`) depends on an object above it. The objects between that
 * object and the field stay separate. For example, equal shelves of two rooms have different labels if a label names
 * the room.
 */
export function shareablePaths(
  paths: readonly PlanPath[],
  types: TypeConditions,
): (path: readonly PathField[]) => boolean {
  /**
   * All beginnings of the paths, by the keys of their fields (`keysOf`), then by their type conditions
   * (`conditionsOf`).
   */
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

/** Whether `other`, a path with the same keys, leads to all objects along `path`, or to none of them. */
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
