import { expect, test } from 'vitest';
import { classFor, classOfFields } from '../../../../gateway/access/operation-class.ts';
import type { CallClass } from '../../../../platform/priority/call-classes.ts';

test.each<[string, string[], CallClass]>([
  ['lending', ['Mutation.checkOut', 'Mutation', 'CheckOutPayload'], 'lending'],
  ["a reader's home page", ['Query.me', 'Query', 'Patron.loans', 'Loan.item'], 'reader'],
  ["staff's lists", ['Query.loans'], 'staff'],
  ['a search', ['Query.titles'], 'anonymous'],
  ['a search beside a home page', ['Query.me', 'Query.titles'], 'anonymous'],
  ['a search among lists', ['Query.items', 'Query.loans'], 'anonymous'],
  ['a hold beside a check-out', ['Mutation.checkOut', 'Mutation.placeHold'], 'reader'],
  ['the schema', ['Query', 'Query.__schema'], 'anonymous'],
])('%s has its class with a token, and is anonymous without', (_what, coordinates, withToken) => {
  const ofFields = classOfFields(coordinates);
  expect(classFor({ authenticated: true }, ofFields)).toBe(withToken);
  expect(classFor({ authenticated: false }, ofFields)).toBe('anonymous');
});
