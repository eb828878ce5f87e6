import { expect, test } from 'vitest';
import { LinkedList, type Listed } from '../../../../platform/priority/linked-list.ts';

interface Named extends Listed<Named> {
  readonly name: string;
}
const named = (name: string): Named => ({ name, previous: undefined, next: undefined });

/** The names of a list, taken from its beginning. */
function namesOf(list: LinkedList<Named>): string[] {
  const names: string[] = [];
  for (let entry = list.first; entry !== undefined; entry = entry.next) {
    names.push(entry.name);
  }
  return names;
}

test.each([
  ['a', ['b', 'c']],
  ['b', ['a', 'c']],
  ['c', ['a', 'b']],
])('without %s the others stay in their order', (gone, left) => {
  const entries = ['a', 'b', 'c'].map(named);
  const list = new LinkedList<Named>();
  for (const entry of entries) {
    list.add(entry);
  }
  const entry = entries.find(({ name }) => name === gone) ?? expect.fail('no such entry');
  list.remove(entry);
  expect(namesOf(list)).toEqual(left);
  expect(list.size).toBe(2);
  expect(entry).toEqual(named(gone));
  list.add(entry);
  expect(namesOf(list)).toEqual([...left, gone]);
});

test('an entry that is the only one leaves an empty list', () => {
  const list = new LinkedList<Named>();
  const only = named('only');
  list.add(only);
  list.remove(only);
  expect(list.first).toBeUndefined();
  expect(list.size).toBe(0);
});
