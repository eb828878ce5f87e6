import { expect, test } from 'vitest';
import { broken } from '../example-histories.ts';

test('events that nobody has compared at the end are a violation', () => {
  expect(broken({ feed: { last: '41', compared: '17' } })).toEqual(['feed is followed']);
  expect(broken({ feed: { last: '41', compared: '41' } })).toEqual([]);
  expect(broken({ feed: { last: null, compared: '0' } })).toEqual([]);
});

test('an index that differs from circulation at the end, or is not ready, is a violation', () => {
  const recorded = { loans: 3, holds: 1 };
  expect(broken({ open: { recorded, indexed: { loans: 3, holds: 1 } } })).toEqual([]);
  expect(broken({ open: { recorded, indexed: { loans: 4, holds: 1 } } })).toEqual(['index is true']);
  expect(broken({ open: { recorded, indexed: { loans: 3, holds: 0 } } })).toEqual(['index is true']);
  expect(broken({ open: { recorded, indexed: null } })).toEqual(['index is true']);
});
