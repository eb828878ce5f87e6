import {
  type DirectiveNode,
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
import { collectFields, fragmentOf, selectedAtOnce } from './collect-fields.ts';
import { type CompileContext, hasInaccessibleTypes, isCommonField } from './compile-projection.ts';
import { isIncluded, withoutOwnDirectives } from './conditions.ts';
import { withResponseKey } from './merged-data-keys.ts';
import { DocumentWriter } from './write-document.ts';

/** The fields of an operation that the planner plans, and the fields that the gateway itself answers. */
export interface PreparedOperation {
  /** The document for the planner. Null if there is nothing to plan. */
  readonly document: string | null;
  /** Root introspection fields. */
  readonly introspection: readonly FieldNode[];
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Writes the document for the planner. Compared to the client's operation:
 * - `@skip` and `@include` are evaluated. Excluded selections are removed, and so are fragments that are then empty.
 * - Fields that the caller may not read are removed. If a field is denied on some types of an interface, it is written
 *   in fragments on the other types.
 * - Introspection fields are removed. `__typename` is only where an object's type is unknown, or a set would be empty.
 * - Fields with an alias or arguments have the keys of `DataKeys`, as aliases.
 * - A deferred fragment has its number in place of the client's label (`DeferDirectives`). Other `@defer`s are removed.
 * - Directives that subgraphs define stay.
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
  const { fields } = collectFields(rootType, selectedAtOnce([operation.selectionSet]), context);
  const nodes = [...fields.values()].flat().map(({ node }) => node);
  const introspection = nodes.filter(isIntrospection);
  const preparer = preparerFor(operation, rootType, context);
  const selections = preparer.selections(operation.selectionSet, rootType);
  const writer = new DocumentWriter(operation, preparer.fragments, context.maxFields);
  return { introspection, document: selections.length === 0 ? null : writer.write(selections) };
}

function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}

/**
 * Returns the preparer of the operation's fields. If the answer is delivered in parts, several parts may have fields of
 * one object, and each needs the object's type. So if one selection on an abstract type needs `__typename`, all
 * selections on this type fetch it.
 */
function preparerFor(
  { selectionSet }: OperationDefinitionNode,
  rootType: GraphQLCompositeType,
  context: CompileContext,
): Preparer {
  const preparer = new Preparer(context);
  if (context.defer === null) {
    return preparer;
  }
  preparer.selections(selectionSet, rootType);
  return new Preparer(context, preparer.typesNeeded);
}

/** Prepares the fields of one operation for the planner, and the fragments that they spread. */
class Preparer {
  /** The abstract types for which at least one selection needs the objects' `__typename`. */
  readonly typesNeeded: Set<string>;
  readonly #context: CompileContext;
  /** The object types on which the caller may read a field, by the field's coordinate. */
  readonly #allowed = new Map<string, readonly TypeOfObjects[] | null>();
  readonly #fragments = new Map<string, FragmentDefinitionNode | null>();

  constructor(context: CompileContext, typesNeeded: Iterable<string> = []) {
    this.#context = context;
    this.typesNeeded = new Set(typesNeeded);
  }

  /** The prepared fragments by name. Null for a fragment without fields to plan. */
  get fragments(): ReadonlyMap<string, FragmentDefinitionNode | null> {
    return this.#fragments;
  }

  /**
   * Returns the field as the planner gets it, with everything below it. If the field is denied on some object types of
   * `parent`, it is in a fragment on each of the other types. Empty if there is nothing to plan.
   */
  field(node: FieldNode, parent: GraphQLCompositeType): readonly SelectionNode[] {
    const name = node.name.value;
    if (name.startsWith('__')) {
      // On an object type, `__typename` need not be fetched.
      return isAbstractType(parent) ? [typename] : [];
    }
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (field === undefined) {
      throw new Error(`${parent.name} has no field ${name}: the document was not validated`);
    }
    const prepared = this.#preparedField(node, field);
    const allowed = this.#allowedTypes(parent, name);
    return allowed === null ? [prepared] : allowed.map((object) => fragmentOn(object, prepared));
  }

  /** The object types on which the caller may read the field. Null for all of them. */
  #allowedTypes(parent: GraphQLCompositeType, name: string): readonly TypeOfObjects[] | null {
    const { schema, denied } = this.#context;
    const coordinate = `${parent.name}.${name}`;
    const known = this.#allowed.get(coordinate);
    if (known !== undefined) {
      return known;
    }
    const objects = possibleTypes(schema, parent);
    const allowed = objects.filter((object) => {
      const objectField = object.getFields()[name];
      return objectField !== undefined && deniedCoordinate(object, objectField, denied) === undefined;
    });
    const types = allowed.length === objects.length ? null : allowed;
    this.#allowed.set(coordinate, types);
    return types;
  }

  #preparedField(node: FieldNode, field: GraphQLField<unknown, unknown>): FieldNode {
    const key = this.#context.keys.keyOf(node);
    const type = getNamedType(field.type);
    const { name, arguments: args = [], selectionSet } = node;
    const directives = withoutOwnDirectives(node);
    const leaf = withResponseKey({ kind: Kind.FIELD, name, arguments: args, directives }, key);
    return selectionSet !== undefined && isCompositeType(type)
      ? { ...leaf, selectionSet: this.#selectionSet(selectionSet, type) }
      : leaf;
  }

  #selectionSet(selectionSet: SelectionSetNode, type: GraphQLCompositeType): SelectionSetNode {
    const selections = this.selections(selectionSet, type);
    return { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [typename] };
  }

  /** The selections that the planner must plan. */
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
      ((this.#context.defer !== null && this.typesNeeded.has(type.name)) ||
        hasInaccessibleTypes(type, this.#context) ||
        included.some((selection) =>
          selection.kind === Kind.FIELD
            ? !isCommonField(type, selection.name.value, this.#context)
            : ![undefined, type.name].includes(this.#conditionOf(selection)),
        ));
    if (needsTypename) {
      this.typesNeeded.add(type.name);
    }
    return needsTypename && !selections.includes(typename) ? [typename, ...selections] : selections;
  }

  #conditionOf(selection: Exclude<SelectionNode, FieldNode>): string | undefined {
    return fragmentOf(selection, this.#context).typeCondition?.name.value;
  }

  #fragment(
    selection: Exclude<SelectionNode, FieldNode>,
    type: GraphQLCompositeType,
  ): readonly SelectionNode[] {
    const directives = [...withoutOwnDirectives(selection), ...this.#deferOf(selection)];
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

  #deferOf(selection: Exclude<SelectionNode, FieldNode>): readonly DirectiveNode[] {
    const number = this.#context.defer?.numberOf(selection) ?? null;
    return number === null ? [] : [numberedDefer(number)];
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

const numberedDefer = (number: string): DirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'defer' },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'label' },
      value: { kind: Kind.STRING, value: number },
    },
  ],
});
