import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { deniedCoordinate, possibleTypes } from '../denials.ts';
import { collectFields, fragmentOf } from './collect-fields.ts';
import { mayBeHidden, type Projectable } from './compile-projection.ts';
import { isIncluded } from './conditions.ts';
import { planVariableOf } from './keys.ts';

/** What is left of an operation to plan, and what the gateway answers itself. */
export interface PreparedOperation {
  /** One after the other: a mutation has one for each root field, for only so are they strictly serial. */
  readonly documents: readonly string[];
  /** Root introspection fields. */
  readonly introspection: readonly FieldNode[];
}

/** An operation that is too large, fragments spread out, to be planned. */
export class OperationTooLarge extends Error {
  override readonly name = 'OperationTooLarge';
}

/** Fields of an operation with its fragments spread out: fragments within fragments double with each level. */
const maxFields = 1000;

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Writes what the planner is to plan: the client's operation without conditions (they are decided), introspection,
 * aliases that shadow, and fields that the caller may not have. Throws `OperationTooLarge`.
 */
export function prepareOperation(
  operation: OperationDefinitionNode,
  rootType: GraphQLCompositeType,
  from: Projectable,
): PreparedOperation {
  const introspection: FieldNode[] = [];
  const planned: FieldNode[][] = [];
  const preparer = new Preparer(from);
  for (const nodes of collectFields(rootType, [operation.selectionSet], from).fields.values()) {
    if (nodes.some(({ name }) => name.value === '__schema' || name.value === '__type')) {
      introspection.push(...nodes);
    } else {
      const fields = nodes.flatMap((node) => preparer.field(node, rootType));
      if (fields.length > 0) {
        planned.push(fields.filter((field): field is FieldNode => field.kind === Kind.FIELD));
      }
    }
  }
  const groups =
    operation.operation === OperationTypeNode.MUTATION || planned.length === 0 ? planned : [planned.flat()];
  return { introspection, documents: groups.map((fields) => preparer.document(operation, fields)) };
}

class Preparer {
  readonly #from: Projectable;
  /** Null for a fragment that has nothing to plan. */
  readonly #fragments = new Map<string, FragmentDefinitionNode | null>();
  readonly #sizes = new Map<SelectionSetNode, number>();

  constructor(from: Projectable) {
    this.#from = from;
  }

  document(operation: OperationDefinitionNode, fields: readonly FieldNode[]): string {
    const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: fields };
    if (this.#sizeOf(selectionSet) > maxFields) {
      throw new OperationTooLarge(`The operation asks for more than ${maxFields} fields.`);
    }
    const fragments = new Map<string, FragmentDefinitionNode>();
    const variables = new Set<string>();
    this.#reach(selectionSet, fragments, variables);
    const variableDefinitions = operation.variableDefinitions
      ?.filter(({ variable }) => variables.has(variable.name.value))
      .map((definition) => ({ ...definition, directives: [] }));
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [
        {
          kind: Kind.OPERATION_DEFINITION,
          operation: operation.operation,
          selectionSet,
          ...(variableDefinitions && { variableDefinitions }),
        },
        ...fragments.values(),
      ],
    };
    const planned = visit(document, {
      Variable: (node) => ({ ...node, name: { ...node.name, value: planVariableOf(node.name.value) } }),
    });
    return print(planned);
  }

  /** A field as it is planned: none, or for an interface's, one for each type whose field the caller may have. */
  field(node: FieldNode, parent: GraphQLCompositeType): readonly SelectionNode[] {
    const { schema, denied } = this.#from;
    const name = node.name.value;
    if (name.startsWith('__')) {
      // An object's type needs no asking.
      return isAbstractType(parent) ? [typename] : [];
    }
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (field === undefined) {
      throw new Error(`${parent.name} has no field ${name}: the document was not validated`);
    }
    const objects = possibleTypes(schema, parent);
    const allowed = objects.filter((object) => {
      const own = object.getFields()[name];
      return own !== undefined && deniedCoordinate(object, own, denied) === undefined;
    });
    const prepared = this.#plannedField(node, field);
    if (allowed.length === objects.length) {
      return [prepared];
    }
    return allowed.map((object) => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: object.name } },
      selectionSet: { kind: Kind.SELECTION_SET, selections: [prepared] },
    }));
  }

  #plannedField(node: FieldNode, field: GraphQLField<unknown, unknown>): FieldNode {
    const key = this.#from.keys.of(node, field);
    const type = getNamedType(field.type);
    return {
      kind: Kind.FIELD,
      name: node.name,
      ...(key !== field.name && { alias: { kind: Kind.NAME, value: key } }),
      ...(node.arguments && { arguments: node.arguments }),
      ...(node.selectionSet &&
        isCompositeType(type) && { selectionSet: this.#selectionSet(node.selectionSet, type) }),
    };
  }

  #selectionSet(selectionSet: SelectionSetNode, type: GraphQLCompositeType): SelectionSetNode {
    const selections = this.#selections(selectionSet, type);
    return { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [typename] };
  }

  #selections(selectionSet: SelectionSetNode, type: GraphQLCompositeType): readonly SelectionNode[] {
    const included = selectionSet.selections.filter((each) => isIncluded(each, this.#from.conditions));
    const selections = included.flatMap((selection) =>
      selection.kind === Kind.FIELD ? this.field(selection, type) : this.#fragment(selection, type),
    );
    // Where objects may differ in their fields, or may be hidden, each must say of which type it is.
    const differs =
      isAbstractType(type) &&
      (mayBeHidden(type, this.#from) ||
        [...included, ...selections].some(
          (selection) =>
            selection.kind !== Kind.FIELD && ![undefined, type.name].includes(this.#conditionOf(selection)),
        ));
    return differs && !selections.includes(typename) ? [typename, ...selections] : selections;
  }

  #conditionOf(selection: Exclude<SelectionNode, FieldNode>): string | undefined {
    return fragmentOf(selection, this.#from).typeCondition?.name.value;
  }

  #fragment(
    selection: Exclude<SelectionNode, FieldNode>,
    type: GraphQLCompositeType,
  ): readonly SelectionNode[] {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const { value: name } = selection.name;
      if (!this.#fragments.has(name)) {
        this.#fragments.set(name, this.#fragmentDefinition(name));
      }
      return this.#fragments.get(name) === null ? [] : [{ kind: selection.kind, name: selection.name }];
    }
    const { typeCondition } = selection;
    const selections = this.#selections(
      selection.selectionSet,
      this.#typeOf(typeCondition?.name.value, type),
    );
    return selections.length === 0
      ? []
      : [
          {
            kind: Kind.INLINE_FRAGMENT,
            ...(typeCondition && { typeCondition }),
            selectionSet: { kind: Kind.SELECTION_SET, selections },
          },
        ];
  }

  #fragmentDefinition(name: string): FragmentDefinitionNode | null {
    const definition = this.#from.fragments.get(name);
    if (definition === undefined) {
      throw new Error(`the document has no fragment ${name}: it was not validated`);
    }
    const { typeCondition } = definition;
    const type = this.#typeOf(typeCondition.name.value, undefined);
    const selections = this.#selections(definition.selectionSet, type);
    return selections.length === 0
      ? null
      : {
          kind: Kind.FRAGMENT_DEFINITION,
          name: definition.name,
          typeCondition,
          selectionSet: { kind: Kind.SELECTION_SET, selections },
        };
  }

  #typeOf(condition: string | undefined, enclosing: GraphQLCompositeType | undefined): GraphQLCompositeType {
    const type = condition === undefined ? enclosing : this.#from.schema.getType(condition);
    if (!isCompositeType(type)) {
      throw new Error(`there is no type ${condition}: the document was not validated`);
    }
    return type;
  }

  #sizeOf(selectionSet: SelectionSetNode): number {
    const known = this.#sizes.get(selectionSet);
    if (known !== undefined) {
      return known;
    }
    let size = 0;
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = this.#fragments.get(selection.name.value);
        size += fragment == null ? 0 : this.#sizeOf(fragment.selectionSet);
      } else {
        const below = selection.selectionSet ? this.#sizeOf(selection.selectionSet) : 0;
        size += below + (selection.kind === Kind.FIELD ? 1 : 0);
      }
    }
    this.#sizes.set(selectionSet, size);
    return size;
  }

  /** Gathers the fragments and the variables that a selection set comes to. */
  #reach(
    selectionSet: SelectionSetNode,
    fragments: Map<string, FragmentDefinitionNode>,
    variables: Set<string>,
  ): void {
    visit(selectionSet, {
      Variable: ({ name }) => {
        variables.add(name.value);
      },
      FragmentSpread: ({ name }) => {
        const fragment = this.#fragments.get(name.value);
        if (fragment != null && !fragments.has(name.value)) {
          fragments.set(name.value, fragment);
          this.#reach(fragment.selectionSet, fragments, variables);
        }
      },
    });
  }
}
