/**
 * An interface whose object types declare its fields differently: with one more argument, or with a narrower type. In
 * one subgraph, all of these types have all fields of the interface.
 */
import { rootName } from '../field.ts';
import type { Rng } from '../rng.ts';
import { type Addition, type DesignSoFar, fieldsOf, type RandomData } from './addition.ts';

const interfaceName = 'I3';
const types = ['W0', 'W1', 'W2'] as const;

export function variedInterface({ owners }: DesignSoFar, rng: Rng): Addition | undefined {
  const [first, second] = owners.toSorted(() => rng.random() - 0.5);
  if (first === undefined || second === undefined) {
    return undefined;
  }
  const argument = rng.pick(['(x: Int)', '(x: Int)', '(x: Int = 2)']);
  const withArgument = rng.someOrOne(types, 0.9);
  const parts = types.map((type) => [type, rng.pick([interfaceName, ...types])] as const);
  const labelType = (type: string) => (type === 'W0' && rng.chance(0.15) ? 'Int!' : 'Int');
  const implementing = types.map((type, at) =>
    [
      `type ${type} implements ${interfaceName} @key(fields: "id") {`,
      '  id: ID!',
      `  label${withArgument.includes(type) ? argument : ''}: ${labelType(type)}`,
      `  part: ${parts[at]?.[1]}`,
      '}',
    ].join('\n'),
  );
  const extended = rng
    .some(types, 0.6)
    .map((type) => `type ${type} @key(fields: "id") { id: ID! more: Int }`);
  return {
    fields: fieldsOf([first, rootName, [`  varied: [${interfaceName}]`, `  oneVaried: ${interfaceName}`]]),
    definitions: new Map([
      [
        first,
        [
          `interface ${interfaceName} {\n  id: ID!\n  label: Int\n  part: ${interfaceName}\n}`,
          ...implementing,
        ].join('\n'),
      ],
      [second, extended.join('\n')],
    ]),
    addData(data: RandomData) {
      const objects = types.flatMap((type) =>
        [0, 1].map((at): Record<string, unknown> & { readonly __typename: string } => {
          const number = data.nextNumber();
          const label = ({ x }: { readonly x?: number | null }) => (x ?? 0) * 1000 + number;
          return { __typename: type, id: `${type}-${at}`, label, more: data.nextNumber() };
        }),
      );
      for (const [at, object] of objects.entries()) {
        const [, named = ''] = parts.find(([type]) => type === object.__typename) ?? [];
        const possible = objects.filter(({ __typename }) => named === interfaceName || __typename === named);
        object.part = at === 0 ? null : possible[at % possible.length];
      }
      data.entities.push(...objects);
      Object.assign(data.root, { varied: [...objects, null], oneVaried: objects[1] });
    },
  };
}
