/**
 * The other directives: @provides, @override, @external, @inaccessible and @tag. Also Federation 1, inputs, enums, and
 * a `node` field.
 */
import { type DataObject, federation2, read, type Supergraph } from './supergraph.ts';

const cat = { __typename: 'Cat', id: 'a1', name: 'Fluffy', age: 3 };
const dog = { __typename: 'Dog', id: 'a2', name: 'Rex', age: 5 };

/** @provides on an interface, on one of its types, and on deeply nested fields. */
const provides: Supergraph = {
  subgraphs: {
    shops: federation2`
      type Query { media: Media @shareable book: Book @provides(fields: "animals { ... on Dog { name } }") products: [Product] }
      interface Media { id: ID! animals: [Animal] }
      interface Animal { id: ID! name: String }
      type Book implements Media @key(fields: "id") { id: ID! animals: [Animal] @shareable }
      type Dog implements Animal @key(fields: "id") { id: ID! name: String @external }
      type Cat implements Animal @key(fields: "id") { id: ID! name: String @external }
      type Product @key(fields: "id") { id: ID! categories: [Category] @provides(fields: "name parent { name }") other: Category deep: Category @provides(fields: "parent { name }") }
      type Category @key(fields: "id") { id: ID! name: String @external parent: Category @external }`,
    animals: federation2`
      type Query { media: Media @shareable }
      interface Media { id: ID! animals: [Animal] }
      interface Animal { id: ID! name: String age: Int }
      type Book implements Media @key(fields: "id") { id: ID! animals: [Animal] @shareable }
      type Dog implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }
      type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }
      type Category @key(fields: "id") { id: ID! name: String @shareable parent: Category @shareable depth: Int }`,
    either: federation2`
      type Query { search: [Either!] @provides(fields: "... on Dog { name } ... on Category { name }") }
      union Either = Dog | Category
      type Dog @key(fields: "id") { id: ID! name: String @external }
      type Category @key(fields: "id") { id: ID! name: String @external }`,
  },
  ...(() => {
    const top = { __typename: 'Category', id: 'c1', name: 'Top', parent: null, depth: 0 };
    const low = { __typename: 'Category', id: 'c2', name: 'Low', parent: top, depth: 1 };
    const book = { __typename: 'Book', id: 'm1', animals: [dog, cat] };
    const products = [
      { __typename: 'Product', id: 'p1', categories: [low, top, null], other: low, deep: low },
    ];
    return {
      entities: [top, low, book, ...products, cat, dog],
      root: { media: () => book, book: () => book, products: () => products, search: () => [dog, low, top] },
    };
  })(),
  queries: [
    '{ media { id animals { id name } } }',
    '{ book { animals { id name ... on Cat { age } } } }',
    '{ book { animals { ... on Dog { name age } } } media { animals { __typename } } }',
    '{ products { categories { name parent { name parent { name } } } other { name depth parent { name } } } }',
    '{ search { ... on Dog { name id age } ... on Category { name depth parent { name } } } }',
  ],
};

/** @provides on two fields of one type. They provide different fields. */
const providesTwice: Supergraph = {
  subgraphs: {
    shops: federation2`
      type Query {
        pair: Pair @provides(fields: "a { name } b { age }")
        box: Box @provides(fields: "a { t { name } } b { t { age } }")
        alike: Pair @provides(fields: "a { name } b { name }")
        first: T @provides(fields: "next { name }")
      }
      type Pair { a: T b: T }
      type Box { a: Sub b: Sub }
      type Sub { t: T }
      type T @key(fields: "id") { id: ID! name: String @external age: Int @external next: T @shareable }`,
    things: federation2`
      type T @key(fields: "id") { id: ID! name: String @shareable age: Int @shareable next: T @shareable }`,
  },
  ...(() => {
    const third = { __typename: 'T', id: '3', name: 'n3', age: 3, next: null };
    const second = { __typename: 'T', id: '2', name: 'n2', age: 2, next: third };
    const first = { __typename: 'T', id: '1', name: 'n1', age: 1, next: second };
    const pair = { a: first, b: second };
    return {
      entities: [first, second, third],
      root: {
        pair: () => pair,
        box: () => ({ a: { t: first }, b: { t: second } }),
        alike: () => pair,
        first: () => first,
      },
    };
  })(),
  queries: [
    '{ pair { a { age } } }',
    '{ pair { a { name } b { name age } } }',
    '{ box { a { t { age } } b { t { age name } } } }',
    '{ alike { a { name } b { name age } } }',
    '{ first { name next { name next { name } } } }',
  ],
};

/** @override, including fields of a value type and of an interface's types. */
const overrides: Supergraph = {
  subgraphs: {
    first: federation2`
      type Query { feed: [Post] pictures: [Picture] shared: Picture @shareable }
      interface Post { id: ID! createdAt: String! }
      type Picture implements Post @key(fields: "id") { id: ID! createdAt: String! size: Int note: Note }
      type Note @shareable { text: String }`,
    second: federation2`
      type Query { news: [Post!] shared: Picture @shareable }
      interface Post { id: ID! createdAt: String! }
      type Picture implements Post @key(fields: "id") { id: ID! createdAt: String! @override(from: "first") note: Note @override(from: "first") }
      type Text implements Post @key(fields: "id") { id: ID! createdAt: String! body: String }
      type Note @shareable { text: String }`,
    third: federation2`
      type Picture @key(fields: "id") { id: ID! createdAt: String! @external size: Int @override(from: "first", label: "percent(30)") age: String @requires(fields: "createdAt") }`,
  },
  ...(() => {
    const picture = (n: number) => ({
      __typename: 'Picture',
      id: `p${n}`,
      createdAt: `day ${n}`,
      size: n,
      note: { text: `note ${n}` },
      age(this: DataObject) {
        return `since ${read(this, 'createdAt')}`;
      },
    });
    const pictures = [picture(1), picture(2)];
    const text = { __typename: 'Text', id: 't1', createdAt: 'day 9', body: 'words' };
    return {
      entities: [...pictures, text],
      root: {
        feed: () => pictures,
        pictures: () => [null, ...pictures],
        news: () => [text, pictures[0]],
        shared: () => pictures[1],
      },
    };
  })(),
  queries: [
    '{ feed { id createdAt } }',
    '{ feed { createdAt ... on Picture { age size note { text } } } }',
    '{ news { createdAt ... on Picture { size age } ... on Text { body } } shared { createdAt size age } }',
    '{ pictures { createdAt: age age: createdAt size } }',
  ],
};

/** @external without @requires or @provides, on fields and on types, with and without @extends. */
const externals: Supergraph = {
  subgraphs: {
    names: `
      extend type Query { users: [User] }
      type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! name: String }`,
    posts: `
      extend type Query { writer: User posts: [Post] }
      extend type User @key(fields: "id") { id: ID! @external name: String @external email: String! @external rid: ID posts: [Post] }
      type Post @key(fields: "id") { id: ID! author: User @provides(fields: "name") }`,
    ages: federation2`
      type Query { eldest: User }
      type User @extends @key(fields: "email") { email: String! @external age: Int name: String @external tag: String @requires(fields: "name") }`,
    unused: federation2`
      type User @key(fields: "id") @external { id: ID! name: String }
      type Post @key(fields: "id") { id: ID! likes: Int by: User @provides(fields: "id name") }`,
  },
  ...(() => {
    const users: Record<string, unknown>[] = [1, 2].map((n) => ({
      __typename: 'User',
      id: `u${n}`,
      email: `u${n}@x.test`,
      name: n === 2 ? null : `User ${n}`,
      rid: `rid-${n}`,
      age: 30 + n,
      tag(this: DataObject) {
        return `#${read(this, 'name')}`;
      },
    }));
    const posts = users.map((author, n) => ({
      __typename: 'Post',
      id: `p${n}`,
      author,
      by: author,
      likes: n,
    }));
    for (const user of users) {
      user.posts = posts;
    }
    return {
      entities: [...users, ...posts] as DataObject[],
      root: { users: () => users, writer: () => users[0], posts: () => posts, eldest: () => users[1] },
    };
  })(),
  queries: [
    '{ users { id name rid age } }',
    '{ writer { id name rid email age tag } }',
    '{ posts { likes author { name id } } eldest { age id name rid tag } }',
    '{ posts { author { tag email posts { author { age } } } } }',
  ],
};

/** @inaccessible fields that subgraphs use for keys and requirements. */
const inaccessible: Supergraph = {
  subgraphs: {
    people: federation2`
      type Query { people: [Person] hidden: Hidden @inaccessible role(of: Role): Role @shareable }
      type Person @key(fields: "id") { id: ID! @inaccessible role: Role mail: String @inaccessible boss: Person known: [Known] }
      type Hidden @inaccessible { id: ID }
      enum Role { READER STAFF @inaccessible }
      union Known = Person | Hidden
      interface Node @inaccessible { id: ID! }`,
    places: federation2`
      type Query { role(of: Role, secret: Int @inaccessible): Role @shareable }
      type Person @key(fields: "id") { id: ID! mail: String @external place: String @requires(fields: "mail") }
      enum Role { READER STAFF @inaccessible }`,
  },
  ...(() => {
    const people: Record<string, unknown>[] = [1, 2].map((n) => ({
      __typename: 'Person',
      id: `${n}`,
      role: 'READER',
      mail: n === 1 ? 'm' : null,
      place(this: DataObject) {
        return `at ${read(this, 'mail')}`;
      },
    }));
    for (const person of people) {
      person.boss = people[1];
      person.known = [people[0], null];
    }
    return {
      entities: people as DataObject[],
      root: {
        people: () => people,
        role: ({ of }: { of?: string | null }) => of ?? null,
        hidden: () => null,
      },
    };
  })(),
  queries: [
    '{ people { place } }',
    '{ people { role boss { place } known { ... on Person { place } } } }',
    '{ people { id: place mail: role } role(of: READER) }',
  ],
};

/** Inputs and enums with different members in each subgraph. */
const intersections: Supergraph = {
  subgraphs: {
    first: federation2`
      type Query { find(filter: Filter!, kinds: [Kind!] = [A]): [Hit] }
      input Filter { first: Int pagination: Page name: String }
      input Page { limit: Int = 5 offset: Int }
      enum Kind { A B C }
      enum State { ON OFF }
      type Hit @key(fields: "id") { id: ID! state: State told(by: Filter): String }`,
    second: federation2`
      type Query { echo(filter: Filter, kind: Kind): String state: State }
      input Filter { first: Int! = 3 pagination: Page other: Int }
      input Page { limit: Int = 5 }
      enum Kind { A B D }
      enum State { ON LOST }
      type Hit @key(fields: "id") { id: ID! score(kind: Kind = B): String }`,
  },
  ...(() => {
    const text = (args: unknown) => JSON.stringify(args);
    const hits = [1, 2].map((n) => ({
      __typename: 'Hit',
      id: `${n}`,
      state: n === 1 ? 'ON' : 'OFF',
      told: text,
      score: text,
    }));
    return { entities: hits, root: { find: () => hits, echo: text, state: () => 'LOST' } };
  })(),
  queries: [
    '{ find(filter: { first: 1, pagination: {} }) { id state told(by: { first: 2, pagination: { limit: 1 } }) score } }',
    '{ echo(filter: { first: 7, pagination: { limit: null } }, kind: A) state find(filter: { first: 1 }, kinds: B) { score(kind: A) } }',
  ],
};

/** A `node` field of an interface, and entities that refer to each other, with fields in two subgraphs. */
const nodes: Supergraph = {
  subgraphs: {
    accounts: federation2`
      type Query { node(id: ID!): Node account(id: String!): Account }
      interface Node { id: ID! }
      type Account implements Node @key(fields: "id") { id: ID! username: String chats: [Chat!]! }
      type Chat implements Node @key(fields: "id") { id: ID! account: Account! @shareable }`,
    chats: federation2`
      type Query { chat(id: String!): Chat }
      interface Node { id: ID! }
      type Chat implements Node @key(fields: "id") { id: ID! text: String! account: Account! @shareable }
      type Account @key(fields: "id") { id: ID! unread: Int }`,
  },
  ...(() => {
    const account: Record<string, unknown> = { __typename: 'Account', id: 'a1', username: 'ada', unread: 2 };
    const chat = { __typename: 'Chat', id: 'c1', text: 'Hello', account };
    account.chats = [chat];
    const all = [account, chat] as DataObject[];
    const byId = ({ id }: { id: string }) => all.find((each) => each.id === id) ?? null;
    return { entities: all, root: { node: byId, account: () => account, chat: () => chat } };
  })(),
  queries: [
    '{ node(id: "a1") { id ... on Account { username unread chats { id text account { unread } } } } }',
    '{ node(id: "c1") { ... on Chat { text account { id username } } } account(id: "a1") { chats { text } } }',
    '{ chat(id: "c1") { id account { username } } node(id: "nobody") { __typename } }',
  ],
};

/** @tag on everything that can have the directive. Tags are for tools, not for clients. */
export const tagged: Supergraph = {
  subgraphs: {
    films: federation2`
      type Query { films(by: By @tag(name: "secret-tag"), kind: Kind): [Film] seen: [Seen] @tag(name: "secret-tag") }
      interface Titled @tag(name: "secret-tag") { title: String @tag(name: "secret-tag") }
      type Film implements Titled @key(fields: "id") @tag(name: "secret-tag") {
        id: ID! @tag(name: "secret-tag") title: String made: Year kind(as: Kind = LONG @tag(name: "secret-tag")): Kind
      }
      type Series @tag(name: "secret-tag") { name: String }
      union Seen @tag(name: "secret-tag") = Film | Series
      input By @tag(name: "secret-tag") { title: String @tag(name: "secret-tag") id: ID }
      enum Kind @tag(name: "secret-tag") { LONG SHORT @tag(name: "secret-tag") }
      scalar Year @tag(name: "secret-tag")`,
    stars: federation2`
      type Film @key(fields: "id") @tag(name: "other-secret-tag") {
        id: ID! made: Year @external stars: Int @tag(name: "secret-tag")
        age: Int @requires(fields: "made") @tag(name: "secret-tag") @tag(name: "other-secret-tag")
      }
      scalar Year`,
  },
  ...(() => {
    const films = [1, 2].map((n) => ({
      __typename: 'Film',
      id: `f${n}`,
      title: n === 2 ? null : 'Metropolis',
      made: 1926 + n,
      kind: ({ as }: { as?: string | null }) => as ?? 'LONG',
      stars: n,
      age(this: DataObject) {
        return 2026 - Number(read(this, 'made'));
      },
    }));
    const series = { __typename: 'Series', name: 'Heimat' };
    const byId = ({ by }: { by?: { id?: string | null } | null }) =>
      by?.id == null ? films : films.filter(({ id }) => id === by.id);
    return { entities: films, root: { films: byId, seen: () => [series, films[0], null] } };
  })(),
  queries: [
    '{ films { id title made kind stars age } }',
    '{ films(by: { id: "f2", title: "x" }, kind: SHORT) { kind(as: SHORT) age } }',
    '{ seen { ... on Titled { title } ... on Film { stars age } ... on Series { name } } }',
  ],
};

export const rest = {
  tagged,
  provides,
  providesTwice,
  overrides,
  externals,
  inaccessible,
  intersections,
  nodes,
} satisfies Readonly<Record<string, Supergraph>>;
