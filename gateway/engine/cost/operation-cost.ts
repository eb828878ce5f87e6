import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { type ConditionValues, isIncluded, OperationTooLarge } from '../../executor/index.ts';
import { argumentsCost } from './arguments.ts';
import { type CostExpression, largest, maximum, product, sum } from './cost-expression.ts';
import type { CostDirectives, ListSize } from './directives.ts';
import { sizeOf } from './list-size.ts';

export interface CostRules extends CostDirectives {
  readonly schema: GraphQLSchema;
  /** The assumed number of items in a list without `@listSize`. */
  readonly assumedListSize: number;
}

/** The parts of a request on which an operation's cost depends, apart from its variables. */
export interface CostInput {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: ConditionValues;
}

/** Added to the cost of every mutation. */
const mutationCost = 10;
/**
 * The maximum number of fields that are visited, with fragments expanded. Nested fragments can double the number at
 * each level.
 */
const maxFields = 1000;

/**
 * Estimates the cost of an operation: about the number of objects that its answer may have. A field costs its weight
 * plus its selection set, times the items of its list, plus its arguments. Without `@cost`, an object weighs 1 and a
 * leaf 0. All fragments are included, even if an object can match only some, so the estimate is never too low.
 *
 * Example: `{ me { name  credentials { status  type } } }` costs 11 where a list is assumed to have ten items. `me`
 * costs 1, the credentials cost 10 × 1, and the leaves cost nothing.
 *
 * @throws OperationTooLarge
 */
export function operationCost(
  { definition, fragments, conditions }: CostInput,
  rules: CostRules,
): CostExpression {
  const root = rules.schema.getRootType(definition.operation);
  if (root == null) {
    throw new Error(`the schema has no ${definition.operation} type: the document was not validated`);
  }
  const estimator = new CostEstimator(rules, fragments, conditions);
  const base = definition.operation === OperationTypeNode.MUTATION ? mutationCost : 0;
  return sum([base, estimator.estimate([{ set: definition.selectionSet, type: root }], noSizes)]);
}

interface TypedSelectionSet {
  readonly set: SelectionSetNode;
  readonly type: GraphQLNamedType;
}

/** Field nodes with the same response key and name, which are fetched once. Each has its parent type. */
type FieldGroup = { readonly node: FieldNode; readonly parent: GraphQLNamedType }[];

/**
 * The sizes of an object's lists, by field name. They come from the `sizedFields` of the parent field's `@listSize`.
 */
type Sizes = ReadonlyMap<string, CostExpression>;
const noSizes: Sizes = new Map();

class CostEstimator {
  readonly #rules: CostRules;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #conditions: ConditionValues;
  #fields = 0;

  constructor(
    rules: CostRules,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    conditions: ConditionValues,
  ) {
    this.#rules = rules;
    this.#fragments = fragments;
    this.#conditions = conditions;
  }

  /** Returns the cost of selection sets that apply to one object. */
  estimate(selections: readonly TypedSelectionSet[], sizes: Sizes): CostExpression {
    const groups = new Map<string, FieldGroup>();
    const spreadNames = new Set<string>();
    for (const { set, type } of selections) {
      this.#collect(set, type, groups, spreadNames);
    }
    return sum([...groups.values()].map((group) => this.#field(group, sizes)));
  }

  /** Groups the fields of a selection set and of its fragments. Leaves out fields that the conditions exclude. */
  #collect(
    set: SelectionSetNode,
    type: GraphQLNamedType,
    groups: Map<string, FieldGroup>,
    spreadNames: Set<string>,
  ): void {
    for (const selection of set.selections) {
      if (!isIncluded(selection, this.#conditions)) {
        continue;
      }
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const key = `${selection.alias?.value ?? name} ${name}`;
        const group = groups.get(key);
        if (group === undefined) {
          groups.set(key, [{ node: selection, parent: type }]);
        } else {
          group.push({ node: selection, parent: type });
        }
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.#collect(
          selection.selectionSet,
          this.#typeOf(selection.typeCondition?.name.value, type),
          groups,
          spreadNames,
        );
      } else if (!spreadNames.has(selection.name.value)) {
        spreadNames.add(selection.name.value);
        const fragment = this.#fragments.get(selection.name.value);
        if (fragment !== undefined) {
          this.#collect(
            fragment.selectionSet,
            this.#typeOf(fragment.typeCondition.name.value, type),
            groups,
            spreadNames,
          );
        }
      }
    }
  }

  #field(group: FieldGroup, sizes: Sizes): CostExpression {
    const argumentCosts: CostExpression[] = [];
    const counts: CostExpression[] = [];
    let weight = 0;
    const selectionSets: TypedSelectionSet[] = [];
    const childSizes = new Map<string, CostExpression>();
    for (const { node, parent } of group) {
      const field = fieldOf(parent, node.name.value);
      if (field === undefined) {
        // `__typename` or another introspection field.
        return 0;
      }
      if (++this.#fields > maxFields) {
        throw new OperationTooLarge(`The operation asks for more than ${maxFields} fields.`);
      }
      const coordinates = this.#coordinates(parent, field);
      weight = Math.max(weight, this.#weight(field, coordinates));
      argumentCosts.push(
        sum(argumentsCost(node, field, `${parent.name}.${field.name}`, this.#rules.weights)),
      );
      counts.push(this.#count(node, field, coordinates, sizes, childSizes));
      if (node.selectionSet !== undefined) {
        selectionSets.push({ set: node.selectionSet, type: getNamedType(field.type) });
      }
    }
    const costOfItem = sum([weight, this.estimate(selectionSets, childSizes)]);
    return sum([product([maximum(counts), costOfItem]), maximum(argumentCosts)]);
  }

  /** Returns the items of the field's list, or 1 for another type. Adds the sizes of lists below it to `childSizes`. */
  #count(
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    coordinates: readonly string[],
    sizes: Sizes,
    childSizes: Map<string, CostExpression>,
  ): CostExpression {
    const { listSizes, assumedListSize } = this.#rules;
    const ownSizes: CostExpression[] = [];
    for (const coordinate of coordinates) {
      const listSize: ListSize | undefined = listSizes.get(coordinate);
      if (listSize === undefined) {
        continue;
      }
      const size = sizeOf(listSize, coordinate, node, field, assumedListSize);
      for (const name of listSize.sizedFields) {
        childSizes.set(name, maximum([size, childSizes.get(name) ?? 0]));
      }
      ownSizes.push(size);
    }
    const depth = listDepth(field.type);
    if (depth === 0) {
      return 1;
    }
    const outer = sizes.get(field.name) ?? (ownSizes.length > 0 ? maximum(ownSizes) : assumedListSize);
    return product([outer, assumedListSize ** (depth - 1)]);
  }

  /**
   * Returns the largest weight of the field. If it has none, returns the weight of its type, or the largest of an
   * abstract type's possible types.
   */
  #weight(field: GraphQLField<unknown, unknown>, coordinates: readonly string[]): number {
    const { weights, schema } = this.#rules;
    const fieldWeights = coordinates.flatMap((coordinate) => weights.get(coordinate) ?? []);
    if (fieldWeights.length > 0) {
      return largest(fieldWeights);
    }
    const type = getNamedType(field.type);
    return isAbstractType(type)
      ? largest(schema.getPossibleTypes(type).map(({ name }) => weights.get(name) ?? 1))
      : (weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0));
  }

  /**
   * Returns the coordinates whose directives apply to the field: for an interface, also those of implementing types.
   */
  #coordinates(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): string[] {
    const { weights, listSizes, schema } = this.#rules;
    if (weights.size === 0 && listSizes.size === 0) {
      return [];
    }
    const types = isInterfaceType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
    return types.map(({ name }) => `${name}.${field.name}`);
  }

  #typeOf(condition: string | undefined, enclosing: GraphQLNamedType): GraphQLNamedType {
    return condition === undefined ? enclosing : (this.#rules.schema.getType(condition) ?? enclosing);
  }
}

function fieldOf(parent: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

function listDepth(type: GraphQLOutputType): number {
  if (isNonNullType(type)) {
    return listDepth(type.ofType);
  }
  return isListType(type) ? 1 + listDepth(type.ofType) : 0;
}
