/**
 * The data of the market, as one graph of objects. A field of an object is a value or a function of the field's
 * arguments, as in graphql-js. So every subgraph, and one schema without federation, can answer from the same objects.
 */
export type DataObject = Record<string, unknown> & { readonly __typename: string; readonly id: string };

function objectsOf(typename: string, ids: readonly string[]): DataObject[] {
  return ids.map((id) => ({ __typename: typename, id }));
}

export const makers = objectsOf('Maker', ['m1', 'm2', 'm3']);
export const products = objectsOf('Product', ['p1', 'p2', 'p3', 'p4']);
export const books = objectsOf('Book', ['b1', 'b2', 'b3']);
export const films = objectsOf('Film', ['f1', 'f2']);
export const media = [...books, ...films];
export const people = objectsOf('Person', ['u1', 'u2']);
export const reviews = objectsOf('Review', ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7']);
export const bot = { __typename: 'Bot', model: 'B-9' };

/** All objects by their ids. */
export const objectsById: ReadonlyMap<string, DataObject> = new Map(
  [...makers, ...products, ...media, ...people, ...reviews].map((object) => [object.id, object]),
);

/** The subgraph *depot* does not know this product, so the fields that only *depot* has are null. */
export const unknownInDepot = products[3];

/** A field that always fails. */
function fails(): never {
  throw new Error('This field fails.');
}

const rates: Readonly<Record<string, number>> = { USD: 1, HKD: 8 };

/** The value of the field `shipping` of *stock*, computed from the fields that it requires. */
export function shippingOf(price: unknown, w: unknown): number | null {
  return typeof price === 'number' ? price * 10 + (typeof w === 'number' ? w : 0) : null;
}

/**
 * The value of the field `handling` of *logistics*, computed from a sample (of an interface type) and an extra (of a
 * union type).
 */
export function handlingOf(sample: unknown, extra: unknown): string {
  const textOf = (value: unknown) =>
    ['grams', 'grain', 'ml'].map((name) => Reflect.get(Object(value), name) ?? '-').join('');
  return `${textOf(sample)} ${textOf(extra)}`;
}

const powder = (n: number) => ({ __typename: 'Powder', grams: 10 * n, grain: n });
const liquid = (n: number) => ({ __typename: 'Liquid', grams: 20 * n, ml: n });

/** The value of `handling`, from only those fields of the sample and the extra that *logistics* requires. */
function handlingOfProduct({ sample, extra }: { readonly sample: unknown; readonly extra: unknown }): string {
  const { __typename: kind, grams, grain } = Object(sample);
  const { __typename: extraKind, grams: extraGrams, ml } = Object(extra);
  return handlingOf(
    kind === 'Powder' ? { grams, grain } : { grams },
    extraKind === 'Liquid' ? { grams: extraGrams, ml } : {},
  );
}

for (const [n, maker] of makers.entries()) {
  Object.assign(maker, {
    name: n === 2 ? null : `Maker ${n}`,
    products: products.filter((_, at) => at % 3 === n),
    best: n === 2 ? null : products[n],
    motto: `We make ${n}`,
    founded: 1900 + n,
    known: [products[n], makers[(n + 1) % 3], null],
  });
}
for (const [n, product] of products.entries()) {
  const dims = n === 3 ? null : { w: n + 1, h: 2 * n };
  const price = ({ currency = 'USD' }: { currency?: string | null }) =>
    n === 2 ? null : (n + 1) * (rates[currency ?? 'USD'] ?? 0);
  const maker = n === 3 ? null : makers[n % 2];
  const sample = n === 2 ? null : n % 2 === 0 ? powder(n + 1) : liquid(n + 1);
  const extra = n === 1 ? null : n % 2 === 0 ? liquid(n + 1) : powder(n + 1);
  const isInDepot = product !== unknownInDepot;
  Object.assign(product, {
    sku: `sku-${n}`,
    region: { code: n % 2 === 0 ? 'HK' : 'US' },
    name: `Product ${n}`,
    price,
    kind: n === 1 ? 'A' : 'C',
    maker,
    dims,
    sample,
    extra,
    handling: handlingOfProduct({ sample, extra }),
    attributes: ({ pick = null }: { pick?: unknown }) =>
      n === 2 ? null : { n, pick, list: [1, 'two', null] },
    old: isInDepot ? `old ${n}` : null,
    weight: isInDepot ? n * 100 : null,
    inStock: isInDepot ? n * 7 : null,
    shipping: () => shippingOf(price({ currency: 'HKD' }), dims?.w),
    delivery: () => `for ${shippingOf(price({ currency: 'HKD' }), dims?.w)}`,
    label: `${maker?.name ?? 'nobody'}`,
    slogan: `Buy Product ${n}`,
    tags: n === 0 ? [] : ['x', null, `t${n}`],
    related: [products[(n + 1) % 4], null, products[(n + 2) % 4]],
    grid: [[products[0], products[n]], null, []],
    reviews: ({ first = 2 }: { first?: number | null }) =>
      reviews.filter((_, at) => at % 4 === n).slice(0, first ?? undefined),
  });
}
for (const [n, work] of media.entries()) {
  Object.assign(work, {
    title: n === 1 ? null : `Title ${n}`,
    length: n * 100,
    score: n * 3,
    likes: n === 3 ? fails : n,
    pages: work.__typename === 'Book' ? 90 + n : undefined,
    minutes: work.__typename === 'Film' ? 120 + n : undefined,
    reviews: reviews.filter((_, at) => at % 5 === n),
    about: n === 0 ? products[0] : n === 1 ? books[2] : null,
    sequel: media[(n + 2) % 5],
  });
}
for (const [n, review] of reviews.entries()) {
  Object.assign(review, {
    text: n === 5 ? fails : `Text ${n}`,
    stars: n === 6 ? fails : n % 5,
    mood: ['GOOD', 'BAD', null][n % 3],
    media: n === 4 ? null : media[n % 5],
    product: products[n % 4],
    author: n === 3 ? null : n % 3 === 0 ? bot : people[n % 2],
  });
}
for (const [n, person] of people.entries()) {
  Object.assign(person, {
    name: `Person ${n}`,
    email: n === 0 ? null : 'one@x.test',
    role: 'READER',
    mood: n === 0 ? 'BAD' : 'ODD',
    admires: n === 0 ? makers[1] : people[0],
  });
}
