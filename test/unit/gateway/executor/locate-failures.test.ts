import { buildSchema, parse, printSchema } from 'graphql';
import { expect, test } from 'vitest';
import { locateFailures } from '../../../../gateway/executor/run/answer/locate-failures.ts';
import { type Failure, Failures } from '../../../../gateway/executor/run/failures.ts';
import { typeConditionsOf } from '../../../../gateway/executor/type-conditions.ts';

const types = typeConditionsOf(parse(printSchema(buildSchema('type Query { name: String }'))));

test('the path of a failure is found however deep the data are nested', () => {
  const depth = 50_000;
  const deepest = { name: null };
  let value: object = deepest;
  for (let level = 0; level < depth; level++) {
    value = [value];
  }
  const failure: Failure = { message: 'Unknown.', extensions: { code: 'SUBGRAPH_ERROR' } };
  const failures = new Failures(types);
  failures.record(deepest, 'name', undefined, failure);
  const place = locateFailures({ lists: value }, failures, new Set([failure])).get(failure);
  expect(place).toHaveLength(depth + 2);
  expect([place?.[0], place?.at(-2), place?.at(-1)]).toEqual(['lists', 0, 'name']);
});
