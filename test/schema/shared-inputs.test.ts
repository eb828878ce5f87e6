/**
 * If several subgraphs declare the same input, their declarations must be equal. Composition doesn't require that: it
 * keeps only the fields that all of them have.
 */
import { readFileSync } from 'node:fs';
import { type DefinitionNode, type InputObjectTypeDefinitionNode, Kind, parse, print, visit } from 'graphql';
import { expect, test } from 'vitest';

const subgraphs = ['patrons', 'credentials', 'circulation'];
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
