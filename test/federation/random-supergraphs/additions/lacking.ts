/**
 * Requirements whose values are missing. The subgraph *lacking* has some fields of an entity, but does not know all of
 * the entity's objects. For the unknown objects these fields are null, although some of their types are non-null. A
 * field that requires a missing non-null value is then null with an error.
 */
import type { GraphQLResolveInfo } from 'graphql';
import { type DataObject, read } from '../../supergraphs/supergraph.ts';
import { digest } from '../digest.ts';
import type { Rng } from '../rng.ts';
import { type Addition, type DesignSoFar, fieldsOf, type RandomData } from './addition.ts';

const subgraph = 'lacking';
const fields = ['lackA: Int!', 'lackB: [Int!]!', 'lackC: Int'] as const;
/** The required fields of each field with `@requires`. */
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
 * Resolves a field that requires other fields. A subgraph computes a value even from nulls. The single schema reports
 * an error if a value is missing that is not `lackC`, the only nullable one.
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
