/**
 * Replaces the literals of an operation by variables before planning. Otherwise each value would need its own plan, and
 * the cache of plans would contain values (R30). Validation comes earlier, so that its errors refer to the client's own
 * document.
 */
import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  Kind,
  type ObjectFieldNode,
  type OperationDefinitionNode,
  parseType,
  print,
  type StringValueNode,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { coerceVariables, fragmentsOf, InventedNames, type VariableBounds } from '../../executor/index.ts';

export interface ExtractedLiterals {
  /** The printed operation without literals, with the fragments that it uses. */
  readonly text: string;
  /** The coerced values of the new variables, by name. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Replaces each literal in the arguments of a field or of a subgraph's directive by a variable, and removes
 * descriptions. Equal literals of one type get the same variable, because a field that is selected twice must have the
 * same arguments.
 *
 * Before: `{ item(itemNumber: "31852000000015") { title } }`
 * After: `query ($literal0: ID!) { item(itemNumber: $literal0) { title } }` and `{ literal0: "31852000000015" }`
 *
 * These literals stay:
 * - arguments of `@skip`, `@include` and `@defer`, because they decide what is planned;
 * - default values of variables, and null;
 * - lists and objects that contain a variable (their other items and fields are replaced one by one);
 * - literals that a custom scalar might read differently as JSON.
 */
export function extractLiterals(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): ExtractedLiterals {
  const extractor = new LiteralExtractor(operation, schema);
  const fragments = reachedFragments(operation, fragmentsOf(document.definitions));
  const [extracted, ...definitions] = [operation, ...fragments].map((definition) =>
    extractor.extract(definition),
  );
  if (extracted?.kind !== Kind.OPERATION_DEFINITION) {
    throw new Error('extracting literals changed the kind of the operation');
  }
  const ownDefinitions = (extracted.variableDefinitions ?? []).map(withoutDescription);
  const variableDefinitions = [...ownDefinitions, ...extractor.definitions];
  const text = print({
    kind: Kind.DOCUMENT,
    definitions: [{ ...extracted, variableDefinitions }, ...definitions],
  });
  return { text, values: extractor.values };
}

/** Literals need no bounds of their own, because the number of a document's tokens is bounded. */
const literalBounds: VariableBounds = {
  maxItems: Number.POSITIVE_INFINITY,
  maxValues: Number.POSITIVE_INFINITY,
};

class LiteralExtractor {
  readonly definitions: VariableDefinitionNode[] = [];
  readonly values: Record<string, unknown> = {};
  readonly #schema: GraphQLSchema;
  readonly #invented: InventedNames;
  /** The names of the variables. The key is the type and the literal that the variable replaces, as text. */
  readonly #names = new Map<string, string>();

  constructor({ variableDefinitions = [] }: OperationDefinitionNode, schema: GraphQLSchema) {
    this.#schema = schema;
    const ownNames = new Set(variableDefinitions.map(({ variable }) => variable.name.value));
    this.#invented = new InventedNames((name) => ownNames.has(name));
  }

  /** Returns a copy of the definition in which variables replace literals. */
  extract(
    definition: OperationDefinitionNode | FragmentDefinitionNode,
  ): OperationDefinitionNode | FragmentDefinitionNode {
    const typeInfo = new TypeInfo(this.#schema);
    return visit(
      withoutDescription(definition),
      visitWithTypeInfo(typeInfo, {
        Field: (node): FieldNode | undefined => {
          const field = typeInfo.getFieldDef();
          if (field == null || node.arguments === undefined || node.arguments.length === 0) {
            return undefined;
          }
          return { ...node, arguments: this.#withVariables(node.arguments, field.args) };
        },
        Directive: (node): DirectiveNode | false => {
          const directive = typeInfo.getDirective();
          return directive == null || isSpecifiedDirective(directive) || directive.name === 'defer'
            ? false
            : { ...node, arguments: this.#withVariables(node.arguments, directive.args) };
        },
        VariableDefinition: () => false,
      }),
    );
  }

  #withVariables(
    args: readonly ArgumentNode[] = [],
    definitions: readonly GraphQLArgument[],
  ): readonly ArgumentNode[] {
    const types = new Map(definitions.map(({ name, type }) => [name, type]));
    return args.map((argument) => {
      const type = types.get(argument.name.value);
      return type === undefined || argument.value.kind === Kind.NULL
        ? argument
        : { ...argument, value: this.#replace(argument.value, type) };
    });
  }

  /**
   * Replaces the whole value by one variable if possible. Otherwise replaces the items of the list or the fields of the
   * object.
   */
  #replace(node: ValueNode, type: GraphQLInputType): ValueNode {
    if (node.kind === Kind.VARIABLE) {
      return node;
    }
    const json = jsonOf(node, type);
    const name = json === undefined ? undefined : this.#variableFor(node, json, type);
    if (name !== undefined) {
      return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
    }
    const nullable = isNonNullType(type) ? type.ofType : type;
    if (node.kind === Kind.LIST && isListType(nullable)) {
      return { ...node, values: node.values.map((item) => this.#replaceUnlessNull(item, nullable.ofType)) };
    }
    if (node.kind === Kind.OBJECT && isInputObjectType(nullable)) {
      const types = nullable.getFields();
      const fields = node.fields.map((field): ObjectFieldNode => {
        const fieldType = types[field.name.value]?.type;
        return fieldType === undefined
          ? field
          : { ...field, value: this.#replaceUnlessNull(field.value, fieldType) };
      });
      return { ...node, fields };
    }
    return node;
  }

  #replaceUnlessNull(node: ValueNode, type: GraphQLInputType): ValueNode {
    return node.kind === Kind.NULL ? node : this.#replace(node, type);
  }

  /**
   * Returns the name of the variable for a literal. Undefined if the literal's JSON is not a valid value of this type.
   */
  #variableFor(node: ValueNode, json: unknown, type: GraphQLInputType): string | undefined {
    const key = `${type} ${print(node)}`;
    const existing = this.#names.get(key);
    if (existing !== undefined) {
      return existing;
    }
    const name = this.#invented.choose(key, `literal${this.#names.size}`);
    const definition: VariableDefinitionNode = {
      kind: Kind.VARIABLE_DEFINITION,
      variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
      type: parseType(String(type), { noLocation: true }),
    };
    const coerced = coerceVariables([definition], { [name]: json }, this.#schema, literalBounds);
    if (!coerced.ok) {
      return undefined;
    }
    this.#names.set(key, name);
    this.definitions.push(definition);
    this.values[name] = coerced.values[name];
    return name;
  }
}

/**
 * Returns the JSON that means the same as a literal. Undefined if the literal contains a variable, or if its JSON might
 * mean something else.
 */
function jsonOf(node: ValueNode, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) {
    return jsonOf(node, type.ofType);
  }
  if (node.kind === Kind.NULL) {
    return null;
  }
  if (isListType(type)) {
    return node.kind === Kind.LIST
      ? unlessSomeUndefined(node.values.map((item) => jsonOf(item, type.ofType)))
      : jsonOf(node, type.ofType);
  }
  if (isInputObjectType(type)) {
    const types = type.getFields();
    const fields = node.kind === Kind.OBJECT ? node.fields : [];
    const values = unlessSomeUndefined(
      fields.map(({ name, value }) => {
        const field = types[name.value];
        return field === undefined ? undefined : jsonOf(value, field.type);
      }),
    );
    return node.kind === Kind.OBJECT && values !== undefined
      ? Object.fromEntries(fields.map(({ name }, index) => [name.value, values[index]]))
      : undefined;
  }
  if (isEnumType(type)) {
    return node.kind === Kind.ENUM ? node.value : undefined;
  }
  return isSpecifiedScalarType(type) ? specifiedJson(node, type) : customJson(node);
}

function unlessSomeUndefined(values: readonly unknown[]): readonly unknown[] | undefined {
  return values.includes(undefined) ? undefined : values;
}

function specifiedJson(node: ValueNode, type: GraphQLScalarType): unknown {
  return node.kind === Kind.VARIABLE ? undefined : type.parseLiteral(node);
}

/**
 * Returns the JSON of a custom scalar's literal, if it is a string, a boolean or a safe integer. A custom scalar may
 * read other literals and their JSON differently, so these stay.
 */
function customJson(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
      return Number.isSafeInteger(Number(node.value)) ? Number(node.value) : undefined;
    default:
      return undefined;
  }
}

/**
 * Removes the description: operations that differ only in descriptions are the same, and the planner can't parse
 * descriptions.
 */
function withoutDescription<Node extends { readonly description?: StringValueNode | undefined }>(
  node: Node,
): Node {
  return node.description === undefined ? node : { ...node, description: undefined };
}

/** Returns the fragments that the operation uses, directly or through others, in the order of their first spread. */
function reachedFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FragmentDefinitionNode[] {
  const reached = new Set<FragmentDefinitionNode>();
  const visitSpreads = (definition: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(definition, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment !== undefined && !reached.has(fragment)) {
          reached.add(fragment);
          visitSpreads(fragment);
        }
      },
    });
  };
  visitSpreads(operation);
  return [...reached];
}
