import type { GraphQLError } from 'graphql';
import { badInput } from '../../runtime/pagination.ts';

/**
 * The amendment that an input of the graph requests. In the input, null means absent, because many clients send null
 * for fields that were not set (decision 48). Only `clear` clears a field. In the amendment, null clears a field.
 *
 * @example
 * // { telephone: '21113333', email: null }, clear null        becomes { telephone: '21113333' }
 * // { telephone: null, email: null }, clear ['EMAIL']         becomes { email: null }
 *
 * @param fieldOf the field that each value of `clear` stands for
 * @throws GraphQLError BAD_USER_INPUT if a field is given and is to be cleared.
 */
export function amendmentOf<Amendment extends object, Name extends string>(
  input: Amendment,
  clear: readonly Name[] | null | undefined,
  fieldOf: Readonly<Record<Name, keyof Amendment & string>>,
): Amendment {
  const given = Object.entries(input).filter(([, value]) => value !== null);
  const cleared = (clear ?? []).map((name) => fieldOf[name]);
  const both = cleared.find((field) => given.some(([name]) => name === field));
  if (both !== undefined) {
    throw givenAndCleared(both);
  }
  return Object.fromEntries([...given, ...cleared.map((field) => [field, null])]) as Amendment;
}

export const givenAndCleared = (field: string): GraphQLError =>
  badInput(`\`${field}\` is given, and \`clear\` names it: do one of the two.`);
