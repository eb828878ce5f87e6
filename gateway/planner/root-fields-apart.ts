import { type FieldNode, Kind, type OperationDefinitionNode, parse, print } from 'graphql';

/** A document for each key at the root of an operation, whose root selections are fields. */
export function rootFieldsApart(document: string): readonly string[] {
  const { kind, definitions } = parse(document, { noLocation: true });
  const isOperation = (definition: (typeof definitions)[number]): definition is OperationDefinitionNode =>
    definition.kind === Kind.OPERATION_DEFINITION;
  const others = definitions.filter((definition) => !isOperation(definition));
  return definitions.filter(isOperation).flatMap((operation) =>
    [...byKey(operation).values()].map((selections) =>
      print({
        kind,
        definitions: [{ ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } }, ...others],
      }),
    ),
  );
}

function byKey({ selectionSet }: OperationDefinitionNode): ReadonlyMap<string, readonly FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  for (const field of selectionSet.selections) {
    if (field.kind !== Kind.FIELD) {
      throw new Error('a document to plan has a fragment at its root');
    }
    const key = (field.alias ?? field.name).value;
    fields.set(key, [...(fields.get(key) ?? []), field]);
  }
  return fields;
}
