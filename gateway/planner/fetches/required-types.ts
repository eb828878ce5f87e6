/**
 * Marks required values that must not be null, because the subgraph declares them as non-null.
 *
 * Before: *loans* requires `weight` of a `Book`, and declares it as `weight: Int! @external`.
 * After: `weight` is non-null. If a book has no weight, *loans* is not asked for the fields that require it.
 */
import { Kind, print, type TypeNode } from 'graphql';
import type { RequiredSelection } from '../../executor/index.ts';
import { type Subgraph, type SubgraphField, typesFor } from '../supergraph/model.ts';

export type RequiredField = Extract<RequiredSelection, { readonly kind: 'field' }>;

/** Sets `nonNull` in the selections. `types` are the object types of the objects that have the selected fields. */
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
          // If only some of the types allow null, each type gets a fragment of its own.
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

/** Returns the field with the non-null levels that the subgraph declares for it on an object type. */
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

/**
 * Whether each level of a type is non-null, from the outside in: `[false, true]` for `[Int!]`, where the items are
 * non-null.
 */
function nonNullLevels(type: TypeNode): readonly boolean[] {
  const isNonNull = type.kind === Kind.NON_NULL_TYPE;
  const nullable = isNonNull ? type.type : type;
  return [isNonNull, ...(nullable.kind === Kind.LIST_TYPE ? nonNullLevels(nullable.type) : [])];
}
