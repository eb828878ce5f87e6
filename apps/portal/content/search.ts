/** The portal's search. The build makes the index, and the page reads it with the same options. */
import MiniSearch, { type Options } from 'minisearch';

export interface Entry {
  /** The entry's address: a path below `/docs`. */
  readonly id: string;
  readonly title: string;
  /** The source of the entry, as users see it: the guide, or the audience and the type. */
  readonly source: string;
  readonly text: string;
}

export const searchOptions: Options<Entry> = {
  fields: ['title', 'source', 'text'],
  storeFields: ['title', 'source'],
  searchOptions: { boost: { title: 4, source: 2 }, prefix: true, fuzzy: 0.15, combineWith: 'AND' },
};

export function createSearch(entries: readonly Entry[]): MiniSearch<Entry> {
  const search = new MiniSearch(searchOptions);
  search.addAll(entries);
  return search;
}
