import type { ReadLeaf } from '../compile/leaf.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { Complete, Position, ProjectedField, Projecting } from '../projection.ts';

/** An object as the client gets it, or undefined where it has to be null. */
export function projectObject(
  fields: readonly ProjectedField[],
  source: JsonObject,
  projecting: Projecting,
  depth: number,
): JsonObject | undefined {
  const object: JsonObject = {};
  projecting.budget.spendValues(fields.length);
  for (const field of fields) {
    // Most fields are leaves that are what they should be: those need no path.
    const leaf = field.kind === 'leaf' ? leafAt(source[field.key], field.read) : undefined;
    if (leaf !== undefined) {
      projecting.budget.spendLeaf(leaf);
      object[field.responseKey] = leaf;
      continue;
    }
    projecting.path[depth] = field.responseKey;
    const value = projectField(field, source, projecting, depth + 1);
    if (value === undefined) {
      return undefined;
    }
    if (field.responseKey === '__proto__') {
      Object.defineProperty(object, '__proto__', {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else {
      object[field.responseKey] = value;
    }
  }
  return object;
}

function leafAt(value: unknown, read: ReadLeaf): unknown {
  return value === undefined || value === null ? undefined : read(value);
}

function projectField(
  field: ProjectedField,
  source: JsonObject,
  projecting: Projecting,
  depth: number,
): unknown {
  switch (field.kind) {
    case 'value':
    case 'leaf':
      return projectAt(field, source, field.key, projecting, depth);
    case 'constant':
      return field.value;
    case 'denied':
      projecting.responseErrors.denied(field.deniedBy, projecting.path.slice(0, depth));
      return field.nonNull ? undefined : null;
    case 'typename':
      return projectTypename(field, source, projecting, depth);
    case 'introspection':
      return depth === 1
        ? (projecting.introspected[field.responseKey] ?? null)
        : refuseIntrospection(field, projecting, depth);
    default: {
      const missed: never = field;
      return missed;
    }
  }
}

function projectTypename(
  { possible, coordinate }: Extract<ProjectedField, { kind: 'typename' }>,
  source: JsonObject,
  projecting: Projecting,
  depth: number,
): string | undefined {
  const { __typename: typename } = source;
  if (typeof typename === 'string' && possible.has(typename)) {
    return typename;
  }
  return unknownType(source, coordinate, projecting, depth);
}

/** The root of queries may be reached again, but of the schema only the operation's own root tells. */
function refuseIntrospection(
  { key, nonNull }: Extract<ProjectedField, { kind: 'introspection' }>,
  projecting: Projecting,
  depth: number,
): null | undefined {
  projecting.responseErrors.unsupported(
    `${key} is answered at the root of a query alone.`,
    projecting.path.slice(0, depth),
  );
  return nonNull ? undefined : null;
}

/** An object does not say what it is: the fetch that would have told it of an @interfaceObject may have failed. */
export function unknownType(
  source: JsonObject,
  coordinate: string,
  projecting: Projecting,
  depth: number,
): undefined {
  const failed = projecting.responseErrors.failures.at(source, '__typename');
  if (failed.length === 0) {
    return refuse(coordinate, 'that its schema has', projecting, depth);
  }
  projecting.responseErrors.failed(failed, projecting.path.slice(0, depth), () => []);
  return undefined;
}

/** What stands at a key of an object or a list; undefined where that has to make its container null. */
function projectAt(
  position: Position,
  container: object,
  key: string | number,
  projecting: Projecting,
  depth: number,
): unknown {
  const value: unknown = (container as Record<string | number, unknown>)[key];
  if (value === null || value === undefined) {
    return projectNull(position, value, container, key, projecting, depth);
  }
  const completed = position.complete(value, projecting, depth);
  return completed === undefined && !position.nonNull ? null : completed;
}

/** Every null is what a subgraph said, or has an error. */
function projectNull(
  position: Position,
  value: null | undefined,
  container: object,
  key: string | number,
  projecting: Projecting,
  depth: number,
): null | undefined {
  const { responseErrors } = projecting;
  if (responseErrors.isFull) {
    return position.nonNull ? undefined : null;
  }
  const failed = responseErrors.failures.at(container, key);
  if (failed.length > 0) {
    responseErrors.failed(failed, projecting.path.slice(0, depth), position.below);
  } else if (value === undefined) {
    responseErrors.invalid(`No subgraph answered ${position.coordinate}.`, projecting.path.slice(0, depth));
  } else if (position.nonNull) {
    responseErrors.invalid(
      `Cannot return null for non-nullable field ${position.coordinate}.`,
      projecting.path.slice(0, depth),
    );
  }
  return position.nonNull ? undefined : null;
}

/** Completes a list, item for item. */
export function projectItems(
  item: Position,
  list: readonly unknown[],
  projecting: Projecting,
  depth: number,
): unknown[] | undefined {
  projecting.budget.spendValues(list.length);
  // A copy has room for just these items.
  const items = list.slice();
  const { complete, nonNull } = item;
  const { responseErrors } = projecting;
  const mayBeNull = !nonNull && responseErrors.failures.empty;
  for (let index = 0; index < list.length; index++) {
    const value = list[index];
    if (value === null && mayBeNull) {
      continue;
    }
    if (responseErrors.isFull) {
      // Nobody reads what is wrong with so many: the rest is given up.
      return nonNull ? undefined : items.fill(null, index);
    }
    projecting.path[depth] = index;
    const completed =
      value === null || value === undefined
        ? projectNull(item, value, list, index, projecting, depth + 1)
        : complete(value, projecting, depth + 1);
    if (completed === undefined && nonNull) {
      return undefined;
    }
    projecting.budget.spendLeaf(completed);
    items[index] = completed ?? null;
  }
  return items;
}

/** The value is not what the schema says: null, with an error that tells what was wanted but not what came (R30). */
export function refuse(coordinate: string, wanted: string, projecting: Projecting, depth: number): undefined {
  if (projecting.responseErrors.isFull) {
    return undefined;
  }
  projecting.responseErrors.invalid(
    `The answer for ${coordinate} is not of the type ${wanted}.`,
    projecting.path.slice(0, depth),
  );
  return undefined;
}

/** Completes an object whose type is known. */
export function objectCompleter(
  fields: readonly ProjectedField[],
  coordinate: string,
  wanted: string,
): Complete {
  return (value, projecting, depth) =>
    isJsonObject(value)
      ? projectShared(fields, value, projecting, depth)
      : refuse(coordinate, wanted, projecting, depth);
}

/**
 * An object that stands in many places is projected once: its projection is in the answer as often as the object is. Not
 * where there were errors, for an error has a path.
 */
export function projectShared(
  fields: readonly ProjectedField[],
  source: JsonObject,
  projecting: Projecting,
  depth: number,
): JsonObject | undefined {
  const { shared, responseErrors, budget } = projecting;
  const before = shared.size === 0 ? undefined : shared.get(source);
  if (before?.fields === fields) {
    budget.spend(before.bytes);
    return before.object;
  }
  const { left } = budget;
  const object = projectObject(fields, source, projecting, depth);
  if (before !== undefined && object !== undefined && responseErrors.errors.length === 0) {
    shared.set(source, { fields, object, bytes: left - budget.left });
  }
  return object;
}
