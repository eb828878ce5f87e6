import type { FormattedExecutionResult } from 'graphql';
import { explainedNulls } from '../market/compare.ts';
import { isObject } from '../supergraphs/graph.ts';

/** Where data is other than it should be, but for nulls that errors account for. */
export function differences(answer: FormattedExecutionResult, expected: unknown): readonly string[] {
  return differ(answer.data, expected, [], new Set(explainedNulls(answer)));
}

function differ(
  data: unknown,
  expected: unknown,
  path: readonly (string | number)[],
  explained: ReadonlySet<string>,
): readonly string[] {
  if (Array.isArray(data) && Array.isArray(expected) && data.length === expected.length) {
    return data.flatMap((item, at) => differ(item, expected[at], [...path, at], explained));
  }
  if (isObject(data) && isObject(expected) && String(Object.keys(data)) === String(Object.keys(expected))) {
    return Object.entries(data).flatMap(([key, value]) =>
      differ(value, expected[key], [...path, key], explained),
    );
  }
  const isSame = data === expected || (data === null && explained.has(path.join('.')));
  return isSame ? [] : [`${path.join('.')}: ${JSON.stringify(data)}, not ${JSON.stringify(expected)}`];
}
