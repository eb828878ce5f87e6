/**
 * Requirements whose values are missing: an entity has fields in a subgraph of their own, which does not know all objects. For
 * the others these fields are null, although their types are non-null. What requires such a field is then null with an error.
 */
import type { GraphQLResolveInfo } from 'graphql';
import { type DataObject, read } from '../../supergraphs/supergraph.ts';
import { digest } from '../digest.ts';
import type { Rng } from '../rng.ts';
import { type Addition, type DesignSoFar, fieldsOf, type RandomData } from './addition.ts';

const subgraph = 'lacking';
const fields = ['lackA: Int!', 'lackB: [Int!]!', 'lackC: Int'] as const;
/** The fields that each of the requiring fields needs. */
const requirements: Readonly<Record<string, readonly string[]>> = {
  needsA: ['lackA'],
  needsBoth: ['lackB', 'lackC'],
  needsC: ['lackC'],
};

export function lacking({ graphTypes, owners, placement }: DesignSoFar, rng: Rng): Addition | undefined {
  const requirers = owners.flatMap((owner) =>
    graphTypes.entities
      .filter((type) => placement.keysOf(owner, type).includes('id'))
      .map((type) => ({ owner, type })),
  );
  if (requirers.length === 0) {
    return undefined;
  }
  const { owner, type } = rng.pick(requirers);
  const strict = rng.chance(0.3) ? '!' : '';
  const id = graphTypes.fieldsOf(type).find(({ name }) => name === 'id')?.type;
  return {
    fields: fieldsOf([
      owner,
      type,
      [
        ...fields.map((field) => `  ${field} @external`),
        ...Object.entries(requirements).map(
          ([name, required]) =>
            `  ${name}: Int${name === 'needsBoth' ? strict : ''} @requires(fields: "${required.join(' ')}")`,
        ),
      ],
    ]),
    definitions: new Map([
      [
        subgraph,
        `type ${type} @key(fields: "id") {\n  id: ${id}\n${fields.map((field) => `  ${field}`).join('\n')}\n}`,
      ],
    ]),
    addData(data: RandomData) {
      const objects = data.objectsOf(type).filter((object) => object.id !== null);
      const isKnown = new Map(objects.map((object, at) => [object, at > 0]));
      for (const object of objects) {
        const number = data.nextNumber();
        Object.assign(
          object,
          isKnown.get(object) === true
            ? { lackA: number, lackB: [number, number], lackC: number % 2 === 0 ? null : number }
            : { lackA: null, lackB: null, lackC: null },
          Object.fromEntries(
            Object.entries(requirements).map(([name, required]) => [name, needing(required)]),
          ),
        );
      }
      data.unknown[subgraph] = objects.filter(
        (object) => isKnown.get(object) !== true,
      ) as readonly DataObject[];
    },
  };
}

/**
 * The value of a field that requires others. A subgraph makes something of any null that it gets, and a single schema has an
 * error for one that it must not get.
 */
function needing(required: readonly string[]) {
  return function (this: DataObject, _args: object, _context?: unknown, info?: GraphQLResolveInfo): number {
    const values = required.map((name) => read(this, name));
    const isMissing = required.some((name, at) => values[at] === null && name !== 'lackC');
    if (info !== undefined && isMissing) {
      throw new Error(`${required} is missing`);
    }
    return digest(JSON.stringify(values));
  };
}
