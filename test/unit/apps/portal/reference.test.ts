import { expect, test } from 'vitest';
import { readReferences } from '../../../../apps/portal/content/reference.ts';

/** The root fields that everybody may select. */
const open = [
  'Mutation.submitApplication',
  'Mutation.switchOffNotice',
  'Query.applicationProgress',
  'Query.branches',
  'Query.item',
  'Query.items',
  'Query.paymentMethods',
  'Query.titles',
];

test('the reference says of each root field who may select it, but of those that everybody may', () => {
  const withoutAccess = readReferences().flatMap(({ types }) =>
    types
      .filter(({ name }) => name === 'Query' || name === 'Mutation')
      .flatMap(({ name: root, fields }) =>
        fields.filter(({ access }) => access === null).map(({ name }) => `${root}.${name}`),
      ),
  );
  expect([...new Set(withoutAccess)].sort()).toEqual(open);
});
