import type { SoapCalls } from '../soap/client.ts';
import { isXmlText } from '../soap/contract/simple/xml-text.ts';
import { rowByKey } from '../soap/policy/batch.ts';
import type * as prs from './contract.generated.ts';
import { isIdentityNumber } from './identity-number.ts';
import type { Patron, PatronCriteria, PatronPage, PatronRegistry } from './port.ts';
import { invalid, isPatronNumber, patronOf, vendorStatuses } from './translation.ts';

type Client = SoapCalls<prs.Operations>;

/** PRS's limit of numbers in a call. */
const maxNumbers = 50;
/** PRS's limit of rows from SearchPatrons. */
const maxRows = 100;

export const readsOf = (
  client: Client,
): Pick<PatronRegistry, 'findMany' | 'findByDocument' | 'search' | 'ping'> => ({
  findMany: (numbers, signal) =>
    rowByKey(
      numbers,
      {
        size: maxNumbers,
        concurrency: client.concurrency,
        isKey: isPatronNumber,
        fetch: async (keys, callSignal) =>
          (await client.call('GetPatrons', { PATRON_NO: keys }, callSignal)).PATRON.map(patronOf),
        keyOf: ({ number }) => number,
        unexpectedRow: () => invalid('GetPatrons: a patron that was not requested, or the same patron twice'),
      },
      signal,
    ),
  async findByDocument({ kind, number }, signal) {
    if (kind === 'HKID' ? !isIdentityNumber(number) : number === '' || !isXmlText(number)) {
      return null;
    }
    const request = kind === 'HKID' ? { HKID: number } : { BIRTH_CERT_NO: number };
    const { PATRON } = await client.call('FindPatron', request, signal);
    return PATRON === undefined ? null : patronOf(PATRON);
  },
  search: (criteria, page, signal) => search(client, criteria, page, signal),
  async ping(signal) {
    // No patron has this number, so the answer is empty.
    await client.call('GetPatrons', { PATRON_NO: ['P0000000'] }, signal);
  },
});

async function search(
  client: Client,
  criteria: PatronCriteria,
  { first, after }: Parameters<PatronRegistry['search']>[1],
  signal: AbortSignal,
): Promise<PatronPage> {
  if (!Number.isInteger(first) || first < 1 || first > maxRows) {
    throw new RangeError(`first is ${first}: it must be a whole number from 1 to ${maxRows}`);
  }
  // No name or telephone number contains characters that XML can't carry.
  if (![criteria.name, criteria.telephone].every((text) => text === null || isXmlText(text))) {
    return { patrons: [], totalCount: 0, hasNextPage: false };
  }
  const filter = filterOf(criteria);
  // No patron comes after a cursor that is not a patron number. But the result still needs the total.
  if (after !== null && !isPatronNumber(after)) {
    const { TOTAL } = await client.call('SearchPatrons', { ...filter, MAX_ROWS: 1 }, signal);
    return { patrons: [], totalCount: TOTAL, hasNextPage: false };
  }
  // One more row shows whether there is a next page. PRS can't return that row if the page already has the maximum
  // length, `maxRows`.
  const requestedRows = Math.min(first + 1, maxRows);
  const { TOTAL, PATRON } = await client.call(
    'SearchPatrons',
    { ...filter, AFTER_PATRON_NO: after ?? undefined, MAX_ROWS: requestedRows },
    signal,
  );
  const rows = PATRON.map(patronOf);
  checkOrder(rows, requestedRows, after);
  const patrons = rows.slice(0, first);
  const lastPatron = patrons.at(-1);
  const isFull = patrons.length === first;
  let hasNextPage = rows.length > first;
  if (isFull && lastPatron !== undefined && requestedRows === first) {
    hasNextPage =
      after === null
        ? TOTAL > first
        : await hasMore(client, { ...filter, AFTER_PATRON_NO: lastPatron.number }, signal);
  }
  return { patrons, totalCount: TOTAL, hasNextPage };
}

/** Whether patrons come after a page of the maximum length. PRS can't return one row more in the same call. */
async function hasMore(
  client: Client,
  request: Omit<prs.SearchPatrons, 'MAX_ROWS'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { PATRON } = await client.call('SearchPatrons', { ...request, MAX_ROWS: 1 }, signal);
  return PATRON.length > 0;
}

const filterOf = ({ name, telephone, status }: PatronCriteria): Omit<prs.SearchPatrons, 'MAX_ROWS'> => ({
  NAME: name ?? undefined,
  TEL: telephone ?? undefined,
  STATUS: status === null ? undefined : vendorStatuses[status],
});

/**
 * Rejects too many patrons, patrons out of order, and patrons that don't come after the cursor. A caller that reads
 * page after page must reach the end.
 */
function checkOrder(patrons: readonly Patron[], maxLength: number, after: string | null): void {
  if (patrons.length > maxLength) {
    throw invalid('SearchPatrons: more rows than requested');
  }
  let previous = after ?? '';
  for (const { number } of patrons) {
    if (number <= previous) {
      throw invalid('SearchPatrons: not in the order of the patron numbers');
    }
    previous = number;
  }
}
