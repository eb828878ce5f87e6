import type { SoapCalls } from '../soap/client.ts';
import { isXmlText } from '../soap/contract/simple-types.ts';
import { rowByKey } from '../soap/policy/batch.ts';
import type * as prs from './contract.generated.ts';
import { isIdentityNumber } from './identity-number.ts';
import type { IdentityDocument, Patron, PatronCriteria, PatronNumber, PatronPage } from './port.ts';
import { invalid, isPatronNumber, patronOf, vendorStatuses } from './translation.ts';

type Client = SoapCalls<prs.Operations>;

/** The most numbers that GetPatrons takes. */
const numbersAtOnce = 50;
/** The most rows that SearchPatrons gives. */
const rowsAtOnce = 100;

export async function findMany(
  client: Client,
  numbers: readonly PatronNumber[],
  signal: AbortSignal,
): Promise<(Patron | null)[]> {
  const batching = {
    size: numbersAtOnce,
    concurrency: client.concurrency,
    isKey: isPatronNumber,
    fetch: async (keys: readonly string[], joined: AbortSignal) =>
      (await client.call('GetPatrons', { PATRON_NO: keys }, joined)).PATRON.map(patronOf),
    keyOf: ({ number }: Patron) => number,
    unexpectedRow: () => invalid('GetPatrons: a patron that was not asked for, or one twice'),
  };
  const patrons = await rowByKey(numbers, batching, signal);
  return numbers.map((number) => patrons.get(number) ?? null);
}

export async function findByDocument(
  client: Client,
  { kind, number }: IdentityDocument,
  signal: AbortSignal,
): Promise<Patron | null> {
  if (kind === 'HKID' ? !isIdentityNumber(number) : number === '' || !isXmlText(number)) {
    return null;
  }
  const { PATRON } = await client.call(
    'FindPatron',
    kind === 'HKID' ? { HKID: number } : { BIRTH_CERT_NO: number },
    signal,
  );
  return PATRON === undefined ? null : patronOf(PATRON);
}

export async function search(
  client: Client,
  criteria: PatronCriteria,
  { first, after }: { readonly first: number; readonly after?: PatronNumber },
  signal: AbortSignal,
): Promise<PatronPage> {
  if (!Number.isInteger(first) || first < 1 || first > rowsAtOnce) {
    throw new RangeError(`first is ${first}: 1 to ${rowsAtOnce} is wanted`);
  }
  // No name or number has in it what XML can't carry.
  if (![criteria.name, criteria.telephone].every((text) => text === undefined || isXmlText(text))) {
    return { patrons: [], totalCount: 0, hasNextPage: false };
  }
  const wanted = wantedBy(criteria);
  // A cursor is the caller's: nothing comes after what is no number.
  if (after !== undefined && !isPatronNumber(after)) {
    const { TOTAL } = await client.call('SearchPatrons', { ...wanted, MAX_ROWS: 1 }, signal);
    return { patrons: [], totalCount: TOTAL, hasNextPage: false };
  }
  // One row more than the page tells whether there is another, where the vendor lets us ask for it.
  const ask = Math.min(first + 1, rowsAtOnce);
  const from = after === undefined ? {} : { AFTER_PATRON_NO: after };
  const { TOTAL, PATRON } = await client.call('SearchPatrons', { ...wanted, ...from, MAX_ROWS: ask }, signal);
  const found = PATRON.map(patronOf);
  checkOrder(found, ask, after);
  const patrons = found.slice(0, first);
  const last = patrons.at(-1);
  const isFull = patrons.length === first;
  let hasNextPage = found.length > first;
  if (isFull && last !== undefined && ask === first) {
    hasNextPage =
      after === undefined
        ? TOTAL > first
        : await hasMore(client, { ...wanted, AFTER_PATRON_NO: last.number }, signal);
  }
  return { patrons, totalCount: TOTAL, hasNextPage };
}

/** After a page as long as the vendor gives. */
async function hasMore(
  client: Client,
  from: Omit<prs.SearchPatrons, 'MAX_ROWS'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { PATRON } = await client.call('SearchPatrons', { ...from, MAX_ROWS: 1 }, signal);
  return PATRON.length > 0;
}

const wantedBy = ({ name, telephone, status }: PatronCriteria): Omit<prs.SearchPatrons, 'MAX_ROWS'> => ({
  ...(name === undefined ? {} : { NAME: name }),
  ...(telephone === undefined ? {} : { TEL: telephone }),
  ...(status === undefined ? {} : { STATUS: vendorStatuses[status] }),
});

/** A page out of order, or one that begins before where it should, would be paged through without end. */
function checkOrder(patrons: readonly Patron[], most: number, after = ''): void {
  if (patrons.length > most) {
    throw invalid('SearchPatrons: more rows than were asked for');
  }
  let last = after;
  for (const { number } of patrons) {
    if (number <= last) {
      throw invalid('SearchPatrons: not in the order of the numbers');
    }
    last = number;
  }
}
