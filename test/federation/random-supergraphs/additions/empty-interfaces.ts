/** Interfaces without object types: in the whole supergraph, or in one subgraph. */
import { otherInterfaceName, rootName } from '../field.ts';
import type { Rng } from '../rng.ts';
import { wrapped } from '../types.ts';
import { type Addition, type DesignSoFar, fieldsOf, type RandomData } from './addition.ts';

/** An interface that no object type implements. One subgraph has it as an `@interfaceObject`, with objects. */
export const emptyName = 'I2';

export function emptyInterface(
  { graphTypes, owners, placement }: DesignSoFar,
  rng: Rng,
): Addition | undefined {
  const [first, second] = owners.toSorted(() => rng.random() - 0.5);
  if (first === undefined || second === undefined) {
    return undefined;
  }
  const key = `@key(fields: "id"${rng.chance(0.3) ? ', resolvable: false' : ''})`;
  const named = rng.pick([...graphTypes.entities, ...graphTypes.values]);
  const type = wrapped(named, rng);
  placement.need(second, named);
  return {
    fields: fieldsOf(
      [first, rootName, [`  nothing: ${emptyName}`, `  nothings: [${emptyName}!]`]],
      [second, rootName, [`  lone: ${emptyName}`, `  lones: [${emptyName}]`]],
    ),
    definitions: new Map([
      [first, `interface ${emptyName} ${key} {\n  id: ID!\n}`],
      [
        second,
        `type ${emptyName} @interfaceObject @key(fields: "id") {\n  id: ID!\n  count: Int\n  at: ${type}\n}`,
      ],
    ]),
    addData(data: RandomData) {
      const lones = ['1', '2'].map((id) => ({
        __typename: emptyName,
        id,
        count: data.nextNumber(),
        at: data.value(type, second),
      }));
      data.entities.push(...lones);
      Object.assign(data.root, { nothing: null, nothings: [], lone: lones[0], lones: [...lones, null] });
    },
  };
}

/** A subgraph that has an interface, and none of its object types. */
export function typelessInterface(
  { graphTypes, owners, placement }: DesignSoFar,
  rng: Rng,
): Addition | undefined {
  const without = owners.filter((subgraph) => !placement.has(subgraph, otherInterfaceName));
  const [id] = graphTypes.fieldsOf(otherInterfaceName).filter(({ name }) => name === 'id');
  if (without.length === 0 || id === undefined || !graphTypes.abstract.has(otherInterfaceName)) {
    return undefined;
  }
  const subgraph = rng.pick(without);
  return {
    fields: fieldsOf([
      subgraph,
      rootName,
      [`  vain: ${otherInterfaceName}`, `  vains: [${otherInterfaceName}!]`],
    ]),
    definitions: new Map([[subgraph, `interface ${otherInterfaceName} {\n  id: ${id.type}\n}`]]),
    addData(data: RandomData) {
      Object.assign(data.root, { vain: null, vains: [] });
    },
  };
}
