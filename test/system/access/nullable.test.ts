/** A caller who may not read one field still gets all other fields. */
import { readFileSync } from 'node:fs';
import {
  buildClientSchema,
  type GraphQLOutputType,
  getIntrospectionQuery,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  Kind,
  parse,
} from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { subgraphs } from '../../../schema/sdl.ts';
import { systemForTests } from '../system-for-tests.ts';

describe('by the guards of the schema', () => {
  test.each(subgraphs)('no guarded field of %s is non-null', (subgraph) => {
    const sdl = readFileSync(new URL(`../../../schema/${subgraph}.graphql`, import.meta.url), 'utf8');
    const guarded = parse(sdl).definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? (definition.fields ?? [])
            .filter(({ directives = [] }) =>
              directives.some(({ name }) =>
                ['authenticated', 'requiresScopes', 'access'].includes(name.value),
              ),
            )
            .map(({ name, type }) => ({ field: `${definition.name.value}.${name.value}`, type }))
        : [],
    );
    expect(guarded.length).toBeGreaterThan(0);
    expect(guarded.filter(({ type }) => type.kind === Kind.NON_NULL_TYPE).map(({ field }) => field)).toEqual(
      [],
    );
  });
});

describe('by what the subgraphs refuse', () => {
  const system = systemForTests(undefined, {}, { showsWholeGraph: true });
  let everything: string;
  beforeAll(async () => {
    const { body } = await system.ask(getIntrospectionQuery());
    const patron = buildClientSchema(body.data as never).getType('Patron');
    if (!isObjectType(patron)) {
      throw new Error('the schema has no Patron');
    }
    everything = selectionOf(patron, 4) ?? '';
  });

  test.each([
    ['a station', 'station'],
    ['the telephone service', 'telephone'],
    ['a partner', 'partner:verify'],
    ['a clerk for applications', 'applications:decide patrons:read'],
    ['a clerk for circulation', 'circulation:read patrons:read'],
    ['a clerk for cards', 'credentials:read patrons:read'],
  ])('%s loses only the fields that it may not read', async (_who, scope) => {
    const token = await system.token({ scope });
    const { body } = await system.ask(`{ patron(id: "P0000001") ${everything} }`, { token });
    const refused = (body.errors ?? []).filter(({ extensions }) =>
      ['FORBIDDEN', 'UNAUTHENTICATED'].includes(extensions.code),
    );
    expect(refused.length).toBeGreaterThan(0);
    for (const { path = [] } of refused) {
      expect(valueAt(body.data, path.slice(0, -1)), path.join('.')).not.toBeNull();
      expect(valueAt(body.data, path), path.join('.')).toBeNull();
    }
  });
});

/** A selection of all fields without required arguments, down to `depth`. Null for a type without such fields. */
function selectionOf(type: GraphQLOutputType, depth: number): string | null {
  const named = getNamedType(type);
  if (isLeafType(named)) {
    return '';
  }
  if (depth === 0 || !('getFields' in named)) {
    return null;
  }
  const fields = Object.values(named.getFields()).flatMap((field) => {
    // Patrons inside a patron, such as merged records, are left out. The fields of the outer patron are enough.
    const isLeftOut = field.args.some(isRequiredArgument) || getNamedType(field.type).name === 'Patron';
    const below = isLeftOut ? null : selectionOf(field.type, depth - 1);
    return below === null ? [] : [`${field.name} ${below}`];
  });
  return fields.length === 0 ? null : `{ ${fields.join(' ')} }`;
}

function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value === null || value === undefined ? value : (value as Record<string, unknown>)[key]),
    data,
  );
}
