/** What is asked of the schema itself: graphql-js answers it, once it is clear that the answer is not too large. */
import {
  type DocumentNode,
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getOperationAST,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { fragmentsOf, OperationTooLarge } from '../executor/index.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * Asks graphql-js of the schema itself: `introspection` has one operation, and no other fields. Throws `OperationTooLarge`
 * where the answer would have more than `maxValues` values, objects and lists counted.
 */
export async function introspect(
  schema: GraphQLSchema,
  introspection: DocumentNode,
  variableValues: Variables,
  maxValues: number,
): Promise<Record<string, unknown>> {
  if (new Counter(schema, introspection, variableValues, maxValues).count() > maxValues) {
    throw tooLarge(maxValues);
  }
  const { data, errors } = await execute({ schema, document: introspection, variableValues });
  if (errors !== undefined) {
    throw new Error('the schema does not answer introspection', { cause: errors[0] });
  }
  return data ?? {};
}

function tooLarge(maxValues: number): OperationTooLarge {
  return new OperationTooLarge(`The operation asks for more than ${maxValues} values of the schema.`);
}

/** Root fields that ask of the schema stand in no type. */
const metaFields: ReadonlyMap<string, GraphQLField<unknown, unknown>> = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]),
);

/**
 * Counts what an answer will have. What is selected of a part of the schema is counted once, however often the answer has
 * it: `{ __schema { types { fields { type { name } } } } }` looks at each type once, though the answer names `String` in
 * hundreds of places. So counting takes no more steps than `maxValues`. What conditions leave out is counted too.
 */
class Counter {
  readonly #schema: GraphQLSchema;
  readonly #document: DocumentNode;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Variables;
  readonly #maxValues: number;
  readonly #counted = new Map<SelectionSetNode, Map<unknown, number>>();
  #steps = 0;

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Variables, maxValues: number) {
    this.#schema = schema;
    this.#document = document;
    this.#fragments = fragmentsOf(document.definitions);
    this.#variables = variables;
    this.#maxValues = maxValues;
  }

  count(): number {
    const operation = getOperationAST(this.#document);
    const root = operation == null ? undefined : this.#schema.getRootType(operation.operation);
    if (operation == null || root == null) {
      throw new Error('there is no operation to introspect with: the document was not validated');
    }
    return this.#selected(operation.selectionSet, root, undefined);
  }

  #selected(set: SelectionSetNode, type: GraphQLObjectType, source: unknown): number {
    const counted = this.#counted.get(set) ?? new Map<unknown, number>();
    this.#counted.set(set, counted);
    const before = counted.get(source);
    if (before !== undefined) {
      return before;
    }
    let values = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        values += this.#field(selection, type, source);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      values += fragment === undefined ? 0 : this.#selected(fragment.selectionSet, type, source);
    }
    counted.set(source, values);
    return values;
  }

  #field(node: FieldNode, type: GraphQLObjectType, source: unknown): number {
    this.#steps += 1;
    if (this.#steps > this.#maxValues) {
      throw tooLarge(this.#maxValues);
    }
    const { selectionSet } = node;
    const field = metaFields.get(node.name.value) ?? type.getFields()[node.name.value];
    const below = getNamedType(field?.type);
    if (selectionSet === undefined || field === undefined || !(below instanceof GraphQLObjectType)) {
      return 1;
    }
    const args = getArgumentValues(field, node, this.#variables);
    // The fields of the schema itself look at nothing else.
    const info = { schema: this.#schema } as GraphQLResolveInfo;
    const value: unknown = field.resolve?.(source, args, undefined, info);
    const countItem = (item: unknown) => 1 + (item == null ? 0 : this.#selected(selectionSet, below, item));
    return Array.isArray(value)
      ? value.reduce<number>((values, item) => values + countItem(item), 1)
      : countItem(value);
  }
}
