import type { SoapCalls } from '../soap/client.ts';
import { isXmlText } from '../soap/contract/simple-types.ts';
import { rowByKey } from '../soap/policy/batch.ts';
import type * as prs from './contract.generated.ts';
import { isIdentityNumber } from './identity-number.ts';
import type { IdentityDocument, Patron, PatronCriteria, PatronNumber, PatronPage } from './port.ts';
import { invalid, isPatronNumber, patronOf, vendorStatuses } from './translation.ts';

type Client = SoapCalls<prs.Operations>;

/** PRS's limit of numbers in a call of GetPatrons. */
const maxNumbers = 50;
/** PRS's limit of rows from SearchPatrons. */
const maxRows = 100;

export async function findMany(
  client: Client,
  numbers: readonly PatronNumber[],
  signal: AbortSignal,
): Promise<(Patron | null)[]> {
  const batchRead = {
    size: maxNumbers,
    concurrency: client.concurrency,
    isKey: isPatronNumber,
    fetch: async (keys: readonly string[], callSignal: AbortSignal) =>
      (await client.call('GetPatrons', { PATRON_NO: keys }, callSignal)).PATRON.map(patronOf),
    keyOf: ({ number }: Patron) => number,
    unexpectedRow: () => invalid('GetPatrons: a patron that was not requested, or the same patron twice'),
  };
  const patrons = await rowByKey(numbers, batchRead, signal);
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
  if (!Number.isInteger(first) || first < 1 || first > maxRows) {
    throw new RangeError(`first is ${first}: it must be a whole number from 1 to ${maxRows}`);
  }
  // No name or telephone number contains characters that XML can't carry.
  if (![criteria.name, criteria.telephone].every((text) => text === undefined || isXmlText(text))) {
    return { patrons: [], totalCount: 0, hasNextPage: false };
  }
  const filter = filterOf(criteria);
  // No patron comes after a cursor that is not a patron number. The total is still needed.
  if (after !== undefined && !isPatronNumber(after)) {
    const { TOTAL } = await client.call('SearchPatrons', { ...filter, MAX_ROWS: 1 }, signal);
    return { patrons: [], totalCount: TOTAL, hasNextPage: false };
  }
  // One row more than the page tells whether there is a next page. PRS's limit allows it for all but the longest page.
  const requestedRows = Math.min(first + 1, maxRows);
  const cursor = after === undefined ? {} : { AFTER_PATRON_NO: after };
  const { TOTAL, PATRON } = await client.call(
    'SearchPatrons',
    { ...filter, ...cursor, MAX_ROWS: requestedRows },
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
      after === undefined
        ? TOTAL > first
        : await hasMore(client, { ...filter, AFTER_PATRON_NO: lastPatron.number }, signal);
  }
  return { patrons, totalCount: TOTAL, hasNextPage };
}

/** Whether patrons come after a page of the maximum length, of which PRS gives no row more. */
async function hasMore(
  client: Client,
  request: Omit<prs.SearchPatrons, 'MAX_ROWS'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { PATRON } = await client.call('SearchPatrons', { ...request, MAX_ROWS: 1 }, signal);
  return PATRON.length > 0;
}

const filterOf = ({ name, telephone, status }: PatronCriteria): Omit<prs.SearchPatrons, 'MAX_ROWS'> => ({
  ...(name === undefined ? {} : { NAME: name }),
  ...(telephone === undefined ? {} : { TEL: telephone }),
  ...(status === undefined ? {} : { STATUS: vendorStatuses[status] }),
});

/** A caller would never reach the end of pages that are out of order, or that begin before the cursor. */
function checkOrder(patrons: readonly Patron[], maxLength: number, after = ''): void {
  if (patrons.length > maxLength) {
    throw invalid('SearchPatrons: more rows than requested');
  }
  let previous = after;
  for (const { number } of patrons) {
    if (number <= previous) {
      throw invalid('SearchPatrons: not in the order of the patron numbers');
    }
    previous = number;
  }
}
