/** The portal's search. The build makes the index, and the page reads it with the same options. */
import MiniSearch, { type Options } from 'minisearch';

export interface Entry {
  /** The entry's address: a path below `/docs`. */
  readonly id: string;
  readonly title: string;
  /** Where the entry comes from, as shown to users: the guide's title, or `Schema:` and its audiences. */
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
