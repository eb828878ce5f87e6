import type { JsonObject } from '../../json.ts';
import { hasField, type Shape } from '../../response-shape.ts';
import type { TypeConditions } from '../../type-conditions.ts';
import { type Failures, itself } from '../failures.ts';
import type { LocatedError } from './ask-subgraph.ts';

/**
 * The largest number of errors that are recorded at each field of a failed fetch. A few errors explain a null well
 * enough.
 */
export const maxReasons = 3;

type Container = JsonObject | unknown[];

/**
 * Records a subgraph's error in `data`, at the value that its path names. `path` uses the answer's own response keys,
 * so call this before keys are renamed and before anything is merged.
 *
 * - If the path leads to a null or a missing field, the error explains it. With `{ me: { name: null } }` and the path
 *   `me, name, english`, the error is recorded at `name` of the object `me`. `english` is kept as the path below that
 *   null.
 * - If the path leads to a value, the error is recorded in addition to the value.
 * - If the path leads to a field that was not selected, the error is recorded in addition to the last value on the
 *   path.
 * - Without a path, the error explains all missing fields of `data`, or belongs to `data` if none is missing.
 */
export function recordError(
  data: JsonObject,
  shape: Shape,
  { failure }: Pick<LocatedError, 'failure'>,
  path: readonly (string | number)[],
  failures: Failures,
  types: TypeConditions,
): void {
  let container: Container = data;
  let containerShape: Shape | undefined = shape;
  let besideValue = (): void => recordAtRoot(data, shape, failure, failures, types);
  for (const [depth, segment] of path.entries()) {
    const found = childOf(container, containerShape, segment, types);
    if (found === undefined) {
      break;
    }
    const { key, shape: valueShape, value } = found;
    if (value === null || value === undefined) {
      failures.record(container, key, valueShape, failure, inDataKeys(path.slice(depth + 1), valueShape));
      return;
    }
    const parent = container;
    besideValue = () => failures.recordBesideValue(parent, key, failure);
    if (typeof value !== 'object') {
      break;
    }
    container = value as Container;
    containerShape = valueShape;
  }
  besideValue();
}

/** The list index in a segment of a path. Some servers write it as text. NaN if the segment is not an index. */
export function indexOf(segment: string | number | undefined): number {
  return typeof segment === 'string' && !/^\d+$/.test(segment) ? Number.NaN : Number(segment);
}

/** The value at a segment of a path. Undefined if the field was not selected, or the list has no such item. */
function childOf(
  container: Container,
  shape: Shape | undefined,
  segment: string | number,
  types: TypeConditions,
): { readonly key: string | number; readonly shape: Shape | undefined; readonly value: unknown } | undefined {
  if (Array.isArray(container)) {
    const index = indexOf(segment);
    return index in container ? { key: index, shape, value: container[index] } : undefined;
  }
  const { __typename: typename } = container;
  const field = shape?.fields.find(
    (candidate) => candidate.responseKey === segment && hasField(candidate, typename, types),
  );
  return field === undefined
    ? undefined
    : { key: field.key, shape: field.shape, value: container[field.responseKey] };
}

/** Records an error about all of `data`. The error explains all fields that are missing in `data`, if there are any. */
function recordAtRoot(
  data: JsonObject,
  { fields }: Shape,
  failure: LocatedError['failure'],
  failures: Failures,
  types: TypeConditions,
): void {
  const missing = fields.filter(
    (field) => data[field.responseKey] === undefined && hasField(field, data.__typename, types),
  );
  for (const { key, shape } of missing) {
    failures.record(data, key, shape, failure);
  }
  if (missing.length === 0) {
    failures.recordBesideValue(data, itself, failure);
  }
}

/**
 * Translates a path from the answer's response keys to keys of the merged data. The result ends before the first key
 * that was not selected. If the plan's alias `_alias_0` replaces `id`, the path `author, _alias_0` becomes `author,
 * id`.
 */
export function inDataKeys(
  path: readonly (string | number)[],
  shape: Shape | undefined,
): (string | number)[] {
  const translated: (string | number)[] = [];
  let containerShape = shape;
  for (const segment of path) {
    if (typeof segment === 'number') {
      translated.push(segment);
      continue;
    }
    const field = containerShape?.fields.find(({ responseKey }) => responseKey === segment);
    if (field === undefined) {
      break;
    }
    translated.push(field.key);
    containerShape = field.shape;
  }
  return translated;
}
