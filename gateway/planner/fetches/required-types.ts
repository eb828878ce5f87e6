/**
 * Says where a null is too little for the subgraph that requires a value.
 *
 * Before: `weight` of a `Book`, which *loans* requires, and has as `weight: Int! @external`.
 * After: `weight`, non-null. Without a weight, *loans* is not asked for what requires it.
 */
import { Kind, print, type TypeNode } from 'graphql';
import type { RequiredSelection } from '../../executor/index.ts';
import { type Subgraph, type SubgraphField, typesFor } from '../supergraph/model.ts';

type RequiredField = Extract<RequiredSelection, { readonly kind: 'field' }>;

/** `types`: the object types that the selections are on. */
export function withRequiredTypes(
  selections: readonly RequiredSelection[],
  subgraph: Subgraph,
  types: readonly string[],
): readonly RequiredSelection[] {
  return selections.flatMap((selection): readonly RequiredSelection[] => {
    if (selection.kind === 'fragment') {
      const own = types.filter((type) => type === selection.typeCondition);
      return [{ ...selection, selections: withRequiredTypes(selection.selections, subgraph, own) }];
    }
    const alike = Map.groupBy(types, (type) => typeText(declaredField(subgraph, type, selection.name)));
    const fields = [...alike.values()].map(([type = '']) => fieldOn(selection, subgraph, type));
    const [only = selection] = fields;
    return fields.length < 2
      ? [only]
      : [
          selection,
          // Only some of the types may allow null.
          ...[...alike.values()].flatMap((names, index) =>
            names.map((typeCondition) => ({
              kind: 'fragment' as const,
              typeCondition,
              selections: [fields[index] ?? selection],
            })),
          ),
        ];
  });
}

/** The field as an object type has it in the subgraph. */
function fieldOn(field: RequiredField, subgraph: Subgraph, type: string): RequiredField {
  const declared = declaredField(subgraph, type, field.name);
  return declared === undefined
    ? field
    : {
        ...field,
        nonNull: nonNullLevels(declared.type),
        selections:
          field.selections &&
          withRequiredTypes(
            field.selections,
            subgraph,
            subgraph.types.get(declared.namedType)?.objects ?? [],
          ),
      };
}

function declaredField(subgraph: Subgraph, type: string, name: string): SubgraphField | undefined {
  return typesFor(subgraph, type)
    .map(({ fields }) => fields.get(name))
    .find((field) => field !== undefined);
}

function typeText(field: SubgraphField | undefined): string {
  return field === undefined ? '' : print(field.type);
}

/** `[Int!]` is nullable, and its items are not: `[false, true]`. */
function nonNullLevels(type: TypeNode): readonly boolean[] {
  const isNonNull = type.kind === Kind.NON_NULL_TYPE;
  const nullable = isNonNull ? type.type : type;
  return [isNonNull, ...(nullable.kind === Kind.LIST_TYPE ? nonNullLevels(nullable.type) : [])];
}
