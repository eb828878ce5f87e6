/** @requires: fields that are computed from fields of other subgraphs. */
import { type DataObject, federation2, read, type Supergraph } from './supergraph.ts';

const num = (value: unknown) => (typeof value === 'number' ? value : 0);
const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (of, name) => (of === null || of === undefined ? null : read(of as DataObject, name)),
    value,
  );

/** A chain of requirements that alternates between two subgraphs. */
const requiresRequires: Supergraph = {
  subgraphs: {
    ids: federation2`
      type Query { product: Product products: [Product] }
      type Product @key(fields: "id") { id: ID! }`,
    prices: federation2`
      type Product @key(fields: "id") {
        id: ID! price: Int hasDiscount: Boolean @external expensive: Boolean @requires(fields: "hasDiscount")
      }`,
    discounts: federation2`
      type Product @key(fields: "id") {
        id: ID! price: Int @external hasDiscount: Boolean @requires(fields: "price")
        expensive: Boolean @external label: String @requires(fields: "expensive")
      }`,
    shops: federation2`
      type Product @key(fields: "id") {
        id: ID! label: String @external hasDiscount: Boolean @external price: Int @external
        poster: String @requires(fields: "label") small: String @requires(fields: "price hasDiscount")
      }`,
  },
  ...(() => {
    const entities = [1, 2, 3].map((n) => ({
      __typename: 'Product',
      id: `p${n}`,
      price: n === 3 ? null : 100 * n,
      hasDiscount(this: DataObject) {
        return num(read(this, 'price')) > 150;
      },
      expensive(this: DataObject) {
        return read(this, 'hasDiscount') === false;
      },
      label(this: DataObject) {
        return `expensive: ${read(this, 'expensive')}`;
      },
      poster(this: DataObject) {
        return `poster of ${read(this, 'label')}`;
      },
      small(this: DataObject) {
        return `${read(this, 'price')} ${read(this, 'hasDiscount')}`;
      },
    }));
    return { entities, root: { product: () => entities[0], products: () => [...entities, null] } };
  })(),
  queries: [
    '{ product { expensive } }',
    '{ product { poster } }',
    '{ products { poster small } }',
    '{ products { label price } }',
    '{ products { label: poster poster: label price: small } }',
    '{ products { id price hasDiscount expensive label poster small } }',
  ],
};

/** A requirement that leads back to the entity with the requiring field. */
const requiresInACircle: Supergraph = {
  subgraphs: {
    posts: federation2`
      type Query { feed: [Post!]! }
      type Post @key(fields: "id") { id: ID! byNovice: Boolean! @external byExpert: Boolean! @requires(fields: "byNovice") }`,
    authors: federation2`
      type Author @key(fields: "id") { id: ID! yearsOfExperience: Int! }
      type Post @key(fields: "id") {
        id: ID! author: Author! @shareable
      }`,
    marks: federation2`
      type Post @key(fields: "id") {
        id: ID! author: Author! @external byNovice: Boolean! @requires(fields: "author { yearsOfExperience }")
      }
      type Author @key(fields: "id") { id: ID! yearsOfExperience: Int! @external }`,
  },
  ...(() => {
    const authors = [1, 20].map((years) => ({
      __typename: 'Author',
      id: `a${years}`,
      yearsOfExperience: years,
    }));
    const posts = [0, 1, 2].map((n) => ({
      __typename: 'Post',
      id: `p${n}`,
      author: authors[n % 2],
      byNovice(this: DataObject) {
        return num(at(this, 'author', 'yearsOfExperience')) < 10;
      },
      byExpert(this: DataObject) {
        return read(this, 'byNovice') === false;
      },
    }));
    return { entities: [...authors, ...posts], root: { feed: () => posts } };
  })(),
  queries: [
    '{ feed { byNovice } }',
    '{ feed { byExpert } }',
    '{ feed { author { id yearsOfExperience } byExpert } }',
  ],
};

/** One field is required with two sets of arguments, and clients may select the field with other arguments. */
const requiresWithArguments: Supergraph = {
  subgraphs: {
    prices: federation2`
      type Query { products: [Product] }
      enum Unit { KG LB }
      input By { currency: String = "USD" rounded: Boolean }
      type Product @key(fields: "upc") {
        upc: ID! price(currency: String!): Int weight(unit: Unit = KG): Int list(by: By, tags: [String!]): Price
      }
      type Price { amount(plus: Int = 1): Int }`,
    shipping: federation2`
      enum Unit { KG LB }
      input By { currency: String = "USD" rounded: Boolean }
      type Product @key(fields: "upc") {
        upc: ID! price(currency: String!): Int @external weight(unit: Unit = KG): Int @external
        list(by: By, tags: [String!]): Price @external
        shipping: String @requires(fields: "price(currency: \"USD\") weight")
        export: String @requires(fields: "price(currency: \"EUR\") weight(unit: LB)")
        listed: String @requires(fields: "list(by: { currency: \"HKD\", rounded: true }, tags: [\"a\", \"b\"]) { amount(plus: 10) }")
      }
      type Price @external { amount(plus: Int = 1): Int }`,
    labels: federation2`
      type Product @key(fields: "upc") {
        upc: ID! shipping: String @external export: String @external label: String @requires(fields: "shipping export")
      }`,
  },
  ...(() => {
    const rates: Readonly<Record<string, number>> = { USD: 1, EUR: 2, HKD: 8 };
    const entities = [1, 2].map((n) => ({
      __typename: 'Product',
      upc: `${n}`,
      price: ({ currency }: { currency: string }) => 10 * n * (rates[currency] ?? 0),
      weight: ({ unit = 'KG' }: { unit?: string | null }) => (n === 2 ? null : unit === 'LB' ? 2 * n : n),
      list: ({
        by,
        tags,
      }: {
        by?: { currency?: string; rounded?: boolean } | null;
        tags?: string[] | null;
      }) => ({
        amount: ({ plus }: { plus?: number | null }) =>
          100 * n +
          num(rates[by?.currency ?? '']) +
          (by?.rounded ? 1000 : 0) +
          (tags?.length ?? 0) +
          num(plus),
      }),
      shipping(this: DataObject) {
        return `${read(this, 'price', { currency: 'USD' })} ${read(this, 'weight', { unit: 'KG' })}`;
      },
      export(this: DataObject) {
        return `${read(this, 'price', { currency: 'EUR' })} ${read(this, 'weight', { unit: 'LB' })}`;
      },
      listed(this: DataObject) {
        const list = read(this, 'list', { by: { currency: 'HKD', rounded: true }, tags: ['a', 'b'] });
        return `${read(list as DataObject, 'amount', { plus: 10 })}`;
      },
      label(this: DataObject) {
        return `${read(this, 'shipping')} and ${read(this, 'export')}`;
      },
    }));
    return { entities, root: { products: () => entities } };
  })(),
  queries: [
    '{ products { shipping } }',
    '{ products { export shipping } }',
    '{ products { price(currency: "HKD") shipping weight(unit: LB) export } }',
    '{ products { listed list { amount } } }',
    '{ products { label list: listed weight: label price: weight } }',
    '{ products { shipping: price(currency: "EUR") price: shipping weight: export } }',
  ],
};

/** Requirements on interfaces and unions, and on lists of them, with nested fragments. */
const requiresFragments: Supergraph = {
  subgraphs: {
    data: federation2`
      type Query { userFromA: Entity entities: [Entity!] }
      type Entity @key(fields: "id") { id: ID! data: Foo many: [Foo!] either: Either }
      interface Foo { foo: String! }
      interface Bar implements Foo { foo: String! bar: String! }
      type Baz implements Foo & Bar @shareable { foo: String! bar: String! baz: String! inner: Foo }
      type Qux implements Foo & Bar @shareable { foo: String! bar: String! qux: String! }
      type Quux @shareable { foo: String! quux: Int }
      union Either = Baz | Quux`,
    made: federation2`
      type Entity @key(fields: "id") {
        id: ID! data: Foo @external many: [Foo!] @external either: Either @external
        requirer: String! @requires(fields: "data { foo ... on Baz { bar baz inner { ... on Qux { qux } } } ... on Qux { bar qux } }")
        second: String! @requires(fields: "data { ... on Qux { qux } foo }")
        all: String @requires(fields: "many { ... on Baz { baz } ... on Qux { bar } foo }")
        one: String @requires(fields: "either { __typename ... on Baz { inner { foo } } ... on Quux { quux foo } }")
      }
      interface Foo { foo: String! }
      interface Bar implements Foo { foo: String! bar: String! }
      type Baz implements Foo & Bar @shareable { foo: String! bar: String! baz: String! inner: Foo }
      type Qux implements Foo & Bar @shareable { foo: String! bar: String! qux: String! }
      type Quux @shareable { foo: String! quux: Int }
      union Either = Baz | Quux`,
  },
  ...(() => {
    const qux = { __typename: 'Qux', foo: 'foo-q', bar: 'bar-q', qux: 'qux' };
    const quux = { __typename: 'Quux', foo: 'foo-u', quux: null };
    const baz = { __typename: 'Baz', foo: 'foo-b', bar: 'bar-b', baz: 'baz', inner: qux };
    const other = {
      __typename: 'Baz',
      foo: 'foo-o',
      bar: 'bar-o',
      baz: 'baz-o',
      inner: { ...qux, foo: 'foo-i', qux: 'qux-i' },
    };
    const text = (value: unknown, names: readonly string[]) =>
      names.map((name) => `${at(value, name) ?? '-'}`).join(' ');
    const entities = [baz, qux, null, other].map((data, n) => ({
      __typename: 'Entity',
      id: `e${n}`,
      data,
      many: n === 2 ? null : [baz, qux, other].slice(0, n),
      either: n === 1 ? null : [baz, null, other, quux][n],
      requirer(this: DataObject) {
        return `${text(this.data, ['foo', 'bar', 'baz', 'qux'])} ${at(this, 'data', 'inner', 'qux') ?? '-'}`;
      },
      second(this: DataObject) {
        return text(this.data, ['qux', 'foo']);
      },
      all(this: DataObject) {
        return ((this.many ?? []) as DataObject[])
          .map((each) => text(each, each.__typename === 'Qux' ? ['bar', 'foo'] : ['baz', 'foo']))
          .join();
      },
      one(this: DataObject) {
        const kind = at(this, 'either', '__typename');
        return `${kind} ${kind === 'Quux' ? text(this.either, ['quux', 'foo']) : at(this, 'either', 'inner', 'foo')}`;
      },
    }));
    return { entities, root: { userFromA: () => entities[0], entities: () => entities } };
  })(),
  queries: [
    '{ userFromA { requirer } }',
    '{ entities { requirer second } }',
    '{ entities { all one } }',
    '{ entities { data { foo } many { ... on Bar { bar } } all requirer } }',
    '{ entities { data { __typename ... on Baz { foo: baz inner { __typename foo } } } one } }',
  ],
};

/** Types of an interface. Each has a field that requires a field of another subgraph. */
const requiresBehindInterfaces: Supergraph = {
  subgraphs: {
    users: federation2`
      type Query { a: User b: User all: [User] }
      interface User { id: ID! name: String }
      type UserA implements User @key(fields: "id") { id: ID! name: String address: Address }
      type UserB implements User @key(fields: "id") { id: ID! name: String city: String }
      interface Address { id: ID! }
      type HomeAddress implements Address @key(fields: "id") { id: ID! city: String @shareable street: String }
      type WorkAddress implements Address @key(fields: "id") { id: ID! city: String @shareable floor: Int }`,
    places: federation2`
      type UserA @key(fields: "id") {
        id: ID! name: String @external address: Address @external
        place: String @requires(fields: "address { id ... on HomeAddress { street } ... on WorkAddress { city } }")
        greeting: String @requires(fields: "name")
      }
      type UserB @key(fields: "id") { id: ID! city: String @external place: String @requires(fields: "city") }
      interface Address { id: ID! }
      type HomeAddress implements Address @key(fields: "id") { id: ID! street: String @external city: String @shareable }
      type WorkAddress implements Address @key(fields: "id") { id: ID! city: String @shareable }`,
  },
  ...(() => {
    const home = { __typename: 'HomeAddress', id: 'h', city: 'Kowloon', street: 'Nathan Road' };
    const work = { __typename: 'WorkAddress', id: 'w', city: 'Central', floor: 9 };
    const place = function (this: DataObject) {
      return `${at(this, 'address', 'id')} ${at(this, 'address', 'id') === 'h' ? at(this, 'address', 'street') : at(this, 'address', 'city')}`;
    };
    const greeting = function (this: DataObject) {
      return `Hello ${read(this, 'name')}`;
    };
    const users = [
      { __typename: 'UserA', id: 'u1', name: 'Ada', address: home, place, greeting },
      { __typename: 'UserA', id: 'u2', name: null, address: work, place, greeting },
      {
        __typename: 'UserB',
        id: 'u3',
        name: 'Bob',
        city: 'Sha Tin',
        place(this: DataObject) {
          return `in ${read(this, 'city')}`;
        },
      },
    ];
    return {
      entities: [...users, home, work],
      root: { a: () => users[0], b: () => users[2], all: () => [...users, null] },
    };
  })(),
  queries: [
    '{ a { ... on UserA { place } } b { ... on UserB { place } } }',
    '{ all { name ... on UserA { place greeting address { id ... on HomeAddress { city } } } ... on UserB { where: place } } }',
    '{ all { id: name ... on UserA { name: greeting } ... on UserB { name: place } } }',
  ],
};

/** The required fields are overridden by another subgraph, or provided on the way to the entity. */
const requiresElsewhere: Supergraph = {
  subgraphs: {
    old: federation2`
      type Query { users: [User] }
      type User @key(fields: "id") { id: ID! name: String first: String last: String }`,
    names: federation2`
      type User @key(fields: "id") { id: ID! name: String @override(from: "old") nick: String }`,
    cards: federation2`
      type Query { cards: [Card] }
      type Card { owner: User @provides(fields: "nick") }
      type User @key(fields: "id") {
        id: ID! name: String @external nick: String @external card: String @requires(fields: "name nick")
      }`,
  },
  ...(() => {
    const users = [1, 2].map((n) => ({
      __typename: 'User',
      id: `${n}`,
      name: `Name ${n}`,
      first: 'F',
      last: 'L',
      nick: n === 2 ? null : 'Nick',
      card(this: DataObject) {
        return `${read(this, 'name')} ${read(this, 'nick')}`;
      },
    }));
    return {
      entities: users,
      root: { users: () => users, cards: () => [...users, null].map((owner) => owner && { owner }) },
    };
  })(),
  queries: ['{ users { card name } }', '{ cards { owner { nick } } }', '{ cards { owner { card nick } } }'],
};

/** An entity that is reached by one key. The subgraph with the requiring field knows it by another key. */
const requiresByOtherKeys: Supergraph = {
  subgraphs: {
    start: federation2`
      type Query { product: Product products: [Product] }
      type Product @key(fields: "c") { c: ID! }`,
    keys: federation2`
      type Product @key(fields: "a d") @key(fields: "b") @key(fields: "c") { a: ID! b: ID! c: ID! d: Int! }`,
    first: federation2`
      type Product @key(fields: "a d") { a: ID! d: Int! one: Int }`,
    second: federation2`
      type Query { byB: [Product] }
      type Product @key(fields: "b") { b: ID! two(times: Int = 1): Int }`,
    both: federation2`
      type Product @key(fields: "a d") {
        a: ID! d: Int! one: Int @external two(times: Int = 1): Int @external
        sum: Int @requires(fields: "one two(times: 3)") more: More @requires(fields: "one") size: Int
      }
      type More { text: String made: Made }
      type Made @key(fields: "id") { id: ID! }`,
    made: federation2`
      type Made @key(fields: "id") { id: ID! by: String product: Product }
      type Product @key(fields: "c", resolvable: false) { c: ID! }`,
  },
  ...(() => {
    const made: Record<string, unknown> = { __typename: 'Made', id: 'm', by: 'Ada' };
    const products = [1, 2].map((n) => ({
      __typename: 'Product',
      a: `a${n}`,
      b: `b${n}`,
      c: `c${n}`,
      d: n,
      one: n === 2 ? null : 10,
      two: ({ times = 1 }: { times?: number | null }) => n * num(times),
      size: n,
      sum(this: DataObject) {
        return num(read(this, 'one')) + num(read(this, 'two', { times: 3 }));
      },
      more(this: DataObject) {
        return { text: `one is ${read(this, 'one')}`, made };
      },
    }));
    made.product = products[0];
    return {
      entities: [...products, made as DataObject],
      root: { product: () => products[0], products: () => [...products, null], byB: () => products },
    };
  })(),
  queries: [
    '{ product { sum } }',
    '{ products { sum size more { text made { by } } } }',
    '{ byB { sum two } product { sum c } }',
    '{ product { more { made { product { sum more { text } } } } } }',
  ],
};

/** Entities that refer to other entities of their type. Each has a requiring field. */
const requiresAlongTheWay: Supergraph = {
  subgraphs: {
    people: federation2`
      type Query { person: Person people: [Person] }
      type Person @key(fields: "id") { id: ID! grade: Int boss: Person @shareable team: [Person] @shareable }`,
    pay: federation2`
      type Person @key(fields: "id") {
        id: ID! grade: Int @external boss: Person @shareable team: [Person] @shareable next: Person
        pay: Int @requires(fields: "grade") bonus: Int @requires(fields: "grade")
      }`,
  },
  ...(() => {
    const people: Record<string, unknown>[] = [1, 2, 3].map((n) => ({
      __typename: 'Person',
      id: `p${n}`,
      grade: n === 3 ? null : n,
      pay(this: DataObject) {
        return 100 * num(read(this, 'grade'));
      },
      bonus(this: DataObject) {
        return 10 * num(read(this, 'grade'));
      },
    }));
    const [first, second, third] = people;
    Object.assign(first ?? {}, { boss: second, team: [], next: third });
    Object.assign(second ?? {}, { boss: third, team: [first, null], next: first });
    Object.assign(third ?? {}, { boss: null, team: [second, first], next: null });
    return {
      entities: people as DataObject[],
      root: { person: () => first, people: () => [...people, null] },
    };
  })(),
  queries: [
    '{ person { pay boss { pay } } }',
    '{ person { boss { pay boss { bonus team { pay } } } } }',
    '{ people { pay next { bonus next { pay team { grade bonus } } } } }',
    // For this query, the planner makes a plan in which one `boss` has no selection.
    '{ person { grade boss { pay grade boss { id grade pay } } } }',
  ],
};

export const requires = {
  requiresAlongTheWay,
  requiresByOtherKeys,
  requiresRequires,
  requiresInACircle,
  requiresWithArguments,
  requiresFragments,
  requiresBehindInterfaces,
  requiresElsewhere,
} satisfies Readonly<Record<string, Supergraph>>;
