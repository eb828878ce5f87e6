/** Subgraphs that fail, and the differences that their failures explain. */
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { type FetchSubgraph, SubgraphFailure } from '../../../gateway/executor/index.ts';
import { explainedNulls } from './compare.ts';

/** Subgraphs that answer late, or not at all. */
export function faulty(fetch: FetchSubgraph, random: () => number): FetchSubgraph {
  return async (request) => {
    const drawn = random();
    if (drawn < 0.5) {
      await new Promise((resolve) => setTimeout(resolve, drawn * 4));
    }
    if (drawn > 0.9) {
      throw new SubgraphFailure(request.subgraph, drawn > 0.95 ? 'SUBGRAPH_TIMEOUT' : 'SUBGRAPH_UNAVAILABLE');
    }
    const answer = await fetch(request);
    return drawn > 0.85 ? { ...answer, errors: [...(answer.errors ?? []), { message: 'put' }] } : answer;
  };
}

export interface ComparedAnswer {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
  /** The paths of deferred blocks that have failed. */
  readonly failed?: readonly (readonly (string | number)[])[];
}

/**
 * The paths at which an answer differs from the answer of one schema without a reason. A failed block has no data. A
 * null that an error caused may be nearer to the error than in the plain answer, because it ends at its block.
 */
export function unexplained(answer: ComparedAnswer, plain: FormattedExecutionResult): readonly string[] {
  const { data, errors = [], failed = [] } = answer;
  const ofPlain = new Set(explainedNulls(plain));
  const ofAnswer = new Set(explainedNulls({ data: data ?? null, errors }));
  const isFailed = (path: string) => failed.some((prefix) => path.startsWith(prefix.join('.')));
  const differ = (value: unknown, expected: unknown, path: string): readonly string[] => {
    if ((expected === null && ofPlain.has(path)) || (value === null && ofAnswer.has(path))) {
      return [];
    }
    if (value === undefined && isFailed(path)) {
      return [];
    }
    if (Array.isArray(value) && Array.isArray(expected) && value.length === expected.length) {
      return value.flatMap((item, index) => differ(item, expected[index], below(path, index)));
    }
    if (isObject(value) && isObject(expected)) {
      const keys = new Set([...Object.keys(value), ...Object.keys(expected)]);
      return [...keys].flatMap((key) =>
        differ(ownValue(value, key), ownValue(expected, key), below(path, key)),
      );
    }
    return value === expected ? [] : [`${path}: ${JSON.stringify(value)}, not ${JSON.stringify(expected)}`];
  };
  return differ(data, plain.data, '');
}

const below = (path: string, key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);

/** A response key may be a property of every JavaScript object, such as `constructor`. */
const ownValue = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
