import type { Patron, PatronCriteria, PatronStatus } from '../../../adapters/patrons/port.ts';
import { isPlain, oneLine } from '../../library/contact.ts';
import { searchErrors } from '../../library/errors/error-texts.ts';
import type { Localized } from '../../library/language.ts';
import { wordsOf } from '../../library/words.ts';
import { requireRead } from '../../runtime/caller.ts';
import {
  badInput,
  type Connection,
  type PageInput,
  pageToConnection,
  parsePage,
} from '../../runtime/pagination.ts';
import type { PatronReference, PatronsContext } from '../context.ts';
import { maxRanked, searchByName } from './search-by-name.ts';

interface SearchArguments extends PageInput {
  readonly search?: { name?: string | null; telephone?: string | null; status?: PatronStatus | null } | null;
}

/** A page of patrons, and advice on how to find more. */
interface FoundPatrons extends Connection<PatronReference> {
  readonly advice: string | null;
}

/**
 * The maximum length of a search term, in UTF-16 units. Search terms are short, and the limit keeps a request small.
 */
const maxSearchTermLength = 100;

const tooMany: Localized = {
  en:
    `More than ${maxRanked} patrons have these words in their names. The list is in the order of patron numbers, and may ` +
    'lack names with the words in another order. Give another word, or the telephone number.',
  'zh-Hant':
    `超過 ${maxRanked} 名讀者的姓名含有這些字詞。名單按讀者編號排列，或會缺少字詞次序不同的姓名。` +
    '請加入其他字詞，或輸入電話號碼。',
};

export async function searchPatrons(
  _: unknown,
  { search, ...args }: SearchArguments,
  context: PatronsContext,
): Promise<FoundPatrons> {
  requireRead(context.caller, null, ['patrons:read']);
  // Patrons who are found by name may be ranked. Their cursors then have a rank.
  const page = parsePage(args, search?.name == null ? 'patrons' : 'patrons by name');
  const criteria = parseCriteria(search ?? {});
  const { patrons } = context.services;
  if (criteria.name !== null) {
    const named = await searchByName(patrons, { ...criteria, name: criteria.name }, page, context.signal);
    prime(named.patrons, context);
    return { ...named.connection, advice: named.isRanked ? null : tooMany[context.caller.language] };
  }
  const found = await patrons.search(criteria, page, context.signal);
  prime(found.patrons, context);
  const rows = found.patrons.map(({ number }) => ({ id: number }));
  return { ...pageToConnection(rows, found, page), advice: null };
}

function prime(patrons: readonly Patron[], context: PatronsContext): void {
  for (const patron of patrons) {
    context.patrons.prime(patron.number, patron);
  }
}

function parseCriteria(search: NonNullable<SearchArguments['search']>): PatronCriteria {
  for (const [name, term] of Object.entries(search)) {
    if (typeof term === 'string' && term.length > maxSearchTermLength) {
      throw badInput(searchErrors.tooLong(`search.${name}`, maxSearchTermLength));
    }
    if (typeof term === 'string' && !isPlain(oneLine(term))) {
      throw badInput(searchErrors.invisible(`search.${name}`));
    }
  }
  const name = search.name == null ? null : oneLine(search.name.normalize('NFKC'));
  // The vendor treats an empty term as absent, and would find everybody.
  if (name !== null && wordsOf(name).length === 0) {
    throw badInput(searchErrors.empty('search.name', 'letters'));
  }
  if (search.telephone === '') {
    throw badInput(searchErrors.empty('search.telephone', 'digits'));
  }
  return { name, telephone: search.telephone ?? null, status: search.status ?? null };
}
