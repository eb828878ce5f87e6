import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

export interface RandomQuery {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Endless queries over the schema. Some are invalid, where two fields do not merge: leave those out. */
export function* randomQueries(schema: GraphQLSchema, seed: number): Generator<RandomQuery> {
  const random = randomOf(seed);
  for (;;) {
    yield new Writer(schema, random).query();
  }
}

const conditions = [
  '',
  '',
  '',
  '',
  '',
  '',
  ' @include(if: $yes)',
  ' @skip(if: $yes)',
  ' @include(if: $no)',
  ' @skip(if: $no)',
  ' @skip(if: false)',
];

class Writer {
  readonly #schema: GraphQLSchema;
  readonly #random: () => number;
  readonly #fragments: string[] = [];
  #budget = 40;

  constructor(schema: GraphQLSchema, random: () => number) {
    this.#schema = schema;
    this.#random = random;
  }

  query(): RandomQuery {
    const root = this.#schema.getQueryType();
    if (root == null) {
      throw new Error('the schema has no query type');
    }
    const selections = this.#selections(root, 0);
    const head = 'query ($yes: Boolean! = true, $no: Boolean = false, $first: Int, $id: ID! = "p3")';
    const variables: Record<string, unknown> = { yes: this.#random() < 0.7 };
    if (this.#random() < 0.5) {
      variables.first = this.#pick([0, 1, 3]);
    }
    return {
      query:
        `${head} ${selections}\n${this.#fragments.join('\n')}\nfragment Used on Query { __typename @include(if: $yes) n: __typename @include(if: $no) product(id: $id) @skip(if: $yes) { reviews(first: $first) { id } } }`.replace(
          '{',
          '{ ...Used ',
        ),
      variables,
    };
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + Math.floor(this.#random() * (depth === 0 ? 3 : 4));
    const selections = Array.from({ length: count }, () => this.#selection(type, depth));
    return `{ ${selections.join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const fields = isAbstractType(type) && !isInterfaceType(type) ? [] : Object.values(type.getFields());
    if (fields.length === 0 || (depth > 0 && this.#random() < 0.25)) {
      return this.#random() < 0.3 ? '__typename' : this.#fragment(type, depth);
    }
    const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    this.#budget -= 1;
    const deep = depth < 7 && this.#budget > 0;
    const candidates = deep || leaves.length === 0 ? fields : leaves;
    return this.#field(this.#pick(candidates), fields, depth);
  }

  #field(
    field: GraphQLField<unknown, unknown>,
    siblings: readonly GraphQLField<unknown, unknown>[],
    depth: number,
  ): string {
    const named = getNamedType(field.type);
    const aliased = this.#random() < 0.25;
    const alias = aliased
      ? `${this.#pick(['x', 'y', 'constructor', ...siblings.map(({ name }) => name)])}: `
      : '';
    const args = field.args
      .map((arg) => this.#argument(arg.name, String(arg.type), getNamedType(arg.type)))
      .filter((arg) => arg !== '');
    const list = args.length > 0 ? `(${args.join(', ')})` : '';
    if (!isCompositeType(named)) {
      return `${alias}${field.name}${list}${this.#pick(conditions)}`;
    }
    const below = depth < 8 && this.#budget > 0 ? this.#selections(named, depth + 1) : '{ __typename }';
    return `${alias}${field.name}${list}${this.#pick(conditions)} ${below}`;
  }

  #argument(name: string, type: string, named: unknown): string {
    if (type.startsWith('ID')) {
      return `${name}: ${this.#pick(['"p1"', '"p2"', '"p4"', '"none"', '$id'])}`;
    }
    if (type.startsWith('By')) {
      return `${name}: ${this.#pick(['{ id: "p2" }', '{ sku: "sku-3" }', '{ id: $id }'])}`;
    }
    if (this.#random() < 0.4) {
      return '';
    }
    return isEnumType(named)
      ? `${name}: ${this.#pick(named.getValues()).name}`
      : `${name}: ${this.#pick(['1', '2', 'null', '$first'])}`;
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const possible = isAbstractType(type) ? [...this.#schema.getPossibleTypes(type)] : [type];
    const covering = Object.values(this.#schema.getTypeMap())
      .filter(isCompositeType)
      .filter((other) => !other.name.startsWith('__'))
      .filter((other) =>
        isObjectType(other)
          ? possible.includes(other)
          : this.#schema.getPossibleTypes(other).some((each) => possible.includes(each)),
      );
    const on = this.#pick(covering);
    const below = this.#selections(on, depth + 1);
    if (this.#random() < 0.3) {
      const name = `F${this.#fragments.length}`;
      this.#fragments.push(`fragment ${name} on ${on.name} ${below}`);
      return `...${name}${this.#pick(conditions)}`;
    }
    return `... on ${on.name}${this.#pick(conditions)} ${below}`;
  }

  #pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.#random() * from.length)];
    if (picked === undefined) {
      throw new Error('nothing to pick from');
    }
    return picked;
  }
}
