/**
 * Answers introspection. First the values of the future answer are counted. If they don't exceed the limit, graphql-js
 * executes the fields.
 */
import {
  BREAK,
  type DocumentNode,
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLFormattedError,
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
  visit,
} from 'graphql';
import { withoutUndefined } from '../../platform/without-undefined.ts';
import { fragmentsOf, OperationTooLarge } from '../executor/index.ts';
import type { GraphQLResult } from './request.ts';

/** The answer to a caller whose audience may not introspect the schema. */
export const introspectionDisabled: GraphQLResult = {
  errors: [
    {
      message: 'The operation asks for the schema, but introspection is disabled here.',
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    },
  ],
};

/**
 * Returns whether a document selects `__schema` or `__type`, also in an operation that isn't executed. `__typename` is
 * allowed, because it shows nothing of the schema.
 */
export function asksForSchema(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name: { value } }) {
      found = value === SchemaMetaFieldDef.name || value === TypeMetaFieldDef.name;
      return found ? BREAK : undefined;
    },
  });
  return found;
}

type Variables = Readonly<Record<string, unknown>>;

/** The values of introspection fields, and the errors of fields that are null. */
export interface Introspected {
  /** The values by response key. Empty if a null in a non-null field makes the whole answer to introspection null. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: readonly GraphQLFormattedError[];
}

/**
 * Executes introspection fields. `introspection` has one operation, whose root fields are all introspection fields.
 * Only one error is possible: a non-null argument gets null from a variable that has a default value.
 * @throws OperationTooLarge if the answer would have more than `maxValues` values: leaves, objects and lists.
 */
export async function introspect(
  schema: GraphQLSchema,
  introspection: DocumentNode,
  variableValues: Variables,
  maxValues: number,
): Promise<Introspected> {
  if (new ValueCounter(schema, introspection, variableValues, maxValues).count() > maxValues) {
    throw tooLarge(maxValues);
  }
  const { data, errors = [] } = await execute({ schema, document: introspection, variableValues });
  const defect = errors.find(({ originalError }) => !(originalError instanceof GraphQLError));
  if (defect !== undefined) {
    throw new Error('introspection failed', { cause: defect });
  }
  return { data: data ?? {}, errors: errors.map(formattedError) };
}

/** Locations are left out: they refer to a document that the client doesn't know. */
function formattedError({ message, path }: GraphQLError): GraphQLFormattedError {
  return withoutUndefined({ message, path, extensions: { code: 'BAD_USER_INPUT' } });
}

function tooLarge(maxValues: number): OperationTooLarge {
  return new OperationTooLarge(`The operation asks for more than ${maxValues} values of the schema.`);
}

/** The introspection fields of a root type. graphql-js doesn't include them in the type's fields. */
const metaFields: ReadonlyMap<string, GraphQLField<unknown, unknown>> = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((field) => [field.name, field]),
);

/**
 * A long alias counts as more values: one for each 64 characters. An alias may be as long as its document, and the
 * answer repeats it.
 */
const charactersPerValue = 64;

function longAlias({ alias }: FieldNode): number {
  return Math.floor((alias?.value.length ?? 0) / charactersPerValue);
}

/**
 * Counts the values that an answer will have, without building it. The count of a selection set on an element of the
 * schema, such as a type, is computed once and reused. For example,
 * `{ __schema { types { fields { type { name } } } } }` has `String` hundreds of times in its answer, but `String` is
 * visited once. At most `maxValues` fields are visited. Fields that `@skip` or `@include` exclude are counted too.
 *
 * Example: `{ __type(name: "Sex") { enumValues { name } } }` of an enum with three values has 8 values: the object, the
 * list, three items and three names.
 */
class ValueCounter {
  readonly #schema: GraphQLSchema;
  readonly #document: DocumentNode;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Variables;
  readonly #maxValues: number;
  /** The number of values below each selection set, by the element of the schema on which it is selected. */
  readonly #counts = new Map<SelectionSetNode, Map<unknown, number>>();
  #visitedFields = 0;

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
    return this.#countSet(operation.selectionSet, root, undefined);
  }

  #countSet(set: SelectionSetNode, type: GraphQLObjectType, source: unknown): number {
    const counts = this.#counts.get(set) ?? new Map<unknown, number>();
    this.#counts.set(set, counts);
    const counted = counts.get(source);
    if (counted !== undefined) {
      return counted;
    }
    let values = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        values += this.#countField(selection, type, source) + longAlias(selection);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
      values += fragment === undefined ? 0 : this.#countSet(fragment.selectionSet, type, source);
    }
    counts.set(source, values);
    return values;
  }

  #countField(node: FieldNode, type: GraphQLObjectType, source: unknown): number {
    this.#visitedFields += 1;
    if (this.#visitedFields > this.#maxValues) {
      throw tooLarge(this.#maxValues);
    }
    const { selectionSet } = node;
    const field = metaFields.get(node.name.value) ?? type.getFields()[node.name.value];
    const fieldType = getNamedType(field?.type);
    if (selectionSet === undefined || field === undefined || !(fieldType instanceof GraphQLObjectType)) {
      return 1;
    }
    const args = this.#argumentsOf(field, node);
    if (args === null) {
      return 1;
    }
    // The resolvers of introspection fields use only the schema of `info`.
    const info = { schema: this.#schema } as GraphQLResolveInfo;
    const value: unknown = field.resolve?.(source, args, undefined, info);
    const countItem = (item: unknown) =>
      1 + (item == null ? 0 : this.#countSet(selectionSet, fieldType, item));
    return Array.isArray(value)
      ? value.reduce<number>((values, item) => values + countItem(item), 1)
      : countItem(value);
  }

  /** Returns null if the arguments are not valid. The field is then null in the answer, with an error. */
  #argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Variables | null {
    try {
      return getArgumentValues(field, node, this.#variables);
    } catch (error) {
      if (error instanceof GraphQLError) {
        return null;
      }
      throw error;
    }
  }
}
