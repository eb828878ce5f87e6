/**
 * A small graph of two subgraphs. It has an example of everything that can cause a request to be rejected or rewritten.
 */

interface User {
  readonly id: string;
  readonly name: string;
}

const users: User[] = ['Ada', 'Grace', 'Edsger'].map((name, index) => ({ id: `u${index}`, name }));
const reviews = Array.from({ length: 6 }, (_, index) => ({
  id: `r${index}`,
  body: `Review ${index}`,
  author: { id: `u${index % 3}` },
}));

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@cost", "@listSize", "@authenticated", "@tag"])\n`;

export const graph = {
  accounts: {
    sdl: `${link}
      scalar Anything
      enum Order { OLDEST NEWEST }
      input By { id: ID name: String order: Order within: By any: Anything }
      input One @oneOf { id: ID name: String }
      type Query {
        me: User
        anything: Anything
        secret: String @authenticated
        user(id: ID!): User
        one(by: One!): User
        users(first: Int! = 2): [User!] @listSize(slicingArguments: ["first"]) @tag(name: "open")
        page(first: Int, last: Int): UserPage @listSize(slicingArguments: ["first", "last"], sizedFields: ["users"])
        dear(weight: Int @cost(weight: 7)): String @cost(weight: 100)
        echo(text: String, number: Int, float: Float, flag: Boolean, order: Order, list: [[Int]], by: By, any: Anything): String
      }
      type Mutation { rename(id: ID!, name: String!): User }
      type UserPage { users: [User!] total: Int }
      type User @key(fields: "id") { id: ID! name: String @tag(name: "open") }`,
    resolvers: {
      Query: {
        me: () => users[0],
        secret: () => 'nobody sees this',
        user: (_: unknown, { id }: User) => users.find((user) => user.id === id) ?? null,
        one: (_: unknown, { by }: { by: Partial<User> }) =>
          users.find((user) => user.id === by.id || user.name === by.name) ?? null,
        users: (_: unknown, { first }: { first: number }) => users.slice(0, first),
        page: () => ({ users, total: users.length }),
        dear: () => 'dear',
        echo: (_: unknown, args: unknown) => JSON.stringify(args),
      },
      Mutation: {
        rename: (_: unknown, { id, name }: User) => ({ id, name }),
      },
      User: { __resolveReference: ({ id }: User) => users.find((user) => user.id === id) ?? null },
    },
  },
  reviews: {
    sdl: `${link}
      type User @key(fields: "id") { id: ID! reviews(first: Int! = 2): [Review!] }
      type Review { id: ID! body: String author: User }`,
    resolvers: {
      User: {
        reviews: ({ id }: User, { first }: { first: number }) =>
          reviews.filter(({ author }) => author.id === id).slice(0, first),
      },
    },
  },
} as const;
