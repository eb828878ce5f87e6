import type { JsonObject } from '../../json.ts';
import { hasField, type Shape } from '../../response-shape.ts';
import type { TypeConditions } from '../../type-conditions.ts';
import type { Failures } from '../failures.ts';
import type { LocatedError } from './ask-subgraph.ts';

/**
 * Records a subgraph's error at the null that it led to. `path` starts in `data` and uses the answer's own response
 * keys, so call this before keys are renamed and before anything is merged. If the path leads to an object instead of a
 * null, or to a field that was not selected, the error is recorded at all fields of the last object on the way. It takes
 * effect where one of them is missing. An error at a leaf that has a value is dropped.
 *
 * With `{ me: { name: null } }` and the path `me, name, english`, the error is recorded at `name` of the object `me`,
 * and `english` is kept as the path below that null.
 */
export function recordError(
  data: JsonObject,
  shape: Shape,
  { failure }: LocatedError,
  path: readonly (string | number)[],
  failures: Failures,
  types: TypeConditions,
): void {
  let container: JsonObject | unknown[] = data;
  let containerShape: Shape = shape;
  for (const [depth, segment] of path.entries()) {
    let key: string | number;
    let valueShape: Shape | undefined = containerShape;
    if (Array.isArray(container)) {
      key = Number(segment);
    } else {
      const typename: unknown = container.__typename;
      const field = containerShape.fields.find(
        (candidate) => candidate.responseKey === segment && hasField(candidate, typename, types),
      );
      if (field === undefined) {
        break;
      }
      key = field.key;
      valueShape = field.shape;
    }
    const value: unknown = (container as Record<string | number, unknown>)[segment];
    if (value === null || value === undefined) {
      failures.record(container, key, valueShape, failure, inDataKeys(path.slice(depth + 1), valueShape));
      return;
    }
    if (valueShape === undefined || typeof value !== 'object') {
      return;
    }
    container = value as JsonObject | unknown[];
    containerShape = valueShape;
  }
  if (!Array.isArray(container)) {
    failures.recordAll(container, containerShape, failure);
  }
}

/**
 * Translates a path from the answer's response keys into keys of the merged data. The result ends before the first key that
 * was not selected. If the plan's alias `_alias_0` stands for `id`, the path `author, _alias_0` becomes `author, id`.
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
