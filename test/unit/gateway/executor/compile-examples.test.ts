/**
 * The examples in the docstrings of gateway/executor/compile/, and of the types that it shares with run/, must be
 * right.
 */
import { buildSchema, type FieldNode, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { collectFields, selectedAtOnce } from '../../../../gateway/executor/compile/collect-fields.ts';
import { compilePath } from '../../../../gateway/executor/compile/compile-path.ts';
import { compileFields } from '../../../../gateway/executor/compile/compile-projection.ts';
import { compileFlatKeys } from '../../../../gateway/executor/compile/flat-entity-key.ts';
import {
  coordinatesIn,
  DataKeys,
  InventedNames,
  noDenials,
  prepareOperation,
  typeConditionsOf,
} from '../../../../gateway/executor/index.ts';
import { clientVariableOf, planVariableOf } from '../../../../gateway/executor/plan-variables.ts';
import { responseShape } from '../../../../gateway/executor/response-shape.ts';

const sdl = `
  type Query { me: Patron media: Media product: Product }
  type Patron { id: ID! status: String contact: Contact }
  type Contact { email: String }
  interface Media { title: String author: Author }
  type Book implements Media { title: String author: Author pages: Int }
  type Film implements Media { title: String author: Author }
  type Author { name: String }
  type Maker { id: ID! }
  type Product { id: ID! price(currency: String): Int }
  type Shop { region: Region }
  type Region { code: String }`;
const schema = buildSchema(sdl);
const types = typeConditionsOf(parse(sdl));

function contextOf(conditions: Readonly<Record<string, boolean>> = {}, denied: readonly string[] = []) {
  return {
    schema,
    types,
    fragments: new Map(),
    conditions: new Map(Object.entries(conditions)),
    denied: new Set(denied),
    defer: null,
    maxFields: 1000,
    keys: new DataKeys(() => false),
  };
}

function operationOf(query: string): OperationDefinitionNode {
  return parse(query).definitions[0] as OperationDefinitionNode;
}

function selectionSetIn(query: string) {
  const [field] = operationOf(query).selectionSet.selections;
  const { selectionSet } = field as FieldNode;
  return selectedAtOnce(selectionSet === undefined ? [] : [selectionSet]);
}

describe('before planning', () => {
  test('an operation is prepared for the planner', () => {
    const operation = operationOf(
      'query ($full: Boolean!) { me { number: id __typename contact { email } ... @include(if: $full) { status } } }',
    );
    const root = schema.getQueryType();
    const prepared = prepareOperation(
      operation,
      root as NonNullable<typeof root>,
      contextOf({ full: false }, ['Patron.contact']),
    );
    expect(prepared.document?.replace(/\s+/g, ' ')).toBe('{ me { _2_id_number: id } }');
  });

  test('fields of an interface are collected, and narrower fragments are noticed', () => {
    const sets = selectionSetIn('{ media { title t: title ... on Book { pages } } }');
    const collected = (name: string) => {
      const type = schema.getType(name);
      const { fields, hasNarrowerFragments } = collectFields(type as never, sets, contextOf());
      return [[...fields.keys()], hasNarrowerFragments];
    };
    expect(collected('Media')).toEqual([['title', 't'], true]);
    expect(collected('Book')).toEqual([['title', 't', 'pages'], false]);
  });

  test('merged data has a key of its own for an alias and for arguments', () => {
    const { keys } = contextOf();
    const keyOf = (query: string) => {
      const [node] = operationOf(`{ product { ${query} } }`).selectionSet.selections;
      const [field] = (node as FieldNode).selectionSet?.selections ?? [];
      return keys.keyOf(field as FieldNode);
    };
    expect(
      [
        'id',
        'number: id',
        'price',
        'price(currency: "HKD")',
        'price(currency: "USD")',
        'price(currency: "HKD")',
      ].map(keyOf),
    ).toEqual(['id', '_2_id_number', 'price', '_5_price_price', '_5_price_price_1', '_5_price_price']);
  });

  test('an invented name is chosen once for each purpose', () => {
    const names = new InventedNames((name) => name === '_2_id_x');
    expect(names.choose('x: id', '_2_id_x')).toBe('_2_id_x_1');
    expect(names.choose('x: id', '_2_id_x')).toBe('_2_id_x_1');
  });

  test('a reserved variable gets a prefix, and loses it again', () => {
    const names = ['id', 'representations', 'v_x', '_e0'];
    expect(names.map(planVariableOf)).toEqual(['id', 'v_representations', 'v_v_x', 'v__e0']);
    expect(names.map(planVariableOf).map(clientVariableOf)).toEqual(names);
  });

  test('a field is denied by its own coordinate, by those of its parents and by its type', () => {
    const coordinates = coordinatesIn(parse('{ media { ... on Book { author { name } } } }'), schema);
    expect([...coordinates]).toEqual(
      expect.arrayContaining(['Book.author', 'Book', 'Author', 'Media.author', 'Media']),
    );
    expect(noDenials.size).toBe(0);
  });

  test('an object satisfies the type conditions of its type and of its interfaces', () => {
    expect(types.matches('Media', 'Book')).toBe(true);
    expect(types.matches('Media', 'Maker')).toBe(false);
    expect(types.matches('Media', undefined)).toBe(true);
  });
});

const field = (name: string) =>
  ({ kind: 'field', key: name, name, selections: undefined, nonNull: [] }) as const;

describe('a plan becomes steps', () => {
  test('a path becomes its fields, which have the type conditions', () => {
    expect(
      compilePath([
        { kind: 'field', key: 'cards' },
        { kind: 'types', names: ['LibraryCard'] },
        { kind: 'field', key: 'patron' },
      ]),
    ).toEqual([
      { key: 'cards', types: [['LibraryCard']] },
      { key: 'patron', types: [] },
    ]);
  });

  test('a shape has the keys of the answer and those of the merged data', () => {
    const operation = '{ me { id ... on Patron { _alias_0: name } } }';
    expect(responseShape(operation, new Map([['_alias_0', 'name']]))).toEqual({
      hasRenames: true,
      fields: [
        {
          responseKey: 'me',
          key: 'me',
          typeConditions: [],
          shape: {
            hasRenames: true,
            fields: [
              { responseKey: 'id', key: 'id', typeConditions: [], shape: undefined },
              { responseKey: '_alias_0', key: 'name', typeConditions: ['Patron'], shape: undefined },
            ],
          },
        },
      ],
    });
  });

  test('a type whose representation has an object has no flat key', () => {
    const on = (typeCondition: string, ...selections: (ReturnType<typeof field> | object)[]) =>
      ({ kind: 'fragment', typeCondition, selections: [field('__typename'), ...selections] }) as never;
    const flatKeyOf = compileFlatKeys(
      [on('Product', field('id')), on('Shop', { ...field('region'), selections: [field('code')] })],
      types,
    );
    expect(flatKeyOf('Product')).toEqual({ fields: [{ key: 'id', name: 'id' }] });
    expect(flatKeyOf('Shop')).toBe(null);
    expect(flatKeyOf('Ghost')).toBe(null);
  });
});

test('a selection set becomes a table of the fields of the answer', () => {
  const patron = schema.getType('Patron');
  const sets = selectionSetIn('{ me { number: id kind: __typename } }');
  expect(compileFields(patron as never, sets, contextOf())).toMatchObject([
    {
      kind: 'leaf',
      key: '_2_id_number',
      responseKey: 'number',
      coordinate: 'Patron.id',
      nonNull: true,
    },
    { kind: 'constant', key: '__typename', responseKey: 'kind', value: 'Patron' },
  ]);
});
