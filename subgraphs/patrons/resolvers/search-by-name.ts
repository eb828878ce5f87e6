import type { Patron, PatronCriteria, PatronPage, PatronRegistry } from '../../../adapters/patrons/port.ts';
import { sortBy } from '../../library/sort-by.ts';
import { wordsOf } from '../../library/words.ts';
import {
  type Connection,
  type PageArguments,
  pageToConnection,
  sliceToConnection,
} from '../../runtime/pagination.ts';
import type { PatronReference } from '../context.ts';
import { rankOf, registryForms } from '../rules/name-search.ts';

/** The maximum number of patrons that are read to rank them. */
export const maxRanked = 500;
/** The maximum number of words that are searched one by one, the longest first. A name rarely has more. */
const maxAsked = 6;
/** One less than the registry's limit of rows, so that an answer also shows whether there are more. */
const readAtOnce = 99;

interface NamedPatrons {
  readonly connection: Connection<PatronReference>;
  readonly patrons: readonly Patron[];
  /** Whether the names that fit best come first. Otherwise, the list is in the order of patron numbers. */
  readonly isRanked: boolean;
}

type NameCriteria = PatronCriteria & { readonly name: string };
type Search = (name: string, page: Pick<PageArguments, 'first' | 'after'>) => Promise<PatronPage>;

/**
 * Finds patrons by the words of a name, in any order. The registry can only find one text, so the word with the fewest
 * patrons is read and compared here. If there are too many to read, the registry searches the whole text instead.
 *
 * Example: for `ka ho to`, the registry is searched for KA (900 patrons), HO (700) and TO (80). The 80 are read, and
 * patrons with KA and HO are ranked. If TO had 600 patrons, the registry would be searched for `KA, HO TO`, and then
 * for `TO, KA HO`.
 */
export async function searchByName(
  registry: PatronRegistry,
  criteria: NameCriteria,
  page: PageArguments,
  signal: AbortSignal,
): Promise<NamedPatrons> {
  const search: Search = (name, asked) => registry.search({ ...criteria, name }, asked, signal);
  const words = wordsOf(criteria.name);
  // A name can be answered with a ranked list or with a list in the registry's order. All pages must be from the list
  // that the first page was from. The cursor shows which: only cursors of the ranked list have a rank.
  const isRankedCursor = page.after?.includes(' ') ?? false;
  if (page.after !== null && !isRankedCursor) {
    return await inRegistryOrder(search, words, page);
  }
  const rarest = await findRarest(search, words);
  const isFew = rarest === null || rarest.found.totalCount <= maxRanked;
  return isFew || isRankedCursor
    ? await ranked(search, words, rarest, page)
    : await inRegistryOrder(search, words, page);
}

interface FoundWord {
  readonly word: string;
  /** The patrons with the word: the first page, or only the first patron. */
  readonly found: PatronPage;
}

/**
 * The word with the fewest patrons. Words without any patron are left out, because the registry may write such a word
 * as two. Null if no word has a patron.
 */
async function findRarest(search: Search, words: readonly string[]): Promise<FoundWord | null> {
  const longest = [...new Set(words)].toSorted((one, other) => other.length - one.length).slice(0, maxAsked);
  // If there is only one word, its patrons are read at once. If there are several, only the counts of patrons are
  // needed first.
  const first = longest.length === 1 ? readAtOnce : 1;
  const asked = longest.map(async (word) => ({
    word,
    found: await search(word, { first, after: null }),
  }));
  const known = (await Promise.all(asked)).filter(({ found }) => found.totalCount > 0);
  return known.toSorted((one, other) => one.found.totalCount - other.found.totalCount)[0] ?? null;
}

async function ranked(
  search: Search,
  words: readonly string[],
  rarest: FoundWord | null,
  page: PageArguments,
): Promise<NamedPatrons> {
  const rows = rarest === null ? [] : await readAll(search, rarest);
  const fitting = rows.flatMap((patron) => {
    const rank = rankOf(words, patron);
    return rank === null ? [] : [{ id: patron.number, key: `${rank} ${patron.number}`, patron }];
  });
  const keyOf = ({ key }: { readonly key: string }) => key;
  const connection = sliceToConnection(sortBy(fitting, keyOf), keyOf, page);
  return { connection, patrons: connection.edges.map(({ node }) => node.patron), isRanked: true };
}

/**
 * The patrons with the word. If patrons are added while somebody pages through the list, there may be more than the
 * maximum. Reading then stops.
 */
async function readAll(search: Search, { word, found }: FoundWord): Promise<readonly Patron[]> {
  let rows = found.patrons;
  for (let page = found; page.hasNextPage && rows.length < maxRanked; ) {
    const first = Math.min(readAtOnce, maxRanked - rows.length);
    page = await search(word, { first, after: rows.at(-1)?.number ?? null });
    rows = [...rows, ...page.patrons];
  }
  return rows;
}

/**
 * Searches for the words as one text. Tries the forms of {@link registryForms} one after the other, until one finds
 * patrons.
 */
async function inRegistryOrder(
  search: Search,
  words: readonly string[],
  page: PageArguments,
): Promise<NamedPatrons> {
  const [form = '', ...otherForms] = registryForms(words);
  let found = await search(form, page);
  for (const other of otherForms) {
    if (found.totalCount > 0) {
      break;
    }
    found = await search(other, page);
  }
  const rows = found.patrons.map(({ number }) => ({ id: number }));
  return { connection: pageToConnection(rows, found, page), patrons: found.patrons, isRanked: false };
}
