import type { SubgraphResponse } from '../../../gateway/executor/index.ts';
import { pick } from './random.ts';

/** What stands where something else should. */
const strange: readonly unknown[] = [
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

const strangePaths: readonly unknown[] = [
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

/** An answer of a subgraph with something in it, or all of it, that should not be. Changes what it is given. */
export function mangle(response: SubgraphResponse, random: () => number): SubgraphResponse {
  const kind = random();
  if (kind < 0.05) {
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
  if (kind < 0.15) {
    const error = { message: pick(random, ['Broken.', 7, undefined]), path: pick(random, strangePaths) };
    const errors = pick(random, [
      [error],
      [error, error],
      [null],
      [error, 'x'],
    ]) as SubgraphResponse['errors'];
    return random() < 0.5 ? { ...response, errors } : { data: null, errors };
  }
  const places = placesIn(response.data, []);
  for (let left = pick(random, [1, 1, 2, 5]); left > 0 && places.length > 0; left--) {
    const [container, key] = pick(random, places);
    change(container, key, random);
  }
  return response;
}

type Place = readonly [container: object, key: string | number];

function placesIn(value: unknown, into: Place[]): Place[] {
  if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      into.push([value, Array.isArray(value) ? Number(key) : key]);
      placesIn(Reflect.get(value, key), into);
    }
  }
  return into;
}

function change(container: object, key: string | number, random: () => number): void {
  const how = random();
  if (how < 0.2 && !Array.isArray(container)) {
    Reflect.deleteProperty(container, key);
  } else if (how < 0.3 && Array.isArray(container)) {
    container.splice(Number(key), random() < 0.5 ? 1 : 0, structuredClone(container[0]));
  } else if (how < 0.4) {
    // The value, but in a list.
    Reflect.set(container, key, [Reflect.get(container, key)]);
  } else {
    Reflect.set(container, key, structuredClone(pick(random, strange)));
  }
}
