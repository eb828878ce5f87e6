import {
  execute,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  parse,
} from 'graphql';
import { expect } from 'vitest';
import type { EngineAnswer } from '../../../gateway/engine/engine.ts';

/** The clients' schema over the same objects, without federation. */
export interface Monolith {
  readonly schema: GraphQLSchema;
  readonly rootValue: unknown;
}

/** Expects what graphql-js answers over the whole. `told` is said where it differs. */
export async function expectSame(
  answer: EngineAnswer,
  query: string,
  variables: Record<string, unknown>,
  { schema, rootValue }: Monolith,
  told: string,
): Promise<void> {
  const expected = await execute({ schema, document: parse(query), rootValue, variableValues: variables });
  // As text: the order of keys is part of the answer.
  expect(JSON.stringify(answer.data, null, 1), `${told}\n${JSON.stringify(answer.errors)}`).toBe(
    JSON.stringify(expected.data, null, 1),
  );
  expect(explainedNulls(answer as FormattedExecutionResult), told).toEqual(
    explainedNulls(expected as FormattedExecutionResult & { errors?: GraphQLError[] }),
  );
}

/**
 * The nulls that errors account for. Of several errors below one null, any may be told (section 6.4.4 of the
 * specification), so each counts as the null that it led to.
 */
export function explainedNulls({ data, errors = [] }: FormattedExecutionResult): string[] {
  const nulls = errors.map(({ path = [] }) => {
    let value: unknown = data;
    const taken: (string | number)[] = [];
    for (const key of path) {
      if (value === null || value === undefined) {
        break;
      }
      value = Reflect.get(Object(value), key);
      taken.push(key);
    }
    return taken.join('.');
  });
  return [...new Set(nulls)].sort();
}
