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
import { type CostExpression, most, product, sum } from './cost-expression.ts';
import type { CostDirectives, ListSize } from './directives.ts';
import { sizeOf } from './list-size.ts';

export interface CostRules extends CostDirectives {
  readonly schema: GraphQLSchema;
  /** Items of a list of which `@listSize` tells nothing. */
  readonly assumedListSize: number;
}

/** What an operation's cost is reckoned from. */
export interface Costed {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: ConditionValues;
}

/** What a mutation costs beside its fields. */
const mutationCost = 10;
/** Fields that are looked at, fragments spread out: fragments within fragments double with each level. */
const maxFields = 1000;

/**
 * What an operation costs: of each field, its weight and that of what is selected in it, for each item of its list,
 * and its arguments. An object weighs 1 and a leaf nothing where no `@cost` says otherwise. Of fragments for different
 * types all count, so it is never too little. Throws `OperationTooLarge`.
 */
export function operationCost(
  { definition, fragments, conditions }: Costed,
  rules: CostRules,
): CostExpression {
  const root = rules.schema.getRootType(definition.operation);
  if (root == null) {
    throw new Error(`the schema has no ${definition.operation} type: the document was not validated`);
  }
  const reckoner = new Reckoner(rules, fragments, conditions);
  const base = definition.operation === OperationTypeNode.MUTATION ? mutationCost : 0;
  return sum([base, reckoner.selected([{ set: definition.selectionSet, type: root }], noSizes)]);
}

/** Selections, with the type that they are made on. */
interface Selected {
  readonly set: SelectionSetNode;
  readonly type: GraphQLNamedType;
}

/** Field nodes that give one field of the answer, each with the type that it is selected on. */
type Same = { readonly node: FieldNode; readonly parent: GraphQLNamedType }[];

/** Sizes that a field told of lists right below it, by field. */
type Sizes = ReadonlyMap<string, CostExpression>;
const noSizes: Sizes = new Map();

class Reckoner {
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

  selected(selections: readonly Selected[], sizes: Sizes): CostExpression {
    const fields = new Map<string, Same>();
    const spread = new Set<string>();
    for (const { set, type } of selections) {
      this.#collect(set, type, fields, spread);
    }
    return sum([...fields.values()].map((same) => this.#field(same, sizes)));
  }

  /** Gathers the nodes that give the same field under the same key: they are fetched once. */
  #collect(
    set: SelectionSetNode,
    type: GraphQLNamedType,
    into: Map<string, Same>,
    spread: Set<string>,
  ): void {
    for (const selection of set.selections) {
      if (!isIncluded(selection, this.#conditions)) {
        continue;
      }
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const key = `${selection.alias?.value ?? name} ${name}`;
        const same = into.get(key);
        if (same === undefined) {
          into.set(key, [{ node: selection, parent: type }]);
        } else {
          same.push({ node: selection, parent: type });
        }
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.#collect(
          selection.selectionSet,
          this.#typeOf(selection.typeCondition?.name.value, type),
          into,
          spread,
        );
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = this.#fragments.get(selection.name.value);
        if (fragment !== undefined) {
          this.#collect(
            fragment.selectionSet,
            this.#typeOf(fragment.typeCondition.name.value, type),
            into,
            spread,
          );
        }
      }
    }
  }

  #field(same: Same, sizes: Sizes): CostExpression {
    const costs: CostExpression[] = [];
    const counts: CostExpression[] = [];
    const weights: number[] = [];
    const below: Selected[] = [];
    const sizesBelow = new Map<string, CostExpression>();
    for (const { node, parent } of same) {
      const field = fieldOf(parent, node.name.value);
      if (field === undefined) {
        // Of the schema itself, or `__typename`.
        return 0;
      }
      if (++this.#fields > maxFields) {
        throw new OperationTooLarge(`The operation asks for more than ${maxFields} fields.`);
      }
      const coordinates = this.#coordinates(parent, field);
      weights.push(...this.#weights(field, coordinates));
      costs.push(sum(argumentsCost(node, field, `${parent.name}.${field.name}`, this.#rules.weights)));
      counts.push(this.#count(node, field, coordinates, sizes, sizesBelow));
      if (node.selectionSet !== undefined) {
        below.push({ set: node.selectionSet, type: getNamedType(field.type) });
      }
    }
    const each = sum([Math.max(0, ...weights), this.selected(below, sizesBelow)]);
    return sum([product([most(counts), each]), most(costs)]);
  }

  /** Items that the field's list has; 1 where it has none. Notes what the field tells of lists below it. */
  #count(
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    coordinates: readonly string[],
    sizes: Sizes,
    sizesBelow: Map<string, CostExpression>,
  ): CostExpression {
    const { listSizes, assumedListSize } = this.#rules;
    const own: CostExpression[] = [];
    for (const coordinate of coordinates) {
      const listSize: ListSize | undefined = listSizes.get(coordinate);
      if (listSize === undefined) {
        continue;
      }
      const size = sizeOf(listSize, coordinate, node, field, assumedListSize);
      for (const name of listSize.sizedFields) {
        sizesBelow.set(name, most([size, sizesBelow.get(name) ?? 0]));
      }
      own.push(size);
    }
    const depth = listDepth(field.type);
    if (depth === 0) {
      return 1;
    }
    const outer = sizes.get(field.name) ?? (own.length > 0 ? most(own) : assumedListSize);
    return product([outer, assumedListSize ** (depth - 1)]);
  }

  /** Of the field itself or of what it gives, for each type that the object may have. */
  #weights(field: GraphQLField<unknown, unknown>, coordinates: readonly string[]): number[] {
    const { weights, schema } = this.#rules;
    const own = coordinates.flatMap((coordinate) => weights.get(coordinate) ?? []);
    if (own.length > 0) {
      return own;
    }
    const type = getNamedType(field.type);
    return isAbstractType(type)
      ? schema.getPossibleTypes(type).map(({ name }) => weights.get(name) ?? 1)
      : [weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0)];
  }

  /** A field of an interface may be any of those that implement it. */
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
