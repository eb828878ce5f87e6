import type { Hold, Item } from '../../../adapters/circulation/port.ts';
import { searchErrors } from '../../library/errors/error-texts.ts';
import { sortBy } from '../../library/sort-by.ts';
import { wordsOf } from '../../library/words.ts';
import { badInput, type PageInput, parsePage, sliceToConnection } from '../../runtime/pagination.ts';
import type { CirculationContext } from '../context.ts';
import { isOnShelf } from '../rules/copies.ts';
import { copyOfReadyHold } from '../rules/ready-hold.ts';
import { queueLength } from './item-readers.ts';
import { maxCharacters, searchText } from './search-text.ts';

/**
 * A title in the catalogue. Circulation has no call that reads a title, so its fields are taken from a copy or a hold.
 * A hold has no author. If the author is requested, a copy is read.
 */
export type Title = Pick<Item, 'titleNumber' | 'title' | 'author'> | Pick<Hold, 'titleNumber' | 'title'>;

export function workOf(row: Item | Hold): Title {
  const { titleNumber, title } = row;
  return 'author' in row ? { titleNumber, title, author: row.author } : { titleNumber, title };
}

export const titleResolvers = {
  id: ({ titleNumber }: Title) => titleNumber,
  async author(title: Title, _args: unknown, context: CirculationContext) {
    return 'author' in title ? title.author : ((await copiesOf(title, context))[0]?.author ?? null);
  },
  copies: (title: Title, _args: unknown, context: CirculationContext) => copiesOf(title, context),
  async copiesComplete({ title }: Title, _args: unknown, context: CirculationContext) {
    return (await context.copiesByText.load(title)).isComplete;
  },
  queueLength,
  async available(title: Title, _args: unknown, context: CirculationContext) {
    return (await copiesOf(title, context)).filter(({ state }) => state === 'AVAILABLE').length;
  },
};

/** The number of copies of the title that are on the shelves and can be lent. */
export async function copiesOnShelf(title: Title, context: CirculationContext): Promise<number> {
  return (await copiesOf(title, context)).filter(isOnShelf).length;
}

/**
 * The copy that is kept for a ready hold. Null if it may be one of several copies, or if the search may not have found
 * all copies.
 */
export async function copyOfHold(
  hold: Hold,
  _args: unknown,
  context: CirculationContext,
): Promise<Item | null> {
  if (hold.state !== 'READY') {
    return null;
  }
  const { isComplete } = await context.copiesByText.load(hold.title);
  return isComplete ? copyOfReadyHold(await copiesOf(hold, context)) : null;
}

/** The copies of this title. Copies of other titles that the search by text also finds are left out. */
export async function copiesOf({ titleNumber, title }: Title, { copiesByText }: CirculationContext) {
  const { copies } = await copiesByText.load(title);
  return copies.filter((copy) => copy.titleNumber === titleNumber);
}

interface TitleFilter {
  readonly author?: string | null;
}

/**
 * The words of the filter `author`, which may be in any order. Circulation can search only by title. So it finds titles
 * first, and then their authors are compared with these words.
 * @throws GraphQLError BAD_USER_INPUT for an author that is longer than any search text.
 */
function authorWords(filter: TitleFilter | null | undefined): readonly string[] {
  const author = filter?.author ?? '';
  if (author.length > maxCharacters) {
    throw badInput(searchErrors.tooLong('filter.author', maxCharacters));
  }
  return wordsOf(author);
}

function hasAuthor({ author }: Pick<Item, 'author'>, words: readonly string[]): boolean {
  const own = wordsOf(author ?? '').join(' ');
  return words.every((word) => own.includes(word));
}

/**
 * A page of the titles that contain the search text. Circulation finds copies, 500 at most. They are grouped by title.
 *
 * @example
 * Copies found: 31…15 of B1, 31…23 of B2, 31…31 of B1. Titles: B1 with two copies, B2 with one.
 */
export async function titles(
  _: unknown,
  args: PageInput & { readonly search: string; readonly filter?: TitleFilter | null },
  context: CirculationContext,
) {
  const page = parsePage(args, 'titles');
  const author = authorWords(args.filter);
  const { copies, isComplete } = await context.copiesByText.load(searchText('search', args.search));
  const works = [...Map.groupBy(copies, ({ titleNumber }) => titleNumber).values()].flatMap(([copy]) =>
    copy === undefined || !hasAuthor(copy, author) ? [] : [workOf(copy)],
  );
  const found = sortBy(works, ({ titleNumber }) => titleNumber);
  if (isComplete) {
    // Stores these copies under the whole title, too. A search by the whole title would find no others, because each
    // copy with that title also contains the search text.
    for (const { title } of found) {
      context.copiesByText.prime(title, { copies, isComplete });
    }
  }
  const connection = sliceToConnection(found, ({ titleNumber }) => titleNumber, page);
  return { ...connection, complete: isComplete };
}
