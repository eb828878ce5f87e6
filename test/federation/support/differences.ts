import type { FormattedExecutionResult } from 'graphql';
import { isObject } from '../supergraphs/supergraph.ts';
import { explainedNulls } from './compare.ts';

/** The paths at which the data differs from the expected data, except for nulls that errors caused. */
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
    return data.flatMap((item, index) => differ(item, expected[index], [...path, index], explained));
  }
  if (isObject(data) && isObject(expected) && String(Object.keys(data)) === String(Object.keys(expected))) {
    return Object.entries(data).flatMap(([key, value]) =>
      differ(value, expected[key], [...path, key], explained),
    );
  }
  const isSame = data === expected || (data === null && explained.has(path.join('.')));
  return isSame ? [] : [`${path.join('.')}: ${JSON.stringify(data)}, not ${JSON.stringify(expected)}`];
}
