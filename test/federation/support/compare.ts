import {
  execute,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
} from 'graphql';
import { expect } from 'vitest';
import type { GraphQLResult } from '../../../gateway/engine/request.ts';

/** One schema without federation that has the data of all subgraphs. The gateway is compared with it. */
export interface Monolith {
  readonly schema: GraphQLSchema;
  readonly rootValue: unknown;
  readonly fieldResolver?: GraphQLFieldResolver<unknown, unknown>;
}

/** Expects the answer that graphql-js gives with the monolith. `report` is printed if the answers differ. */
export async function expectSame(
  answer: GraphQLResult,
  query: string,
  variables: Record<string, unknown>,
  monolith: Monolith,
  report: string,
): Promise<void> {
  const expected = await execute({ ...monolith, document: parse(query), variableValues: variables });
  // The data is compared as text, because the order of keys is part of the answer.
  expect(JSON.stringify(answer.data, null, 1), `${report}\n${JSON.stringify(answer.errors)}`).toBe(
    JSON.stringify(expected.data, null, 1),
  );
  expect(explainedNulls(answer as FormattedExecutionResult), report).toEqual(
    explainedNulls(expected as FormattedExecutionResult & { errors?: GraphQLError[] }),
  );
}

/**
 * The paths of the nulls that errors caused. If there are several errors below one null, an implementation may report
 * any of them (GraphQL specification, section 6.4.4). So errors are compared by the null that they caused.
 */
export function explainedNulls({ data, errors = [] }: FormattedExecutionResult): string[] {
  const nulls = errors.map(({ path = [] }) => {
    let value: unknown = data;
    const pathToNull: (string | number)[] = [];
    for (const key of path) {
      if (value === null || value === undefined) {
        break;
      }
      value = Reflect.get(Object(value), key);
      pathToNull.push(key);
    }
    return pathToNull.join('.');
  });
  return [...new Set(nulls)].sort();
}
