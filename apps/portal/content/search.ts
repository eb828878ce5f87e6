/** What the search of the portal finds. Shared with the page, which must read the index as it was made. */
import MiniSearch, { type Options } from 'minisearch';

export interface Entry {
  /** Where it leads: a path below `/docs`. */
  readonly id: string;
  readonly title: string;
  /** Where it stands, for people: the guide, or the audience and the type. */
  readonly place: string;
  readonly text: string;
}

export const searchOptions: Options<Entry> = {
  fields: ['title', 'place', 'text'],
  storeFields: ['title', 'place'],
  searchOptions: { boost: { title: 4, place: 2 }, prefix: true, fuzzy: 0.15, combineWith: 'AND' },
};

export function createSearch(entries: readonly Entry[]): MiniSearch<Entry> {
  const search = new MiniSearch(searchOptions);
  search.addAll(entries);
  return search;
}
