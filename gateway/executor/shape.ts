import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';

/** Those that every type or the root has without declaring them. */
const metaFields = new Map(
  [TypeNameMetaFieldDef, SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]),
);

/** A field that the client asked for is not the caller's to have. */
export interface Denial {
  readonly code: string;
  readonly message: string;
}

/** One field of an answer: what the client calls it, where the data has it, and what it must be. */
export interface Field {
  readonly responseKey: string;
  /** The key in the merged data. */
  readonly key: string;
  /** `Type.field`, for messages. */
  readonly coordinate: string;
  readonly type: GraphQLOutputType;
  /** What is selected of it; null for a leaf. */
  readonly shape: Shape | null;
  readonly denial: Denial | null;
  /** Answered beside the plan: `__schema` and `__type`. */
  readonly introspective: boolean;
  readonly nodes: readonly FieldNode[];
}

/** What a document, free of conditions, tells of its fields. */
export interface ShapeSource {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly denials: ReadonlyMap<FieldNode, Denial>;
  /** The key in the merged data for a field of the document. */
  keyOf(field: FieldNode, definition: GraphQLField<unknown, unknown>): string;
}

/**
 * What an answer looks like at one place, worked out once for each type that shows up there: fields in the order of
 * the document, those with one response key merged (section 6.3.2 of the GraphQL specification).
 */
export class Shape {
  readonly #source: ShapeSource;
  readonly #sets: readonly SelectionSetNode[];
  readonly #byType = new Map<GraphQLCompositeType, readonly Field[]>();

  constructor(source: ShapeSource, sets: readonly SelectionSetNode[]) {
    this.#source = source;
    this.#sets = sets;
  }

  /** The fields for data of that type; of an abstract one where the data didn't have to say more. */
  fieldsOf(type: GraphQLCompositeType): readonly Field[] {
    const known = this.#byType.get(type);
    if (known !== undefined) {
      return known;
    }
    const grouped = new Map<string, FieldNode[]>();
    for (const set of this.#sets) {
      this.#collect(set, type, grouped);
    }
    const fields = [...grouped].map(([responseKey, nodes]) => this.#field(responseKey, nodes, type));
    this.#byType.set(type, fields);
    return fields;
  }

  #collect(set: SelectionSetNode, type: GraphQLCompositeType, grouped: Map<string, FieldNode[]>): void {
    for (const selection of set.selections) {
      switch (selection.kind) {
        case Kind.FIELD: {
          const responseKey = selection.alias?.value ?? selection.name.value;
          const nodes = grouped.get(responseKey) ?? [];
          nodes.push(selection);
          grouped.set(responseKey, nodes);
          break;
        }
        case Kind.INLINE_FRAGMENT:
          if (this.#applies(selection.typeCondition?.name.value, type)) {
            this.#collect(selection.selectionSet, type, grouped);
          }
          break;
        case Kind.FRAGMENT_SPREAD: {
          const fragment = this.#source.fragments.get(selection.name.value);
          if (fragment !== undefined && this.#applies(fragment.typeCondition.name.value, type)) {
            this.#collect(fragment.selectionSet, type, grouped);
          }
          break;
        }
        default: {
          const missed: never = selection;
          throw new Error(`unknown selection ${String(missed)}`);
        }
      }
    }
  }

  #applies(condition: string | undefined, type: GraphQLCompositeType): boolean {
    if (condition === undefined || condition === type.name) {
      return true;
    }
    const conditionType = this.#source.schema.getType(condition);
    return (
      isAbstractType(conditionType) &&
      (isObjectType(type) || isInterfaceType(type)) &&
      this.#source.schema.isSubType(conditionType, type)
    );
  }

  #field(responseKey: string, nodes: readonly FieldNode[], type: GraphQLCompositeType): Field {
    const [node] = nodes;
    if (node === undefined) {
      throw new Error('a response key stands for one field at least');
    }
    const name = node.name.value;
    const definition = metaFields.get(name) ?? ('getFields' in type ? type.getFields()[name] : undefined);
    if (definition === undefined) {
      throw new Error(`${type.name} has no field ${name}: the document was not validated`);
    }
    const sets = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
    return {
      responseKey,
      key: this.#source.keyOf(node, definition),
      coordinate: `${type.name}.${name}`,
      type: definition.type,
      shape: isCompositeType(getNamedType(definition.type)) ? new Shape(this.#source, sets) : null,
      denial: this.#source.denials.get(node) ?? null,
      introspective: isIntrospective(node),
      nodes,
    };
  }
}

/** True for the root fields that tell of the schema itself. */
export function isIntrospective(field: FieldNode): boolean {
  return field.name.value === SchemaMetaFieldDef.name || field.name.value === TypeMetaFieldDef.name;
}
