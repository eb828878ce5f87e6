/**
 * Literals become variables before an operation is planned: each value would else be a plan of its own, and stand in
 * what is kept of plans. Errors about a document are told before, of the document as it came.
 */
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
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
import { coerceVariables, fragmentsOf, InventedNames, type VariableBounds } from '../executor/index.ts';

export interface LiftedOperation {
  /** The operation and the fragments that it comes to. */
  readonly text: string;
  /** The variables that stand for literals, coerced. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The operation with a variable for each literal, the same for the same value of the same type, and without descriptions.
 * What stays as it is:
 * what decides conditions, defaults of variables, a null, and what a custom scalar would not be given unchanged.
 */
export function liftLiterals(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): LiftedOperation {
  const lifter = new Lifter(operation, schema);
  const fragments = reachedFragments(operation, fragmentsOf(document.definitions));
  const [lifted, ...definitions] = [operation, ...fragments].map((definition) => lifter.lift(definition));
  if (lifted?.kind !== Kind.OPERATION_DEFINITION) {
    throw new Error('an operation was lifted to something else');
  }
  const own = (lifted.variableDefinitions ?? []).map(withoutDescription);
  const variableDefinitions = [...own, ...lifter.definitions];
  const text = print({
    kind: Kind.DOCUMENT,
    definitions: [{ ...lifted, variableDefinitions }, ...definitions],
  });
  return { text, values: lifter.values };
}

/** The tokens of a document are bounded, and its literals with them. */
const literalBounds: VariableBounds = {
  maxItems: Number.POSITIVE_INFINITY,
  maxValues: Number.POSITIVE_INFINITY,
};

class Lifter {
  readonly definitions: VariableDefinitionNode[] = [];
  readonly values: Record<string, unknown> = {};
  readonly #schema: GraphQLSchema;
  readonly #invented: InventedNames;
  /** Names by type and value: where a field is selected twice, its arguments must stay the same. */
  readonly #names = new Map<string, string>();

  constructor({ variableDefinitions = [] }: OperationDefinitionNode, schema: GraphQLSchema) {
    this.#schema = schema;
    const own = new Set(variableDefinitions.map(({ variable }) => variable.name.value));
    this.#invented = new InventedNames((name) => own.has(name));
  }

  lift(
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
          const types = new Map(field.args.map(({ name, type }) => [name, type]));
          const lifted = node.arguments.map((argument): ArgumentNode => {
            const type = types.get(argument.name.value);
            return type === undefined || argument.value.kind === Kind.NULL
              ? argument
              : { ...argument, value: this.#value(argument.value, type) };
          });
          return { ...node, arguments: lifted };
        },
        VariableDefinition: () => false,
        Directive: () => false,
      }),
    );
  }

  /** As much of a value as can be one variable; where that is not all of it, its parts. */
  #value(node: ValueNode, type: GraphQLInputType): ValueNode {
    if (node.kind === Kind.VARIABLE) {
      return node;
    }
    const json = jsonOf(node, type);
    const name = json === undefined ? undefined : this.#nameOf(node, json, type);
    if (name !== undefined) {
      return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
    }
    const nullable = isNonNullType(type) ? type.ofType : type;
    if (node.kind === Kind.LIST && isListType(nullable)) {
      return { ...node, values: node.values.map((item) => this.#part(item, nullable.ofType)) };
    }
    if (node.kind === Kind.OBJECT && isInputObjectType(nullable)) {
      const types = nullable.getFields();
      const fields = node.fields.map((field): ObjectFieldNode => {
        const fieldType = types[field.name.value]?.type;
        return fieldType === undefined ? field : { ...field, value: this.#part(field.value, fieldType) };
      });
      return { ...node, fields };
    }
    return node;
  }

  #part(node: ValueNode, type: GraphQLInputType): ValueNode {
    return node.kind === Kind.NULL ? node : this.#value(node, type);
  }

  /** The variable for a value; none where the value would not be taken for one. */
  #nameOf(node: ValueNode, json: unknown, type: GraphQLInputType): string | undefined {
    const key = `${type} ${print(node)}`;
    const known = this.#names.get(key);
    if (known !== undefined) {
      return known;
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

/** The JSON that a client would send for the literal; undefined where it has a variable in it, or none is the same. */
function jsonOf(node: ValueNode, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) {
    return jsonOf(node, type.ofType);
  }
  if (node.kind === Kind.NULL) {
    return null;
  }
  if (isListType(type)) {
    return node.kind === Kind.LIST
      ? allOrNone(node.values.map((item) => jsonOf(item, type.ofType)))
      : jsonOf(node, type.ofType);
  }
  if (isInputObjectType(type)) {
    const types = type.getFields();
    const fields = node.kind === Kind.OBJECT ? node.fields : [];
    const values = allOrNone(
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

function allOrNone(values: readonly unknown[]): readonly unknown[] | undefined {
  return values.includes(undefined) ? undefined : values;
}

function specifiedJson(node: ValueNode, type: GraphQLScalarType): unknown {
  return node.kind === Kind.VARIABLE ? undefined : type.parseLiteral(node);
}

/** A custom scalar makes of a literal what it likes: only what JSON says in the same way is given to it as JSON. */
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

/** What it says for people makes no other operation, and the planner does not read it. */
function withoutDescription<Node extends { readonly description?: StringValueNode | undefined }>(
  node: Node,
): Node {
  return node.description === undefined ? node : { ...node, description: undefined };
}

/** In the order in which they are reached. */
function reachedFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FragmentDefinitionNode[] {
  const reached = new Set<FragmentDefinitionNode>();
  const reach = (definition: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(definition, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment !== undefined && !reached.has(fragment)) {
          reached.add(fragment);
          reach(fragment);
        }
      },
    });
  };
  reach(operation);
  return [...reached];
}
