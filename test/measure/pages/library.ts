/** Functions that find data for the measurement in a made-up library. */
import { setTimeout } from 'node:timers/promises';

export type Graph = (
  query: string,
  variables?: Readonly<Record<string, unknown>>,
) => Promise<{
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly unknown[];
}>;

const indexTimeoutMs = 3_600_000;

/** Waits until the index is whole. Resolves to the number of seconds that this took. */
export async function untilIndexIsWhole(graph: Graph): Promise<number> {
  const startedAt = performance.now();
  const query =
    '{ lendingDays { day } branches { loansOut } applications(orderBy: NEWEST_FIRST, first: 1) { totalCount } lossReports(orderBy: NEWEST_FIRST, first: 1) { totalCount } }';
  while ((await graph(query)).errors !== undefined) {
    if (performance.now() - startedAt > indexTimeoutMs) {
      throw new Error('the index is not whole');
    }
    await setTimeout(500);
  }
  return (performance.now() - startedAt) / 1000;
}

interface ListedPatron {
  readonly id: string;
  readonly status: string;
  readonly loanQuota: { readonly used: number; readonly remaining: number };
  readonly credentials: readonly {
    readonly __typename: string;
    readonly libraryCardNumber: string;
    readonly status: string;
  }[];
}

/** The number of copies that are lent. */
const copiesLent = 4;
/** Words in titles. In a large library, few copies of the best known titles are on the shelf. */
const words = ['the', 'sea', 'river', 'light', 'house'];

/** Finds a reader with a library card, with loans and with room for more, and copies that can be lent. */
export async function pickReader(
  graph: Graph,
): Promise<{ readonly patronId: string; readonly cardNumber: string; readonly copies: readonly string[] }> {
  const { data } = await graph(
    `{
      patrons(first: 100) { edges { node {
        id status loanQuota { used remaining } credentials { __typename libraryCardNumber status }
      } } }
    }`,
  );
  if (data === null) {
    throw new Error('the library can’t be read');
  }
  const { edges } = data.patrons as { readonly edges: readonly { readonly node: ListedPatron }[] };
  const cardOf = ({ credentials }: ListedPatron) =>
    credentials.find(({ __typename, status }) => __typename === 'LibraryCard' && status === 'ACTIVE');
  const patron = edges
    .map(({ node }) => node)
    .find(
      (one) =>
        one.status === 'ACTIVE' &&
        one.loanQuota.used >= 2 &&
        one.loanQuota.remaining >= copiesLent &&
        cardOf(one) !== undefined,
    );
  const copies: string[] = [];
  for (const word of words) {
    if (copies.length < copiesLent) {
      copies.push(...(await copiesOnShelf(graph, word)));
    }
  }
  if (patron === undefined || copies.length < copiesLent) {
    throw new Error('the library has no reader with room for four more, or no copies: take a larger one');
  }
  return {
    patronId: patron.id,
    cardNumber: cardOf(patron)?.libraryCardNumber ?? '',
    copies: copies.slice(0, copiesLent),
  };
}

/** The available copies of titles with the word. */
async function copiesOnShelf(graph: Graph, word: string): Promise<readonly string[]> {
  const { data } = await graph(
    `query ($word: String!) { items(title: $word, first: 100) { itemNumber state material } }`,
    {
      word,
    },
  );
  const items = (data?.items ?? []) as readonly {
    readonly itemNumber: string;
    readonly state: string;
    readonly material: string;
  }[];
  return items
    .filter(({ state, material }) => state === 'AVAILABLE' && material !== 'REFERENCE')
    .map(({ itemNumber }) => itemNumber);
}
