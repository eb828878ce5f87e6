import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { pick } from '../../support/random.ts';
import { randomValue, type ScalarValues } from './random-value.ts';

/** A random query with its variables. */
export interface RandomQuery {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

export interface RandomQueryOptions {
  readonly scalars?: ScalarValues;
  /** The approximate number of fields in the query. Nested selections may add a few. */
  readonly fields?: number;
  /** The greatest depth of nested fields. */
  readonly depth?: number;
  /** The maximum number of selections in one selection set. */
  readonly width?: number;
  /**
   * Interface fields, as `Type.field`. They are not selected a second time in a fragment on one of the interface's
   * types.
   */
  readonly askedOnce?: readonly string[];
}

/**
 * A random query over the schema. Some queries are invalid, because two of their fields can't be merged. The caller
 * skips them.
 */
export function randomQuery(
  schema: GraphQLSchema,
  random: () => number,
  options: RandomQueryOptions = {},
): RandomQuery {
  return new QueryWriter(schema, random, options).query();
}

/** A random mutation, of several root fields. Undefined if the schema has no mutations. */
export function randomMutation(
  schema: GraphQLSchema,
  random: () => number,
  options: RandomQueryOptions = {},
): RandomQuery | undefined {
  return new QueryWriter(schema, random, options).mutation();
}

/** A random subscription, of one root field. Undefined if the schema has no subscriptions. */
export function randomSubscription(
  schema: GraphQLSchema,
  random: () => number,
  options: RandomQueryOptions = {},
): RandomQuery | undefined {
  return new QueryWriter(schema, random, options).subscription();
}

/**
 * A query of a root field of an interface type. It selects one field of the interface for all types, and again for some
 * types with other fields below it: `{ all { link { a } ... on E0 { link { b } } } }`. Undefined if the schema has no
 * such field.
 */
export function overlappingQuery(
  schema: GraphQLSchema,
  random: () => number,
  options: RandomQueryOptions = {},
): RandomQuery | undefined {
  return new QueryWriter(schema, random, options).overlappingQuery();
}

/**
 * A query of a root field of an abstract type. It selects a field that two of the type's object types have under the
 * same name: `{ several { ... on V0 { of { a } } ... on V1 { of { b } } } }`. Undefined if the schema has no such
 * field.
 */
export function sameNamesQuery(
  schema: GraphQLSchema,
  random: () => number,
  options: RandomQueryOptions = {},
): RandomQuery | undefined {
  return new QueryWriter(schema, random, options).sameNamesQuery();
}

/**
 * A query of a root field of an interface type. It selects a field on all types, with arguments that only the types have:
 * `{ all { ... on E0 { c(x: 1) } ... on E1 { c(x: 1) } } }`. Undefined if the schema has no such field.
 */
export function addedArgumentsQuery(
  schema: GraphQLSchema,
  random: () => number,
  options: RandomQueryOptions = {},
): RandomQuery | undefined {
  return new QueryWriter(schema, random, options).addedArgumentsQuery();
}

class QueryWriter {
  readonly #schema: GraphQLSchema;
  readonly #random: () => number;
  readonly #scalars: ScalarValues;
  readonly #maxDepth: number;
  readonly #maxWidth: number;
  readonly #askedOnce: readonly string[];
  readonly #fragments: { readonly on: string; readonly name: string; readonly text: string }[] = [];
  /** The field of each response key, with its arguments. */
  readonly #keys = new Map<string, string>();
  readonly #declared = new Map<string, string>();
  readonly #variables: Record<string, unknown> = {};
  #fieldsLeft: number;

  constructor(
    schema: GraphQLSchema,
    random: () => number,
    { scalars = {}, fields = 40, depth = 8, width = 4, askedOnce = [] }: RandomQueryOptions,
  ) {
    this.#schema = schema;
    this.#random = random;
    this.#scalars = scalars;
    this.#fieldsLeft = fields;
    this.#maxDepth = depth;
    this.#maxWidth = width;
    this.#askedOnce = askedOnce;
  }

  query(): RandomQuery {
    const root = this.#schema.getQueryType();
    if (root == null) {
      throw new Error('the schema has no query type');
    }
    return this.#document(this.#selections(root, 0));
  }

  mutation(): RandomQuery | undefined {
    const root = this.#schema.getMutationType();
    if (root == null) {
      return undefined;
    }
    const fields = Object.values(root.getFields());
    // Fields that are neighbours in the schema often belong to one subgraph.
    const count = 2 + Math.floor(this.#random() * 4);
    const selections = Array.from({ length: count }, () => this.#field(pick(this.#random, fields), root, 0));
    return this.#document(`{ ${selections.join(' ')} }`, 'mutation');
  }

  subscription(): RandomQuery | undefined {
    const root = this.#schema.getSubscriptionType();
    return root == null
      ? undefined
      : this.#document(
          `{ ${this.#field(pick(this.#random, Object.values(root.getFields())), root, 0)} }`,
          'subscription',
        );
  }

  sameNamesQuery(): RandomQuery | undefined {
    const root = Object.values(this.#schema.getQueryType()?.getFields() ?? {});
    const found = root.flatMap((field) => {
      const type = getNamedType(field.type);
      const objects = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [];
      const fields = objects.flatMap((on) =>
        Object.values(on.getFields()).map((candidate) => ({
          on,
          field: candidate,
          key: `${candidate.name} ${shapeOf(candidate)}`,
        })),
      );
      const shared = [...Map.groupBy(fields, ({ key }) => key).values()].filter(({ length }) => length > 1);
      return shared.length > 0 ? [{ field, shared }] : [];
    });
    if (found.length === 0) {
      return undefined;
    }
    const { field, shared } = pick(this.#random, found);
    // Gateways handle different types well on the first level, but make mistakes on the second. So fields with objects
    // are preferred.
    const deeper = shared.filter(
      (same) => new Set(same.map((candidate) => getNamedType(candidate.field.type))).size > 1,
    );
    const asked = pick(this.#random, deeper.length > 0 ? deeper : shared).map(
      ({ on, field: { name, type } }) => {
        const named = getNamedType(type);
        return `... on ${on.name} { ${name} ${isCompositeType(named) ? this.#few(named, 2) : ''} }`;
      },
    );
    return this.#document(`{ ${this.#head(field, [])} { ${asked.join(' ')} } }`);
  }

  addedArgumentsQuery(): RandomQuery | undefined {
    const root = Object.values(this.#schema.getQueryType()?.getFields() ?? {});
    const found = root.flatMap((field) => {
      const type = getNamedType(field.type);
      return isInterfaceType(type)
        ? this.#addedArguments(type).map((added) => ({ field, type, ...added }))
        : [];
    });
    if (found.length === 0) {
      return undefined;
    }
    const { field, type, name, args } = pick(this.#random, found);
    const given = args.map((arg) => `${arg.name}: ${this.#argument(arg)}`).join(', ');
    const asked = this.#schema.getPossibleTypes(type).map((on) => {
      const named = getNamedType(on.getFields()[name]?.type);
      return `... on ${on.name} { ${name}(${given}) ${isCompositeType(named) ? this.#few(named, 1) : ''} }`;
    });
    return this.#document(`{ ${this.#head(field, [])} { ${asked.join(' ')} ${this.#typename()} } }`);
  }

  /** The fields of an interface to which all its types add the same arguments. */
  #addedArguments(
    type: GraphQLInterfaceType,
  ): readonly { readonly name: string; readonly args: readonly GraphQLArgument[] }[] {
    const objects = this.#schema.getPossibleTypes(type);
    return Object.values(type.getFields()).flatMap(({ name, args: own }) => {
      const args = objects[0]?.getFields()[name]?.args ?? [];
      const added = args.filter((arg) => own.every((other) => other.name !== arg.name));
      const haveAll = objects.every((object) => {
        const others = object.getFields()[name]?.args ?? [];
        return added.every((arg) =>
          others.some((other) => other.name === arg.name && String(other.type) === String(arg.type)),
        );
      });
      return added.length > 0 && haveAll ? [{ name, args: added }] : [];
    });
  }

  overlappingQuery(): RandomQuery | undefined {
    const root = Object.values(this.#schema.getQueryType()?.getFields() ?? {});
    const found = root.flatMap((field) => {
      const type = getNamedType(field.type);
      const links = isInterfaceType(type) ? this.#linksOf(type) : [];
      return isInterfaceType(type) && links.length > 0 ? [{ field, type, links }] : [];
    });
    if (found.length === 0) {
      return undefined;
    }
    const { field, type, links } = pick(this.#random, found);
    const link = pick(this.#random, links);
    const named = getNamedType(link.type) as GraphQLCompositeType;
    const asked = [
      ...(this.#chance(0.8) ? [`${link.name} ${this.#few(named, 2)}`] : []),
      ...this.#schema
        .getPossibleTypes(type)
        .filter(() => this.#chance(0.6))
        .map(({ name }) => `... on ${name} { ${link.name} ${this.#few(named, 2)} }`),
    ];
    return this.#document(`{ ${this.#head(field, [])} { ${asked.join(' ')} ${this.#typename()} } }`);
  }

  /**
   * Selects one or two fields without aliases or arguments. On an entity that is fetched by its key, each field usually
   * adds a lookup.
   */
  #few(type: GraphQLCompositeType, depth: number): string {
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const possible = fields.filter(
      ({ name, args, type: fieldType }) =>
        args.length === 0 &&
        (depth > 0 || !isCompositeType(getNamedType(fieldType))) &&
        !this.#askedOnce.includes(`${type.name}.${name}`),
    );
    if (possible.length === 0) {
      return '{ __typename }';
    }
    const texts = Array.from({ length: this.#chance(0.6) ? 1 : 2 }, () => {
      const { name, type: fieldType } = pick(this.#random, possible);
      const named = getNamedType(fieldType);
      return isCompositeType(named) ? `${name} ${this.#few(named, depth - 1)}` : name;
    });
    return `{ ${texts.join(' ')} }`;
  }

  /** The fields of an interface whose values are objects. */
  #linksOf(type: GraphQLInterfaceType): readonly GraphQLField<unknown, unknown>[] {
    return Object.values(type.getFields()).filter(
      ({ name, type: fieldType }) =>
        isCompositeType(getNamedType(fieldType)) && !this.#askedOnce.includes(`${type.name}.${name}`),
    );
  }

  #document(selections: string, kind: 'query' | 'mutation' | 'subscription' = 'query'): RandomQuery {
    const noted = this.#noted();
    const declared = [...this.#declared].map(([name, type]) => `$${name}: ${type}`);
    const head = `${kind}${declared.length === 0 ? '' : ` (${declared.join(', ')})`}${noted}`;
    const fragments = this.#fragments.map(({ on, name, text }) => `fragment ${name} on ${on} ${text}`);
    return { query: [`${head} ${selections}`, ...fragments].join('\n'), variables: this.#variables };
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + Math.floor(this.#random() * this.#maxWidth);
    return `{ ${Array.from({ length: count }, () => this.#selection(type, depth)).join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const parent = isObjectType(type) || isInterfaceType(type) ? type : undefined;
    const fields = Object.values(parent?.getFields() ?? {});
    if (parent === undefined || fields.length === 0 || this.#chance(depth === 0 ? 0.1 : 0.25)) {
      this.#fieldsLeft -= 1;
      return this.#fieldsLeft < 0 || this.#chance(0.3) ? this.#typename() : this.#fragment(type, depth);
    }
    const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    this.#fieldsLeft -= 1;
    const mayNest = depth < this.#maxDepth - 1 && this.#fieldsLeft > 0;
    const field = pick(this.#random, mayNest || leaves.length === 0 ? fields : leaves);
    return this.#field(field, parent, depth);
  }

  #field(
    field: GraphQLField<unknown, unknown>,
    parent: GraphQLObjectType | GraphQLInterfaceType,
    depth: number,
  ): string {
    const head = this.#head(field, Object.values(parent.getFields()));
    const named = getNamedType(field.type);
    if (!isCompositeType(named)) {
      return head;
    }
    const mayAskAgain = isInterfaceType(parent) && !this.#askedOnce.includes(`${parent.name}.${field.name}`);
    const again = mayAskAgain && this.#chance(0.5) ? this.#again(parent, head, named) : '';
    return `${head} ${this.#below(named, depth)}${again}`;
  }

  #typename(): string {
    return `${this.#chance(0.2) ? 'kindOfThing: ' : ''}__typename${this.#condition()}`;
  }

  #head(field: GraphQLField<unknown, unknown>, siblings: readonly GraphQLField<unknown, unknown>[]): string {
    // Some aliases are another field's name, or a property of every JavaScript object. Gateways often handle such
    // aliases wrongly.
    const aliases = ['x', 'y', 'constructor', ...siblings.map(({ name }) => name)];
    const hostile = hostileAliases(field, siblings);
    const alias = this.#chance(0.25)
      ? pick(this.#random, aliases)
      : hostile.length > 0 && this.#chance(0.6)
        ? pick(this.#random, hostile)
        : field.name;
    const asked = `${field.name}${this.#arguments(field.args)}`;
    const key = this.#responseKey(alias, `${asked} of ${field.type}`);
    return `${key === field.name ? '' : `${key}: `}${asked}${this.#condition()}${this.#plus(field)}`;
  }

  #below(named: GraphQLCompositeType, depth: number): string {
    const mayNest = depth < this.#maxDepth && this.#fieldsLeft > 0;
    return mayNest ? this.#selections(named, depth + 1) : '{ __typename }';
  }

  /**
   * Selects the interface's field again on some types, with more fields below it. The paths then lead to the same
   * objects.
   */
  #again(parent: GraphQLInterfaceType, head: string, named: GraphQLCompositeType): string {
    return this.#schema
      .getPossibleTypes(parent)
      .filter(() => this.#chance(0.6))
      .map(({ name }) => ` ... on ${name} { ${head} ${this.#few(named, 2)} }`)
      .join('');
  }

  /** A key usually has only one field in the whole document. Otherwise few documents would be valid. */
  #responseKey(preferred: string, asked: string): string {
    const existing = this.#keys.get(preferred) ?? asked;
    const key = existing === asked || this.#chance(0.05) ? preferred : `key${this.#keys.size}`;
    this.#keys.set(key, asked);
    return key;
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const writtenArguments = args
      .filter((arg) => (isNonNullType(arg.type) && arg.defaultValue === undefined) || this.#chance(0.6))
      .map((arg) => `${arg.name}: ${this.#argument(arg)}`);
    return writtenArguments.length === 0 ? '' : `(${writtenArguments.join(', ')})`;
  }

  #argument({ type }: GraphQLArgument): string {
    const { literal, json } = randomValue(type, this.#random, this.#scalars);
    if (this.#chance(0.7)) {
      return literal;
    }
    const name = `v${this.#declared.size}`;
    const byDefault = this.#chance(0.3);
    this.#declared.set(name, byDefault ? `${type} = ${literal}` : String(type));
    if (!byDefault) {
      this.#variables[name] = json;
    }
    return `$${name}`;
  }

  #condition(): string {
    if (this.#chance(0.6)) {
      return '';
    }
    const kind = pick(this.#random, ['include', 'include', 'skip']);
    const value = this.#chance(kind === 'include' ? 0.8 : 0.2);
    if (this.#chance(0.3)) {
      return ` @${kind}(if: ${value})`;
    }
    const name = value ? 'yes' : 'no';
    this.#declared.set(name, 'Boolean!');
    this.#variables[name] = value;
    return ` @${kind}(if: $${name})`;
  }

  /** Directives for operations that the supergraph may have, see `plus-directive.ts`. */
  #plus({ type }: GraphQLField<unknown, unknown>): string {
    const argument = this.#schema.getDirective('plus')?.args[0];
    return argument === undefined || getNamedType(type).name !== 'Int' || this.#chance(0.8)
      ? ''
      : ` @plus(n: ${this.#argument(argument)})`;
  }

  #noted(): string {
    const argument = this.#schema.getDirective('noted')?.args[0];
    return argument === undefined || this.#chance(0.85) ? '' : ` @noted(by: ${this.#argument(argument)})`;
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const on = pick(this.#random, this.#overlapping(type));
    const sameType = this.#fragments.filter((fragment) => fragment.on === on.name);
    if (sameType.length > 0 && this.#chance(0.3)) {
      return `...${pick(this.#random, sameType).name}${this.#condition()}${this.#noted()}`;
    }
    const text = this.#selections(on, depth + 1);
    if (this.#chance(0.3)) {
      const name = `F${this.#fragments.length}`;
      this.#fragments.push({ on: on.name, name, text });
      return `...${name}${this.#condition()}${this.#noted()}`;
    }
    return `...${this.#chance(0.1) && on === type ? '' : ` on ${on.name}`}${this.#condition()}${this.#noted()} ${text}`;
  }

  /** The composite types that an object of the type may have. */
  #overlapping(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    const possible = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type];
    if (possible.length === 0) {
      return [type];
    }
    return Object.values(this.#schema.getTypeMap())
      .filter(isCompositeType)
      .filter(({ name }) => !name.startsWith('__'))
      .filter((other) =>
        isObjectType(other)
          ? possible.includes(other)
          : this.#schema.getPossibleTypes(other).some((candidate) => possible.includes(candidate)),
      );
  }
}

/**
 * Returns aliases of a field for which the gateway would invent a key that is another field's name. For example, the
 * key of `x: id` would be `_2_id_x`. So if another field is called `_2_id_x`, `x` is returned.
 */
function hostileAliases(
  { name }: GraphQLField<unknown, unknown>,
  siblings: readonly GraphQLField<unknown, unknown>[],
): readonly string[] {
  const begin = `_${name.length}_${name}_`;
  return siblings.flatMap((sibling) =>
    sibling.name.startsWith(begin) ? sibling.name.slice(begin.length) : [],
  );
}

/**
 * A text that is equal for two fields if they may have the same response key on different types (FieldsInSetCanMerge).
 */
function shapeOf({ type }: GraphQLField<unknown, unknown>): string {
  const named = getNamedType(type);
  return isCompositeType(named) ? String(type).replace(named.name, '{}') : String(type);
}
