import { expect, test } from 'vitest';
import { FetchSelectionSet } from '../../../../gateway/planner/fetches/fetch-selection-set.ts';
import { plainForms } from '../../../../gateway/planner/forms.ts';
import { TimeLimit } from '../../../../gateway/planner/time-limit.ts';
import { TypeSets } from '../../../../gateway/planner/type-sets.ts';

test('a leaf stays apart from a field of objects with its key, on another type', () => {
  const typeSets = new TypeSets(new TimeLimit(Number.POSITIVE_INFINITY));
  const subgraph = { index: 0, name: 'shelves', types: new Map(), interfaceObjects: [] };
  const objectsOf = (...names: string[]) => ({ subgraph, type: undefined, objects: typeSets.of(names) });
  const things = new FetchSelectionSet(objectsOf('Cup', 'Pot'), typeSets);
  const size = { key: 'size', name: 'size', args: [], forms: plainForms };
  things.addObject({ ...size, on: typeSets.of(['Cup']) }, objectsOf('Size'));
  things.addLeaf({ ...size, on: typeSets.of(['Pot']) });
  const fields = things.fields.get('size') ?? [];
  expect(fields.map(({ on, below }) => [on.names, below !== undefined])).toEqual([
    [['Cup'], true],
    [['Pot'], false],
  ]);
});
