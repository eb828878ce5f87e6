import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { deniedCoordinate, possibleTypes, type TypeOfObjects } from '../denied-coordinates.ts';
import { collectFields, fragmentOf } from './collect-fields.ts';
import { type CompileContext, hasInaccessibleTypes, isCommonField } from './compile-projection.ts';
import { isIncluded, withoutConditions } from './conditions.ts';
import { withResponseKey } from './merged-data-keys.ts';
import { DocumentWriter } from './write-document.ts';

/** The fields of an operation that the planner plans, and those that the gateway answers itself. */
export interface PreparedOperation {
  /** The document for the planner. Null if there is nothing to plan. */
  readonly document: string | null;
  /** Root introspection fields. */
  readonly introspection: readonly FieldNode[];
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Writes the document for the planner. Compared to the client's operation:
 * - `@skip` and `@include` are decided. Excluded selections are removed, and so are fragments that are then empty.
 * - Fields that the caller may not read are removed. If a field is denied on some types of an interface, it is written
 *   in fragments on the other types.
 * - Introspection fields are removed. `__typename` is kept or added only where the type of an object is not certain.
 * - Fields with an alias or arguments have the keys of `DataKeys`, as aliases.
 * Directives that subgraphs define stay.
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
  const fields = collectFields(rootType, [operation.selectionSet], context).fields.values();
  const introspection = [...fields].filter(([node]) => isIntrospection(node)).flat();
  const preparer = new Preparer(context);
  const selections = preparer.selections(operation.selectionSet, rootType);
  const writer = new DocumentWriter(operation, preparer.fragments, context.maxFields);
  return { introspection, document: selections.length === 0 ? null : writer.write(selections) };
}

function isIntrospection(node: FieldNode | undefined): boolean {
  return node?.name.value === '__schema' || node?.name.value === '__type';
}

/** Prepares the fields of one operation, and the fragments that they spread. */
class Preparer {
  readonly #context: CompileContext;
  readonly #fragments = new Map<string, FragmentDefinitionNode | null>();

  constructor(context: CompileContext) {
    this.#context = context;
  }

  /** The prepared fragments by name. Null for a fragment without fields to plan. */
  get fragments(): ReadonlyMap<string, FragmentDefinitionNode | null> {
    return this.#fragments;
  }

  /**
   * Returns the field in the form for the planner, with everything below it. If the field is denied on some object
   * types of `parent`, it is in a fragment on each of the other types. Empty if there is nothing to plan.
   */
  field(node: FieldNode, parent: GraphQLCompositeType): readonly SelectionNode[] {
    const { schema, denied } = this.#context;
    const name = node.name.value;
    if (name.startsWith('__')) {
      // On an object type, `__typename` need not be fetched.
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
    return allowed.length === objects.length
      ? [prepared]
      : allowed.map((object) => fragmentOn(object, prepared));
  }

  #preparedField(node: FieldNode, field: GraphQLField<unknown, unknown>): FieldNode {
    const key = this.#context.keys.keyOf(node);
    const type = getNamedType(field.type);
    const { name, arguments: args = [], selectionSet } = node;
    const directives = withoutConditions(node);
    const leaf = withResponseKey({ kind: Kind.FIELD, name, arguments: args, directives }, key);
    return selectionSet !== undefined && isCompositeType(type)
      ? { ...leaf, selectionSet: this.#selectionSet(selectionSet, type) }
      : leaf;
  }

  #selectionSet(selectionSet: SelectionSetNode, type: GraphQLCompositeType): SelectionSetNode {
    const selections = this.selections(selectionSet, type);
    return { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [typename] };
  }

  /** The selections that are left to plan. */
  selections(selectionSet: SelectionSetNode, type: GraphQLCompositeType): readonly SelectionNode[] {
    const included = selectionSet.selections.filter((selection) =>
      isIncluded(selection, this.#context.conditions),
    );
    const selections = included.flatMap((selection) =>
      selection.kind === Kind.FIELD ? this.field(selection, type) : this.#fragment(selection, type),
    );
    // If the objects may have different fields, or a type that clients can't see, each object must have its
    // `__typename`.
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
    const directives = withoutConditions(selection);
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const { value: name } = selection.name;
      if (!this.#fragments.has(name)) {
        this.#fragments.set(name, this.#fragmentDefinition(name));
      }
      return this.#fragments.get(name) === null ? [] : [{ ...selection, directives }];
    }
    const { typeCondition, selectionSet } = selection;
    const innerType = typeCondition === undefined ? type : this.#typeOf(typeCondition.name.value);
    const selections = this.selections(selectionSet, innerType);
    return selections.length === 0
      ? []
      : [{ ...selection, directives, selectionSet: { kind: Kind.SELECTION_SET, selections } }];
  }

  #fragmentDefinition(name: string): FragmentDefinitionNode | null {
    const definition = this.#context.fragments.get(name);
    if (definition === undefined) {
      throw new Error(`the document has no fragment ${name}: it was not validated`);
    }
    const { typeCondition } = definition;
    const selections = this.selections(definition.selectionSet, this.#typeOf(typeCondition.name.value));
    return selections.length === 0
      ? null
      : {
          kind: Kind.FRAGMENT_DEFINITION,
          name: definition.name,
          typeCondition,
          selectionSet: { kind: Kind.SELECTION_SET, selections },
        };
  }

  #typeOf(condition: string): GraphQLCompositeType {
    const type = this.#context.schema.getType(condition);
    if (!isCompositeType(type)) {
      throw new Error(`there is no type ${condition}: the document was not validated`);
    }
    return type;
  }
}

const fragmentOn = ({ name }: TypeOfObjects, field: FieldNode): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
  selectionSet: { kind: Kind.SELECTION_SET, selections: [field] },
});
