import type { SubgraphResponse } from '../../../gateway/executor/index.ts';
import { pick } from '../../support/random.ts';

/** The values that replace values of an answer. */
const wrongValues: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  2 ** 40,
  '',
  'Ghost',
  [],
  [null],
  [[]],
  {},
  { __typename: 'Ghost' },
  { __typename: 7, id: {} },
  JSON.parse('{"__proto__": {"id": "p1"}, "constructor": null}'),
];

const wrongPaths: readonly unknown[] = [
  undefined,
  null,
  [],
  ['products'],
  ['products', 0, 'name'],
  ['_entities', 0],
  ['_entities', 99, 'name'],
  ['_e0', 0, 'x'],
  ['nowhere', -1, {}],
  'products',
];

/**
 * Makes a subgraph's answer invalid. In 5 % of the cases the whole answer is replaced, and in 10 % it gets malformed
 * errors. Otherwise one to five of its values are removed, wrapped in a list or replaced. Changes `response` itself.
 *
 * `{ data: { me: { id: 'P1' } } }` may become `{ data: { me: [{ id: 'P1' }] } }` or `{ data: { me: { id: -1 } } }`.
 */
export function mangleAnswer(response: SubgraphResponse, random: () => number): SubgraphResponse {
  const drawn = random();
  if (drawn < 0.05) {
    return pick(random, [
      null,
      [],
      'nothing',
      {},
      { data: [] },
      { data: null },
      { errors: {} },
    ]) as SubgraphResponse;
  }
  if (drawn < 0.15) {
    const error = { message: pick(random, ['Broken.', 7, undefined]), path: pick(random, wrongPaths) };
    const errors = pick(random, [
      [error],
      [error, error],
      [null],
      [error, 'x'],
    ]) as SubgraphResponse['errors'];
    return random() < 0.5 ? { ...response, errors } : { data: null, errors };
  }
  const locations = locationsIn(response.data, []);
  for (let left = pick(random, [1, 1, 2, 5]); left > 0 && locations.length > 0; left--) {
    const [container, key] = pick(random, locations);
    changeValue(container, key, random);
  }
  return response;
}

type Location = readonly [container: object, key: string | number];

function locationsIn(value: unknown, into: Location[]): Location[] {
  if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      into.push([value, Array.isArray(value) ? Number(key) : key]);
      locationsIn(Reflect.get(value, key), into);
    }
  }
  return into;
}

function changeValue(container: object, key: string | number, random: () => number): void {
  const drawn = random();
  if (drawn < 0.2 && !Array.isArray(container)) {
    Reflect.deleteProperty(container, key);
  } else if (drawn < 0.3 && Array.isArray(container)) {
    container.splice(Number(key), random() < 0.5 ? 1 : 0, structuredClone(container[0]));
  } else if (drawn < 0.4) {
    Reflect.set(container, key, [Reflect.get(container, key)]);
  } else {
    Reflect.set(container, key, structuredClone(pick(random, wrongValues)));
  }
}
