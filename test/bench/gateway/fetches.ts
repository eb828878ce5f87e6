/** The fetches of the three queries, written by hand: the same requests with the same fields as our gateway sends. */
import type { QueryName } from './queries.ts';

interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

interface Product {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
}

interface Stock {
  readonly inStock: boolean;
  readonly shippingEstimate: number;
}

interface Review {
  readonly id: string;
  readonly body: string;
}

type ByProduct = { readonly product: { readonly upc: string } };

/** Reviews as they are fetched for a user and for a product. */
type OfUser = Review & {
  readonly product: {
    readonly upc: string;
    readonly reviews: (Review & {
      readonly author: { readonly id: string; readonly reviews: (Review & ByProduct)[] };
    })[];
  };
};
type OfProduct = Review & {
  readonly author: { readonly id: string; readonly reviews: (Review & ByProduct)[] };
};

type Entity = { readonly __typename: string };

/** Asks a subgraph. Resolves to the data of its answer. */
export type Ask = <T>(subgraph: string, query: string, variables: object) => Promise<T>;

async function entities<T>(
  ask: Ask,
  subgraph: string,
  fields: string,
  representations: readonly Entity[],
): Promise<T[]> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${fields} } }`;
  const { _entities } = await ask<{ _entities: T[] }>(subgraph, query, { representations });
  return _entities;
}

const usersOf = (ask: Ask, branch: number, fields: string) =>
  ask<{ users: User[] }>('accounts', `query ($branch: Int!) { users(branch: $branch) { ${fields} } }`, {
    branch,
  });
const topProductsOf = (ask: Ask, branch: number, first: number, fields: string) =>
  ask<{ topProducts: Product[] }>(
    'products',
    `query ($branch: Int!) { topProducts(branch: $branch, first: ${first}) { ${fields} } }`,
    { branch },
  );

async function twoHops(ask: Ask, branch: number): Promise<object> {
  const { topProducts: products } = await topProductsOf(ask, branch, 3, 'upc name');
  const found = await entities<{ reviews: Review[] }>(
    ask,
    'reviews',
    '... on Product { reviews { id body } }',
    products.map(({ upc }) => ({ __typename: 'Product', upc })),
  );
  return {
    topProducts: products.map(({ upc, name }, n) => ({ upc, name, reviews: found[n]?.reviews })),
  };
}

const ofProduct =
  'reviews { id body author { __typename id reviews { id body product { __typename upc } } } }';
const reviewsOfBoth = `query ($users: [_Any!]!, $products: [_Any!]!) {
  ofUsers: _entities(representations: $users) {
    ... on User { reviews { id body product { __typename upc ${ofProduct} } } }
  }
  ofProducts: _entities(representations: $products) { ... on Product { ${ofProduct} } }
}`;

async function heavy(ask: Ask, branch: number): Promise<object> {
  const [{ users }, { topProducts: top }] = await Promise.all([
    usersOf(ask, branch, '__typename id username name'),
    topProductsOf(ask, branch, 5, '__typename upc name price weight'),
  ]);
  const found = await ask<{ ofUsers: { reviews: OfUser[] }[]; ofProducts: { reviews: OfProduct[] }[] }>(
    'reviews',
    reviewsOfBoth,
    {
      users: users.map(({ id }) => ({ __typename: 'User', id })),
      products: top.map(({ upc }) => ({ __typename: 'Product', upc })),
    },
  );
  const { ofUsers: reviewsOfUsers, ofProducts: reviewsOfProducts } = found;

  // Each user and product in the reviews is fetched once.
  const upcs = new Set<string>();
  const ids = new Set<string>();
  const gather = (reviews: OfProduct[]) => {
    for (const { author } of reviews) {
      ids.add(author.id);
      for (const { product } of author.reviews) {
        upcs.add(product.upc);
      }
    }
  };
  for (const { reviews } of reviewsOfUsers) {
    for (const { product } of reviews) {
      upcs.add(product.upc);
      gather(product.reviews);
    }
  }
  for (const { reviews } of reviewsOfProducts) {
    gather(reviews);
  }

  const [authors, named] = await Promise.all([
    byKey(ask, 'accounts', 'User', 'id', 'username name', [...ids]) as Promise<Map<string, User>>,
    byKey(ask, 'products', 'Product', 'upc', 'name price weight', [...upcs]) as Promise<Map<string, Product>>,
  ]);
  for (const product of top) {
    named.set(product.upc, product);
  }
  const all = [...named].map(([upc, { price, weight }]) => ({ __typename: 'Product', upc, price, weight }));
  const stocks = await entities<Stock>(ask, 'inventory', '... on Product { inStock shippingEstimate }', all);
  const stockOf = new Map(all.map(({ upc }, n) => [upc, stocks[n]]));

  const productFields = (upc: string) => {
    const product = named.get(upc);
    const stock = stockOf.get(upc);
    return {
      inStock: stock?.inStock,
      name: product?.name,
      price: product?.price,
      shippingEstimate: stock?.shippingEstimate,
      upc,
      weight: product?.weight,
    };
  };
  const byProduct = ({ id, body, product }: Review & ByProduct) => ({
    id,
    body,
    product: productFields(product.upc),
  });
  const byAuthor = ({ id, body, author }: OfProduct) => ({
    id,
    body,
    author: {
      id: author.id,
      username: authors.get(author.id)?.username,
      name: authors.get(author.id)?.name,
      reviews: author.reviews.map(byProduct),
    },
  });
  return {
    users: users.map(({ id, username, name }, n) => ({
      id,
      username,
      name,
      reviews: reviewsOfUsers[n]?.reviews.map(({ id: reviewId, body, product }) => ({
        id: reviewId,
        body,
        product: { ...productFields(product.upc), reviews: product.reviews.map(byAuthor) },
      })),
    })),
    topProducts: top.map(({ upc }, n) => ({
      ...productFields(upc),
      reviews: reviewsOfProducts[n]?.reviews.map(byAuthor),
    })),
  };
}

async function byKey(
  ask: Ask,
  subgraph: string,
  typename: string,
  key: string,
  fields: string,
  values: readonly string[],
): Promise<Map<string, unknown>> {
  const representations = values.map((value) => ({ __typename: typename, [key]: value }));
  const found = await entities(ask, subgraph, `... on ${typename} { ${fields} }`, representations);
  return new Map(values.map((value, n) => [value, found[n]]));
}

/** Returns the functions that answer the queries for a branch. They neither validate nor plan. */
export const handWritten = (ask: Ask): Readonly<Record<QueryName, (branch: number) => Promise<object>>> => ({
  'one fetch': (branch) => usersOf(ask, branch, 'id name username'),
  'two hops': (branch) => twoHops(ask, branch),
  heavy: (branch) => heavy(ask, branch),
});
