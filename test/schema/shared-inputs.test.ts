/**
 * One input means one thing. If several subgraphs declare the same input, their declarations must be equal. Composition
 * doesn't require that: it keeps only the fields that all of them have. A field of a filter must also have the same
 * name as the field of the listed objects that it filters.
 */
import { readFileSync } from 'node:fs';
import {
  type DefinitionNode,
  type GraphQLType,
  getNamedType,
  type InputObjectTypeDefinitionNode,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';
import { expect, test } from 'vitest';
import { subgraphs } from '../../schema/sdl.ts';
import { clientSchema } from './coordinates.ts';

const isInput = (definition: DefinitionNode): definition is InputObjectTypeDefinitionNode =>
  definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION;

const declarations = Map.groupBy(
  subgraphs.flatMap((name) =>
    parse(readFileSync(new URL(`../../schema/${name}.graphql`, import.meta.url), 'utf8'), {
      noLocation: true,
    }).definitions.filter(isInput),
  ),
  ({ name }) => name.value,
);
/** The fields of an input and their directives, without descriptions. */
const shapeOf = (input: InputObjectTypeDefinitionNode): string =>
  print(
    visit(input, {
      InputObjectTypeDefinition: ({ description: _, ...definition }) => definition,
      InputValueDefinition: ({ description: _, ...definition }) => definition,
    }),
  );

const shared = [...declarations].filter(([, inputs]) => inputs.length > 1);

test.each(shared)('%s', (_name, inputs) => {
  const [first, ...others] = inputs.map(shapeOf);
  for (const other of others) {
    expect(other).toBe(first);
  }
});

test('`reader` means one thing in all of them', () => {
  expect(shared.map(([name]) => name)).toEqual(expect.arrayContaining(['ReaderPresented', 'CardAndPin']));
});

/** The fields of an input, an object or an interface, and their named types. */
function fieldsOf(
  type: GraphQLType | undefined,
): readonly { readonly name: string; readonly type: GraphQLType }[] {
  const named = getNamedType(type);
  if (!(isInputObjectType(named) || isObjectType(named) || isInterfaceType(named))) {
    return [];
  }
  const fields: readonly { readonly name: string; readonly type: GraphQLType }[] = Object.values(
    named.getFields(),
  );
  return fields.map(({ name, type: ofField }) => ({ name, type: getNamedType(ofField) }));
}

test('a filter calls a state, a status or a kind what the listed objects call it', () => {
  const lists = Object.values(clientSchema().getQueryType()?.getFields() ?? {});
  const compared = lists.flatMap(({ args, type }) => {
    const filter = args.find(({ name }) => name === 'filter');
    const edge = fieldsOf(type).find(({ name }) => name === 'edges');
    const listed = fieldsOf(fieldsOf(edge?.type).find(({ name }) => name === 'node')?.type);
    return fieldsOf(filter?.type)
      .filter((field) => isEnumType(field.type) && listed.some((one) => one.type === field.type))
      .map((field) => ({ field, isSame: listed.some(({ name }) => name === field.name) }));
  });
  expect(compared.length).toBeGreaterThan(4);
  expect(compared.filter(({ isSame }) => !isSame)).toEqual([]);
});
