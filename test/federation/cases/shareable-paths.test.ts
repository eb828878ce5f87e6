/** Equal entities along a path may become one object only if every other path reaches all of them or none. */
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { shareablePaths } from '../../../gateway/executor/compile/shareable-paths.ts';
import { typeConditionsOf } from '../../../gateway/executor/index.ts';
import type { PathField } from '../../../gateway/executor/plan-steps.ts';

const types = typeConditionsOf(
  parse(
    'interface I { a: Int } interface J { a: Int } type A implements I { a: Int } type B implements I { a: Int }',
  ),
);

/**
 * Parses a path. `cards|A,B.patron` leads into `cards`, continues if the object is an A or a B, and leads into
 * `patron`.
 */
function path(text: string): readonly PathField[] {
  return text.split('.').map((field) => {
    const [key = '', ...conditions] = field.split('|');
    return { key, types: conditions.map((names) => names.split(',')) };
  });
}

const planPath = (text: string) => ({ fields: path(text), up: 0 });

test.each<[string, readonly string[], boolean]>([
  ['cards.patron', [], true],
  ['cards.patron', ['cards.patron', 'cards', 'cards.patron.name', 'cards.holder', 'loans|A.patron'], true],
  ['cards.patron', ['cards|A.patron'], false],
  ['cards.patron', ['cards|A.patron.name'], false],
  ['cards.patron', ['cards.patron|A', 'cards.patron|A.name'], true],
  ['cards|A.patron', ['cards.patron', 'cards|A,B.patron', 'cards|B.patron', 'cards|B.patron.name'], true],
  ['cards|A,B.patron', ['cards|A.patron'], false],
  ['cards|I.patron', ['cards|J.patron'], false],
  ['cards|A.patron', ['cards|I.patron'], false],
  ['cards|A|I.patron', ['cards|I.patron'], true],
  ['cards|A.patron.card.patron', ['cards.patron.card|A.patron'], false],
  ['cards|A.patron.card.patron', ['cards|B.patron.card|A.patron'], true],
])('%s is shared beside %j: %s', (shared, others, expected) => {
  const mayShare = shareablePaths([shared, ...others].map(planPath), types);
  expect(mayShare(path(shared))).toBe(expected);
});

test('a path with more than a hundred others of the same keys is not shared', () => {
  const others = Array.from({ length: 101 }, (_, at) => planPath(`cards|T${at}.patron`));
  expect(shareablePaths([planPath('cards|A.patron'), ...others], types)(path('cards|A.patron'))).toBe(false);
});

test.each<[string, boolean]>([
  ['rooms', true],
  ['rooms.shelf', false],
  ['rooms.shelf.book', false],
  ['rooms.shelf.book.author', true],
])('%s is shared beside a path whose end depends on an object above it: %s', (shared, expected) => {
  const mayShare = shareablePaths([planPath(shared), { fields: path('rooms.shelf.book'), up: 2 }], types);
  expect(mayShare(path(shared))).toBe(expected);
});
