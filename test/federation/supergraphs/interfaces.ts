/** Interfaces, unions and @interfaceObject. */
import { type DataObject, federation2, read, type Supergraph } from './supergraph.ts';

const users = ['Ada', 'Bob', 'Cyd'].map((name, n) => ({
  __typename: n === 1 ? 'Guest' : 'Member',
  id: `u${n}`,
  name,
  age: 20 + n,
  since: 2000 + n,
  room: n === 1 ? 9 : undefined,
  isAdult: n !== 2,
  username: `@${name}`,
  greeting(this: DataObject) {
    return `Hello ${read(this, 'name')}`;
  },
}));
const [ada, bob, cyd] = users;

const interfaceObject: Supergraph = {
  subgraphs: {
    accounts: federation2`
      type Query { users: [User!]! someone: User member: Member }
      interface User @key(fields: "id") { id: ID! age: Int }
      type Member implements User @key(fields: "id") { id: ID! age: Int since: Int }
      type Guest implements User @key(fields: "id") { id: ID! age: Int room: Int }`,
    names: federation2`
      type Query { anyone: User everyone: [User] }
      type User @key(fields: "id") @interfaceObject { id: ID! name: String username: String }`,
    greetings: federation2`
      type User @key(fields: "id") @interfaceObject {
        id: ID! name: String @external greeting: String @requires(fields: "name")
      }`,
    grown: federation2`
      type User @key(fields: "id") @interfaceObject { id: ID! isAdult: Boolean! }`,
  },
  entities: users,
  root: {
    users: () => users,
    someone: () => bob,
    member: () => cyd,
    anyone: () => ada,
    everyone: () => [bob, null, cyd],
  },
  queries: [
    '{ users { id name } }',
    '{ users { id name username ... on Member { since name } } }',
    '{ anyone { username } }',
    '{ anyone { age username } }',
    '{ anyone { __typename name } }',
    '{ anyone { id ... on Member { since } ... on Guest { room } } }',
    '{ everyone { greeting __typename ... on Guest { greeting room name } } }',
    '{ member { greeting name isAdult } someone { greeting } }',
    '{ users { ... on Guest { isAdult greeting } ... on Member { n: name } } }',
    '{ everyone { ...M ...G } } fragment M on Member { id since username } fragment G on Guest { id age username }',
  ],
};

/**
 * One subgraph has the interface as an @interfaceObject. *media*, which has the types, is the only other subgraph that
 * can look up objects of the interface.
 */
const interfaceObjectIndirectly: Supergraph = {
  subgraphs: {
    products: federation2`
      type Query { product: Product }
      type Product @key(fields: "id") { id: ID! media: Media }
      interface Media @key(fields: "id", resolvable: false) { id: ID! }
      type Book implements Media @key(fields: "id", resolvable: false) { id: ID! }
      type Film implements Media @key(fields: "id", resolvable: false) { id: ID! }`,
    media: federation2`
      type Query { medias: [Media] }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }`,
    ratings: federation2`
      type Query { best: Media }
      type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int by: Media }`,
  },
  ...(() => {
    const book: Record<string, unknown> = { __typename: 'Book', id: 'b', title: 'B', pages: 1, rating: 5 };
    const film: Record<string, unknown> = {
      __typename: 'Film',
      id: 'f',
      title: 'F',
      minutes: 2,
      rating: 4,
      by: book,
    };
    book.by = film;
    const product = { __typename: 'Product', id: 'p', media: film };
    return {
      entities: [book, film, product] as DataObject[],
      root: { product: () => product, medias: () => [book, film, null], best: () => book },
    };
  })(),
  queries: [
    '{ product { media { rating } } }',
    '{ product { media { title rating ... on Film { minutes } } } }',
    '{ best { rating by { rating title by { __typename } } } }',
    '{ best { ... on Book { pages by { ... on Film { minutes rating } } } } }',
    '{ medias { by { id } ... on Film { by { rating ... on Book { pages } } } } }',
  ],
};

/** Interfaces and unions whose types differ between subgraphs. */
const differingMembers: Supergraph = {
  subgraphs: {
    books: federation2`
      type Query { media: Media @shareable book: Media @shareable song: Media viewer: Viewer @shareable }
      type Viewer @shareable { media: ViewerMedia book: ViewerMedia }
      union Media = Book | Song
      union ViewerMedia = Book | Song
      interface Titled { title: String! }
      type Book implements Titled @key(fields: "id") { id: ID! title: String! @shareable pages: Int }
      type Song { title: String! @shareable aTitle: String }`,
    films: federation2`
      type Query { media: Media @shareable book: Media @shareable film: Media viewer: Viewer @shareable titled: [Titled!] }
      type Viewer @shareable { media: ViewerMedia book: ViewerMedia }
      union Media = Book | Film
      union ViewerMedia = Book | Film
      interface Titled { title: String! }
      type Film implements Titled { title: String! minutes: Int }
      type Book implements Titled @key(fields: "id") { id: ID! title: String! @shareable cover: String }`,
  },
  ...(() => {
    const book = { __typename: 'Book', id: 'b', title: 'The Book', pages: 3, cover: 'blue' };
    const song = { __typename: 'Song', title: 'The Song', aTitle: 'A' };
    const film = { __typename: 'Film', title: 'The Film', minutes: 9 };
    return {
      entities: [book],
      root: {
        media: () => book,
        book: () => book,
        song: () => song,
        film: () => film,
        viewer: () => ({ media: book, book }),
        titled: () => [book, film],
      },
    };
  })(),
  queries: [
    '{ media { __typename ... on Book { title pages cover } ... on Film { minutes } ... on Song { aTitle } } }',
    '{ song { ... on Song { title aTitle } ... on Film { title } } film { ... on Film { title } ... on Titled { title } } }',
    '{ viewer { media { ... on Book { title cover pages } ... on Film { minutes } } book { ... on Titled { t: title } } } }',
    '{ titled { __typename title ... on Book { pages } } }',
  ],
};

/** A field of an interface that comes from different subgraphs for different types. */
const spreadInterface: Supergraph = {
  subgraphs: {
    toasters: federation2`
      type Query { products: [Product] node(id: ID!): Node }
      union Product = Oven | Toaster
      interface Node { id: ID! }
      interface Warranted { warranty: Int }
      type Oven implements Node @key(fields: "id") { id: ID! }
      type Toaster implements Node & Warranted @key(fields: "id") { id: ID! warranty: Int }`,
    ovens: federation2`
      type Query { nodes: [Node] }
      interface Node { id: ID! }
      interface Warranted { warranty: Int }
      type Oven implements Node & Warranted @key(fields: "id") { id: ID! warranty: Int }
      type Toaster implements Node @key(fields: "id") { id: ID! slots: Int }`,
    makers: federation2`
      interface Made { maker: Maker }
      type Oven implements Made @key(fields: "id") { id: ID! maker: Maker }
      type Toaster implements Made @key(fields: "id") { id: ID! maker: Maker }
      type Maker @key(fields: "id") { id: ID! }`,
    names: federation2`
      type Query { makers: [Named] }
      interface Named { name: String }
      type Maker implements Named @key(fields: "id") { id: ID! name: String }`,
  },
  ...(() => {
    const maker = { __typename: 'Maker', id: 'm', name: 'M' };
    const oven = { __typename: 'Oven', id: 'o', warranty: 1, maker };
    const toaster = { __typename: 'Toaster', id: 't', warranty: 2, slots: 4, maker: null };
    const all = [oven, toaster];
    return {
      entities: [...all, maker],
      root: {
        products: () => [oven, toaster, null],
        nodes: () => [toaster, oven],
        node: ({ id }: { id: string }) => all.find((each) => each.id === id) ?? null,
        makers: () => [maker],
      },
    };
  })(),
  queries: [
    '{ products { ... on Node { id } ... on Oven { warranty } ... on Toaster { slots warranty } } }',
    '{ products { ... on Warranted { warranty } ... on Made { maker { name } } } }',
    '{ nodes { id ... on Warranted { warranty } ... on Made { maker { id name } } } }',
    '{ node(id: "t") { id ... on Toaster { warranty } } other: node(id: "x") { id } }',
    '{ nodes { __typename ... on Oven { id: warranty } ... on Toaster { id: slots } } }',
  ],
};

/** Two types with fields of one name and different types: ID and Int, nullable and non-null. */
const differingFields: Supergraph = {
  subgraphs: {
    one: federation2`
      type Query { users: [User!]! accounts: [Account!] }
      union Account = User | Admin
      type User @key(fields: "id") { id: ID name: String }
      type Admin @key(fields: "id") { id: ID! name: String! level: Int similar: [Account!] }`,
    two: federation2`
      type User @key(fields: "id") { id: ID similar: [User] score: Int }
      type Admin @key(fields: "id") { id: ID! score: String! }`,
  },
  ...(() => {
    const people: Record<string, unknown>[] = [
      { __typename: 'User', id: 'u1', name: 'Ada', score: 5 },
      { __typename: 'User', id: 'u2', name: null, score: null },
      { __typename: 'Admin', id: 'a1', name: 'Root', score: 'high', level: 3 },
    ];
    const [one, two, admin] = people;
    Object.assign(one ?? {}, { similar: [two, null] });
    Object.assign(two ?? {}, { similar: null });
    Object.assign(admin ?? {}, { similar: [one, admin] });
    return { entities: people as DataObject[], root: { users: () => [one, two], accounts: () => people } };
  })(),
  queries: [
    '{ users { id name similar { id } } accounts { ... on User { id similar { id name } } ... on Admin { key: id a: similar { ... on Admin { level } } } } }',
    '{ accounts { ... on User { key: score } ... on Admin { a: score } } }',
    '{ accounts { ... on Admin { similar { ... on User { similar { score } } ... on Admin { level s: score } } } } }',
  ],
};

export const interfaces = {
  interfaceObject,
  interfaceObjectIndirectly,
  differingMembers,
  spreadInterface,
  differingFields,
} satisfies Readonly<Record<string, Supergraph>>;
