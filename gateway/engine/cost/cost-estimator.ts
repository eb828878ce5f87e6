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
  type SelectionSetNode,
} from 'graphql';
import {
  type ConditionValues,
  type DeferDirectives,
  isIncluded,
  OperationTooLarge,
} from '../../executor/index.ts';
import { argumentsCost } from './arguments.ts';
import { type CostExpression, largest, maximum, product, sum } from './cost-expression.ts';
import type { CostDirectives, ListSize } from './directives.ts';
import { sizeOf } from './list-size.ts';

export interface CostRules extends CostDirectives {
  readonly schema: GraphQLSchema;
  /** The assumed number of items in a list without `@listSize`. */
  readonly assumedListSize: number;
  /**
   * The maximum number of fields that are visited, with fragments expanded. Nested fragments can double the number of
   * fields at each level.
   */
  readonly maxFields: number;
  /** The cost of a field's `@requires` for one object. The keys are `Type.field`. */
  readonly requirementCosts: RequirementCosts;
}

export type RequirementCosts = Pick<ReadonlyMap<string, number>, 'size' | 'get'>;

export interface TypedSelectionSet {
  readonly set: SelectionSetNode;
  readonly type: GraphQLNamedType;
}

/**
 * Field nodes with the same response key and name. They are one field of the answer. Each node comes with its parent
 * type.
 */
type FieldGroup = { readonly node: FieldNode; readonly parent: GraphQLNamedType }[];

/**
 * The sizes of an object's lists, by field name. They come from the `sizedFields` of the parent field's `@listSize`.
 */
type Sizes = ReadonlyMap<string, CostExpression>;
const noSizes: Sizes = new Map();

export class CostEstimator {
  readonly #rules: CostRules;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #conditions: ConditionValues;
  readonly #defer: DeferDirectives | null;
  #fields = 0;

  constructor(
    rules: CostRules,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    conditions: ConditionValues,
    defer: DeferDirectives | null = null,
  ) {
    this.#defer = defer;
    this.#rules = rules;
    this.#fragments = fragments;
    this.#conditions = conditions;
  }

  /** Returns the cost of selection sets that apply to one object. */
  estimate(selections: readonly TypedSelectionSet[], sizes: Sizes = noSizes): CostExpression {
    const groups = new Map<string, FieldGroup>();
    const spreadNames = new Set<string>();
    let deferred = 0;
    for (const { set, type } of selections) {
      deferred += this.#collect(set, type, groups, spreadNames);
    }
    return sum([deferred, ...[...groups.values()].map((group) => this.#field(group, sizes))]);
  }

  /**
   * Groups the fields of a selection set and of its fragments. Leaves out fields that the conditions exclude. Returns the
   * number of deferred fragments.
   */
  #collect(
    set: SelectionSetNode,
    type: GraphQLNamedType,
    groups: Map<string, FieldGroup>,
    spreadNames: Set<string>,
  ): number {
    let deferred = 0;
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
        continue;
      }
      deferred += this.#defer === null || this.#defer.numberOf(selection) === null ? 0 : 1;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        deferred += this.#collect(
          selection.selectionSet,
          this.#typeOf(selection.typeCondition?.name.value, type),
          groups,
          spreadNames,
        );
      } else if (!spreadNames.has(selection.name.value)) {
        spreadNames.add(selection.name.value);
        const fragment = this.#fragments.get(selection.name.value);
        if (fragment !== undefined) {
          deferred += this.#collect(
            fragment.selectionSet,
            this.#typeOf(fragment.typeCondition.name.value, type),
            groups,
            spreadNames,
          );
        }
      }
    }
    return deferred;
  }

  #field(group: FieldGroup, sizes: Sizes): CostExpression {
    const argumentCosts: CostExpression[] = [];
    const counts: CostExpression[] = [];
    let weight = 0;
    let required = 0;
    const selectionSets: TypedSelectionSet[] = [];
    const childSizes = new Map<string, CostExpression>();
    for (const { node, parent } of group) {
      const field = fieldOf(parent, node.name.value);
      if (field === undefined) {
        // `__typename` or another introspection field.
        return 0;
      }
      const { maxFields, requirementCosts } = this.#rules;
      if (++this.#fields > maxFields) {
        throw new OperationTooLarge(`The operation asks for more than ${maxFields} fields.`);
      }
      const coordinates = this.#coordinates(parent, field);
      required = Math.max(required, largest(coordinates.map((each) => requirementCosts.get(each) ?? 0)));
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
    return sum([product([maximum(counts), costOfItem]), maximum(argumentCosts), required]);
  }

  /**
   * Returns the number of items in the field's list, or 1 if the field has no list. If `sizedFields` of `@listSize`
   * names lists below the field, their sizes are added to `childSizes`.
   */
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
   * Returns the largest weight at the field's coordinates. If there is none, returns the weight of the field's type. The
   * weight of an abstract type is the largest weight of its possible types.
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
   * Returns the coordinates whose directives apply to the field. If the parent is an interface, the same field of each
   * implementing type is included. Empty if the supergraph has no cost directive and no `@requires`.
   */
  #coordinates(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): string[] {
    const { weights, listSizes, requirementCosts, schema } = this.#rules;
    if (weights.size === 0 && listSizes.size === 0 && requirementCosts.size === 0) {
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
