import { isJsonObject, type JsonObject } from '../../json.ts';
import type {
  CoerceLeaf,
  CompleteValue,
  OwnField,
  ProjectedField,
  ProjectionContext,
  ValueCompletion,
} from './projection.ts';
import {
  reportBesideValues,
  reportInvalid,
  reportNestedIntrospection,
  reportUnknownType,
} from './report-errors.ts';

/** The object for the client, with its fields in the order of the selections. Undefined if it must become null. */
export function projectObject(
  fields: readonly ProjectedField[],
  source: JsonObject,
  context: ProjectionContext,
  depth: number,
): JsonObject | undefined {
  const object: JsonObject = {};
  context.budget.spendValues(fields.length);
  if (!context.responseErrors.failures.isEmpty) {
    reportBesideValues(fields, source, context, depth);
  }
  for (const field of fields) {
    if (field.kind === 'deferred') {
      defer(field, source, context, depth);
      continue;
    }
    context.budget.spendText(field.responseKey);
    // A fast path: most fields are valid leaves, which need no path.
    const leaf = field.kind === 'leaf' ? leafAt(source[field.key], field.coerce) : undefined;
    if (leaf !== undefined) {
      context.budget.spendLeaf(leaf);
      object[field.responseKey] = leaf;
      continue;
    }
    context.path[depth] = field.responseKey;
    const value = projectField(field, source, context, depth + 1);
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

function leafAt(value: unknown, coerce: CoerceLeaf): unknown {
  return value === undefined || value === null ? undefined : coerce(value);
}

/**
 * A deferred part has an id, a label and a path in addition to its data. They take as much of the budget as this many
 * values.
 */
const frameValues = 8;

function defer(
  { blocks, fields }: Extract<ProjectedField, { kind: 'deferred' }>,
  source: JsonObject,
  { budget, path, deferred }: ProjectionContext,
  depth: number,
): void {
  const pathHere = path.slice(0, depth);
  budget.spendValues(frameValues + depth);
  for (const text of [...pathHere, ...blocks.map(({ label }) => label)]) {
    budget.spendLeaf(text);
  }
  deferred.push({ blocks, fields, source, path: pathHere });
}

function projectField(
  field: OwnField,
  source: JsonObject,
  context: ProjectionContext,
  depth: number,
): unknown {
  switch (field.kind) {
    case 'value':
    case 'leaf':
      return projectAt(field, source, field.key, context, depth);
    case 'constant':
      return field.value;
    case 'denied':
      context.responseErrors.denied(field.deniedBy, context.path.slice(0, depth));
      return field.nonNull ? undefined : null;
    case 'typename':
      return projectTypename(field, source, context, depth);
    case 'introspection':
      return depth === 1
        ? (context.introspected[field.responseKey] ?? (field.nonNull ? undefined : null))
        : reportNestedIntrospection(field, context, depth);
    default: {
      const missed: never = field;
      return missed;
    }
  }
}

function projectTypename(
  { possible, coordinate }: Extract<ProjectedField, { kind: 'typename' }>,
  source: JsonObject,
  context: ProjectionContext,
  depth: number,
): string | undefined {
  const { __typename: typename } = source;
  if (typeof typename === 'string' && possible.has(typename)) {
    return typename;
  }
  return reportUnknownType(source, coordinate, context, depth);
}

/** Returns the client's value for a key of an object or a list. Undefined if the container must become null. */
function projectAt(
  completion: ValueCompletion,
  container: object,
  key: string | number,
  context: ProjectionContext,
  depth: number,
): unknown {
  const value: unknown = (container as Record<string | number, unknown>)[key];
  if (value === null || value === undefined) {
    return projectNull(completion, value, container, key, context, depth);
  }
  const completed = completion.complete(value, context, depth);
  return completed === undefined && !completion.nonNull ? null : completed;
}

/** Makes sure that every null in an answer either comes from a subgraph or has an error. */
function projectNull(
  completion: ValueCompletion,
  value: null | undefined,
  container: object,
  key: string | number,
  context: ProjectionContext,
  depth: number,
): null | undefined {
  const { responseErrors } = context;
  if (responseErrors.isFull) {
    return completion.nonNull ? undefined : null;
  }
  const failures = responseErrors.failures.at(container, key);
  if (failures.length > 0) {
    responseErrors.failed(failures, context.path.slice(0, depth), completion.clientPath);
  } else if (value === undefined) {
    responseErrors.invalid(`No subgraph answered ${completion.coordinate}.`, context.path.slice(0, depth));
  } else if (completion.nonNull) {
    responseErrors.invalid(
      `Cannot return null for non-nullable field ${completion.coordinate}.`,
      context.path.slice(0, depth),
    );
  }
  return completion.nonNull ? undefined : null;
}

/** Completes a list, item by item. Undefined if an item that can't be null has an error. */
export function projectItems(
  item: ValueCompletion,
  list: readonly unknown[],
  context: ProjectionContext,
  depth: number,
): unknown[] | undefined {
  context.budget.spendValues(list.length);
  // slice() allocates exactly as much as the items need.
  const items = list.slice();
  const { complete, nonNull } = item;
  const { responseErrors } = context;
  const besideValues = responseErrors.failures.isEmpty
    ? undefined
    : responseErrors.failures.besideValuesOf(list);
  const mayBeNull = !nonNull && responseErrors.failures.isEmpty;
  for (let index = 0; index < list.length; index++) {
    const value = list[index];
    if (value === null && mayBeNull) {
      continue;
    }
    context.path[depth] = index;
    if (besideValues !== undefined) {
      responseErrors.besideValue(besideValues.get(index) ?? [], context.path.slice(0, depth + 1));
    }
    const completed =
      value === null || value === undefined
        ? projectNull(item, value, list, index, context, depth + 1)
        : complete(value, context, depth + 1);
    if (completed === undefined && nonNull) {
      return undefined;
    }
    context.budget.spendLeaf(completed);
    items[index] = completed ?? null;
  }
  return items;
}

/** Returns a function that completes objects with this table of fields. */
export function objectCompleter(
  fields: readonly ProjectedField[],
  coordinate: string,
  expected: string,
): CompleteValue {
  return (value, context, depth) =>
    isJsonObject(value)
      ? projectShared(fields, value, context, depth)
      : reportInvalid(coordinate, expected, context, depth);
}

/**
 * Projects an object. If it is in `shared`, it may occur several times in the merged data. It is then projected once,
 * and the projection is used for every occurrence. If the answer has errors, the object is projected each time, because
 * the error at each occurrence has its own path.
 *
 * In `{ cards: [{ patron: P1 }, { patron: P1 }] }`, both cards have the same object P1. Their `patron` fields share one
 * projection if the same fields are selected on both. The projection is still written twice, so it takes its bytes of
 * the budget twice.
 */
export function projectShared(
  fields: readonly ProjectedField[],
  source: JsonObject,
  context: ProjectionContext,
  depth: number,
): JsonObject | undefined {
  const { shared, responseErrors, budget } = context;
  const latest = shared.size === 0 ? undefined : shared.get(source);
  if (latest?.fields === fields) {
    budget.spend(latest.bytes);
    return latest.object;
  }
  const { leftBytes } = budget;
  const object = projectObject(fields, source, context, depth);
  if (latest !== undefined && object !== undefined && responseErrors.errors.length === 0) {
    shared.set(source, { fields, object, bytes: leftBytes - budget.leftBytes });
  }
  return object;
}
