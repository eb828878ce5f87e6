import type { JsonObject } from '../../json.ts';
import { type Failure, type Failures, itself } from '../failures.ts';

type Key = string | number;

/** A value of the merged data that is visited, with its key in its parent. */
interface VisitedValue {
  readonly value: object;
  readonly key: Key;
  readonly parent: VisitedValue | null;
}

/**
 * Finds the path in the merged data at which each failure of `sought` occurred. If a failure explains several values,
 * the result is the path of the first one. A failure has no path if another fetch has returned the value.
 *
 * In `{ people: [{ id: [1], quota: undefined }] }`, the person becomes null because of the `id`. So nothing reports the
 * failure of the `quota`. Its path is `people, 0, quota`.
 *
 * The data may be nested more deeply than the operation. So the function uses a loop and no recursion.
 */
export function locateFailures(
  data: JsonObject,
  failures: Failures,
  sought: ReadonlySet<Failure>,
): ReadonlyMap<Failure, readonly Key[]> {
  const paths = new Map<Failure, readonly Key[]>();
  const seen = new Set<object>([data]);
  const visited: VisitedValue[] = [{ value: data, key: '', parent: null }];
  for (const current of visited) {
    for (const { failure, key, pathBelow } of failures.of(current.value)) {
      if (sought.has(failure) && !paths.has(failure)) {
        const path = pathTo(current);
        paths.set(failure, key === itself ? path : [...path, key, ...pathBelow]);
      }
    }
    if (paths.size === sought.size) {
      break;
    }
    for (const [key, value] of Object.entries(current.value)) {
      if (typeof value === 'object' && value !== null && !seen.has(value)) {
        seen.add(value);
        visited.push({ value, key: Array.isArray(current.value) ? Number(key) : key, parent: current });
      }
    }
  }
  return paths;
}

function pathTo(visited: VisitedValue): readonly Key[] {
  const keys: Key[] = [];
  for (let { key, parent } = visited; parent !== null; { key, parent } = parent) {
    keys.push(key);
  }
  return keys.reverse();
}
