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
import { deniedCoordinate, possibleTypes } from '../denied-coordinates.ts';
import { planVariableOf } from '../plan-variables.ts';
import { collectFields, fragmentOf } from './collect-fields.ts';
import { type CompileContext, hasInaccessibleTypes, isCommonField } from './compile-projection.ts';
import { isIncluded } from './conditions.ts';

/** The part of an operation to plan, and the part that the gateway answers itself. */
export interface PreparedOperation {
  /**
   * Planned and run in sequence. A mutation has one document for each root field, so that they run strictly serially.
   */
  readonly documents: readonly string[];
  /** Root introspection fields. */
  readonly introspection: readonly FieldNode[];
}

/** The operation is too large to be planned. */
export class OperationTooLarge extends Error {
  override readonly name = 'OperationTooLarge';
}

/** Fields of an operation, counted once per spread: fragments within fragments can double the count at each level. */
const maxFields = 1000;

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Writes the documents that the planner plans. Compared to the client's operation:
 * - `@skip` and `@include` are decided. Excluded selections are removed, and so are fragments that are then empty.
 * - Fields that the caller may not have are removed. If a field is denied on some types of an interface, it is written
 *   in fragments on the other types.
 * - Introspection fields are removed. `__typename` is only kept or added where an object's type must be known.
 * - Fields with an alias or arguments have the keys of `DataKeys`, as aliases.
 *
 * With `{ "full": false }` and `Patron.contact` denied,
 *
 * ```graphql
 * query ($full: Boolean!) { me { number: id __typename contact { email } ... @include(if: $full) { status } } }
 * ```
 *
 * becomes
 *
 * ```graphql
 * { me { _2_id_number: id } }
 * ```
 *
 * @throws OperationTooLarge
 */
export function prepareOperation(
  operation: OperationDefinitionNode,
  rootType: GraphQLCompositeType,
  context: CompileContext,
): PreparedOperation {
  const introspection: FieldNode[] = [];
  const planned: FieldNode[][] = [];
  const preparer = new Preparer(context);
  for (const nodes of collectFields(rootType, [operation.selectionSet], context).fields.values()) {
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

/**
 * Prepares the fields and fragments of one operation.
 *
 * ```ts
 * const preparer = new Preparer(context);
 * const fields = preparer.field(node, queryType); // the prepared field, with everything below it
 * const text = preparer.document(operation, fields); // a document with the fragments and variables that they use
 * ```
 */
class Preparer {
  readonly #context: CompileContext;
  /** Prepared fragments by name. Null for a fragment in which nothing is left to plan. */
  readonly #fragments = new Map<string, FragmentDefinitionNode | null>();
  /** The number of fields in each selection set, for `maxFields`. */
  readonly #sizes = new Map<SelectionSetNode, number>();

  constructor(context: CompileContext) {
    this.#context = context;
  }

  /**
   * A document of these fields. Has the variables that they use, under the plan's names, and the fragments that they
   * spread.
   *
   * @throws OperationTooLarge
   */
  document(operation: OperationDefinitionNode, fields: readonly FieldNode[]): string {
    const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: fields };
    if (this.#sizeOf(selectionSet) > maxFields) {
      throw new OperationTooLarge(`The operation asks for more than ${maxFields} fields.`);
    }
    const fragments = new Map<string, FragmentDefinitionNode>();
    const variables = new Set<string>();
    this.#collectUses(selectionSet, fragments, variables);
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
    const renamed = visit(document, {
      Variable: (node) => ({ ...node, name: { ...node.name, value: planVariableOf(node.name.value) } }),
    });
    return print(renamed);
  }

  /**
   * The field as it is planned. If it is denied on some object types of `parent`, it is in a fragment on each of the
   * others. Empty if nothing of it is left to plan.
   */
  field(node: FieldNode, parent: GraphQLCompositeType): readonly SelectionNode[] {
    const { schema, denied } = this.#context;
    const name = node.name.value;
    if (name.startsWith('__')) {
      // The type is known, so `__typename` need not be fetched.
      return isAbstractType(parent) ? [typename] : [];
    }
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (field === undefined) {
      throw new Error(`${parent.name} has no field ${name}: the document was not validated`);
    }
    const objects = possibleTypes(schema, parent);
    const allowed = objects.filter((object) => {
      const objectField = object.getFields()[name];
      return objectField !== undefined && deniedCoordinate(object, objectField, denied) === undefined;
    });
    const prepared = this.#preparedField(node, field);
    if (allowed.length === objects.length) {
      return [prepared];
    }
    return allowed.map((object) => ({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: object.name } },
      selectionSet: { kind: Kind.SELECTION_SET, selections: [prepared] },
    }));
  }

  #preparedField(node: FieldNode, field: GraphQLField<unknown, unknown>): FieldNode {
    const key = this.#context.keys.keyOf(node, field);
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
    const included = selectionSet.selections.filter((selection) =>
      isIncluded(selection, this.#context.conditions),
    );
    const selections = included.flatMap((selection) =>
      selection.kind === Kind.FIELD ? this.field(selection, type) : this.#fragment(selection, type),
    );
    // If the objects may have different fields, or an inaccessible type, each must have its `__typename`.
    const needsTypename =
      isAbstractType(type) &&
      (hasInaccessibleTypes(type, this.#context) ||
        included.some((selection) =>
          selection.kind === Kind.FIELD
            ? !isCommonField(type, selection.name.value, this.#context)
            : ![undefined, type.name].includes(this.#conditionOf(selection)),
        ));
    return needsTypename && !selections.includes(typename) ? [typename, ...selections] : selections;
  }

  #conditionOf(selection: Exclude<SelectionNode, FieldNode>): string | undefined {
    return fragmentOf(selection, this.#context).typeCondition?.name.value;
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
    const definition = this.#context.fragments.get(name);
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

  #typeOf(condition: string | undefined, parent: GraphQLCompositeType | undefined): GraphQLCompositeType {
    const type = condition === undefined ? parent : this.#context.schema.getType(condition);
    if (!isCompositeType(type)) {
      throw new Error(`there is no type ${condition}: the document was not validated`);
    }
    return type;
  }

  #sizeOf(selectionSet: SelectionSetNode): number {
    const counted = this.#sizes.get(selectionSet);
    if (counted !== undefined) {
      return counted;
    }
    let size = 0;
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = this.#fragments.get(selection.name.value);
        size += fragment == null ? 0 : this.#sizeOf(fragment.selectionSet);
      } else {
        const sizeBelow = selection.selectionSet ? this.#sizeOf(selection.selectionSet) : 0;
        size += sizeBelow + (selection.kind === Kind.FIELD ? 1 : 0);
      }
    }
    this.#sizes.set(selectionSet, size);
    return size;
  }

  /** Collects the fragments and the variables that a selection set uses, directly or through other fragments. */
  #collectUses(
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
          this.#collectUses(fragment.selectionSet, fragments, variables);
        }
      },
    });
  }
}
