import { type ArgumentNode, Kind, type TypeNode } from 'graphql';
import type { Subgraph, SubgraphField, SubgraphType } from '../supergraph/model.ts';
import type { TypeSet } from '../type-sets.ts';

export interface SelectedField {
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  /** The type of the selections below the field. Undefined for a leaf. */
  readonly typeBelow: string | undefined;
}

/**
 * Whether the field can be selected once on the interface, instead of on each object type in `on`. This needs two
 * things. The interface's field has the type on which the fields below were selected. And the interface's field accepts
 * the selected arguments with the same types as the field of each object type.
 */
export function isFieldOf(
  type: SubgraphType,
  { name, args, typeBelow }: SelectedField,
  on: TypeSet,
  subgraph: Subgraph,
): boolean {
  if (name === '__typename') {
    return true;
  }
  const field = type.fields.get(name);
  return (
    field !== undefined &&
    on.names.every((object) => {
      const own = subgraph.types.get(object)?.fields.get(name);
      return (
        own !== undefined &&
        (typeBelow ?? own.namedType) === field.namedType &&
        args.every((argument) => isTakenByBoth(argument, field, own))
      );
    })
  );
}

/**
 * Whether both fields accept the argument with the same type. An object type may add optional arguments to a field of
 * its interface.
 */
function isTakenByBoth({ name }: ArgumentNode, field: SubgraphField, other: SubgraphField): boolean {
  const typeIn = ({ args }: SubgraphField) => args.find((each) => each.name.value === name.value)?.type;
  const type = typeIn(field);
  const otherType = typeIn(other);
  return type !== undefined && otherType !== undefined && isSameType(type, otherType);
}

function isSameType(type: TypeNode, other: TypeNode): boolean {
  return type.kind === Kind.NAMED_TYPE
    ? other.kind === Kind.NAMED_TYPE && type.name.value === other.name.value
    : other.kind === type.kind && isSameType(type.type, other.type);
}
