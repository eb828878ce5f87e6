import { isJsonObject, type JsonObject } from '../json.ts';
import type { RequiredSelection, Rewrite } from '../plan.ts';
import type { TypeConditions } from '../type-conditions.ts';
import type { Failure, Failures } from './failures.ts';

/** What stands in the way of a representation: the failures of what it requires; none where that is just not there. */
export class MissingValue {
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    this.failures = failures;
  }
}

const missing = new MissingValue([]);

/** That a subgraph has null for a field of each key: the entity is none that can be looked up, and that is no failure. */
export const noReference = Symbol('no reference');

/** How the entities of one lookup are represented. */
export interface Representing {
  readonly requires: readonly RequiredSelection[];
  readonly types: TypeConditions;
}

/** `entity` as the subgraph is to know it, before rewriting. */
export function buildRepresentation(
  entity: JsonObject,
  { requires, types }: Representing,
  failures: Failures,
): JsonObject | MissingValue | typeof noReference {
  const representation: JsonObject = {};
  const blocked = fill(representation, entity, requires, types, failures);
  if (blocked !== undefined) {
    return blocked;
  }
  if (typeof representation.__typename !== 'string') {
    return missing;
  }
  return isReference(entity, requires, types) ? representation : noReference;
}

/** Whether one of the keys has no null in it. */
function isReference(
  entity: JsonObject,
  requires: readonly RequiredSelection[],
  types: TypeConditions,
): boolean {
  const keys = requires.flatMap((selection) =>
    selection.kind === 'fragment' && types.matches(selection.typeCondition, entity.__typename)
      ? (selection.keys ?? [])
      : [],
  );
  return keys.length === 0 || keys.some((key) => isWhole(entity, key));
}

function isWhole(value: unknown, selections: readonly RequiredSelection[]): boolean {
  if (Array.isArray(value)) {
    return value.every((item) => isWhole(item, selections));
  }
  return (
    isJsonObject(value) &&
    selections.every((selection) => {
      if (selection.kind === 'fragment') {
        return true;
      }
      const field = value[selection.key];
      return selection.selections === undefined
        ? field !== null && field !== undefined
        : isWhole(field, selection.selections);
    })
  );
}

/** Changes a representation as the plan says. */
export function applyRewrites(
  representation: JsonObject,
  rewrites: readonly Rewrite[],
  types: TypeConditions,
): void {
  for (const rewrite of rewrites) {
    applyRewrite(representation, rewrite, 0, types);
  }
}

function fill(
  into: JsonObject,
  source: JsonObject,
  selections: readonly RequiredSelection[],
  types: TypeConditions,
  failures: Failures,
): MissingValue | undefined {
  for (const selection of selections) {
    if (selection.kind === 'fragment') {
      if (types.matches(selection.typeCondition, source.__typename)) {
        const blocked = fill(into, source, requiredOf(selection, source), types, failures);
        if (blocked !== undefined) {
          return blocked;
        }
      }
      continue;
    }
    const value = valueAt(source, selection.key, selection.selections, types, failures);
    if (value instanceof MissingValue) {
      return value;
    }
    into[selection.name] = value;
  }
  return undefined;
}

/**
 * What an entity must have, of what is required of all that are looked up with it: one key is enough. Paths that are looked
 * up together may have been given different ones.
 *
 * With `id` and `k` as keys, `{ k: "1" }` is represented by `k`; `{ id: "1", k: "1" }` by both.
 */
function requiredOf(
  { selections, keys = [] }: Extract<RequiredSelection, { kind: 'fragment' }>,
  entity: JsonObject,
): readonly RequiredSelection[] {
  const isThere = (selection: RequiredSelection) =>
    selection.kind === 'fragment' || entity[selection.key] !== undefined;
  if (keys.length < 2 || selections.every(isThere) || !keys.some((key) => isWhole(entity, key))) {
    return selections;
  }
  const keyFields = new Set(keys.flat().flatMap((field) => (field.kind === 'field' ? [field.key] : [])));
  return selections.filter(
    (selection) => isThere(selection) || (selection.kind === 'field' && !keyFields.has(selection.key)),
  );
}

function valueAt(
  container: object,
  key: string | number,
  selections: readonly RequiredSelection[] | undefined,
  types: TypeConditions,
  failures: Failures,
): unknown {
  const value: unknown = (container as Record<string | number, unknown>)[key];
  if (value === undefined || value === null) {
    const failed = failures.empty ? [] : failures.at(container, key);
    if (failed.length > 0) {
      return new MissingValue(failed.map(({ failure }) => failure));
    }
    return value === null ? null : missing;
  }
  if (Array.isArray(value)) {
    return itemsOf(value, selections, types, failures);
  }
  if (selections === undefined) {
    return value;
  }
  if (!isJsonObject(value)) {
    return missing;
  }
  const into: JsonObject = {};
  // Whoever is told what only some types have is told which of them it is.
  if (typeof value.__typename === 'string' && selections.some(({ kind }) => kind === 'fragment')) {
    into.__typename = value.__typename;
  }
  return fill(into, value, selections, types, failures) ?? into;
}

function itemsOf(
  list: unknown[],
  selections: readonly RequiredSelection[] | undefined,
  types: TypeConditions,
  failures: Failures,
): unknown {
  if (selections === undefined && failures.empty) {
    return list;
  }
  const items: unknown[] = [];
  for (const index of list.keys()) {
    const item = valueAt(list, index, selections, types, failures);
    if (item instanceof MissingValue) {
      return item;
    }
    items.push(item);
  }
  return items;
}

function applyRewrite(target: JsonObject, rewrite: Rewrite, at: number, types: TypeConditions): void {
  const segment = rewrite.path[at];
  if (segment === undefined) {
    return;
  }
  if (segment.kind === 'types') {
    const typename = target.__typename;
    if (segment.names.some((name) => types.matches(name, typename))) {
      applyRewrite(target, rewrite, at + 1, types);
    }
    return;
  }
  const value = target[segment.key];
  if (at < rewrite.path.length - 1) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (isJsonObject(item)) {
        applyRewrite(item, rewrite, at + 1, types);
      }
    }
  } else if (rewrite.kind === 'set') {
    target[segment.key] = rewrite.value;
  } else if (value !== undefined) {
    target[rewrite.to] = value;
    delete target[segment.key];
  }
}
