import { rowByKey } from '../soap/batch.ts';
import { dayOfCompact } from '../soap/calendar.ts';
import { type AnswerTo, createSoapClient, type SoapClient } from '../soap/client.ts';
import type { Limits } from '../soap/limits.ts';
import { UpstreamError, type UpstreamReason } from '../soap/port.ts';
import { isXmlText } from '../soap/simple-types.ts';
import type * as prs from './contract.generated.ts';
import { isIdentityNumber } from './identity-number.ts';
import type {
  IdentityDocument,
  Patron,
  PatronCriteria,
  PatronNumber,
  PatronPage,
  PatronRegistry,
  PatronStatus,
} from './port.ts';

/** PRS, the Patron Registration System of 2004. It takes no login. */
export interface PatronRegistrySettings {
  /** http or https. */
  readonly url: string | URL;
  /** `defaultLimits` of `adapters/soap/limits.ts` unless given. */
  readonly limits?: Partial<Limits>;
}

/** The patron registry over SOAP. Reads its WSDL; connects at the first call. Its calls under way end before it does. */
export async function createPatronRegistry({
  url,
  limits = {},
}: PatronRegistrySettings): Promise<PatronRegistry & AsyncDisposable> {
  const client = await createSoapClient<prs.Operations>({
    system: 'patron registry',
    wsdl: new URL('patron-registry.wsdl', import.meta.url),
    url,
    limits,
    reads: ['GetPatrons', 'FindPatron', 'SearchPatrons'],
    reasonOf,
  });
  return {
    findMany: (numbers, signal) => findMany(client, numbers, signal),
    findByDocument: (document, signal) => findByDocument(client, document, signal),
    search: (criteria, page, signal) => search(client, criteria, page, signal),
    async ping(signal) {
      await client.call('GetPatrons', { PATRON_NO: ['P0000000'] }, signal);
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

type Client = SoapClient<prs.Operations>;

/** The most numbers that GetPatrons takes. */
const numbersAtOnce = 50;
/** The most rows that SearchPatrons gives. */
const rowsAtOnce = 100;

const isPatronNumber = (number: string): boolean => /^P[0-9]{7}$/.test(number);

/** Every other code means nothing to a read. */
const reasonOfCode = { 'PRS-503': 'busy' } as const satisfies Record<string, UpstreamReason>;
const reasons: ReadonlyMap<string, UpstreamReason> = new Map(Object.entries(reasonOfCode));

function reasonOf(answer: AnswerTo<prs.Operations[keyof prs.Operations]>): UpstreamReason | null {
  if (answer.kind === 'reply') return null;
  return reasons.get(answer.detail?.CODE ?? '') ?? 'rejected';
}

const invalid = (detail: string): UpstreamError =>
  new UpstreamError('patron registry', 'invalid-response', detail);

async function findMany(
  client: Client,
  numbers: readonly PatronNumber[],
  signal: AbortSignal,
): Promise<(Patron | null)[]> {
  const batching = {
    size: numbersAtOnce,
    sideBySide: client.limits.connections,
    isKey: isPatronNumber,
    fetch: async (keys: readonly string[], joined: AbortSignal) =>
      (await client.call('GetPatrons', { PATRON_NO: keys }, joined)).PATRON.map(patronOf),
    keyOf: ({ number }: Patron) => number,
    stranger: () => invalid('GetPatrons: a patron that was not asked for, or one twice'),
  };
  const patrons = await rowByKey(numbers, batching, signal);
  return numbers.map((number) => patrons.get(number) ?? null);
}

async function findByDocument(
  client: Client,
  { kind, number }: IdentityDocument,
  signal: AbortSignal,
): Promise<Patron | null> {
  if (kind === 'HKID' ? !isIdentityNumber(number) : number === '' || !isXmlText(number)) return null;
  const { PATRON } = await client.call(
    'FindPatron',
    kind === 'HKID' ? { HKID: number } : { BIRTH_CERT_NO: number },
    signal,
  );
  return PATRON === undefined ? null : patronOf(PATRON);
}

async function search(
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
  if (patrons.length > most) throw invalid('SearchPatrons: more rows than were asked for');
  let last = after;
  for (const { number } of patrons) {
    if (number <= last) throw invalid('SearchPatrons: not in the order of the numbers');
    last = number;
  }
}

const statuses = { A: 'ACTIVE', S: 'SUSPENDED', C: 'CLOSED' } as const satisfies Record<
  prs.PatronStatus,
  PatronStatus
>;
const vendorStatuses = { ACTIVE: 'A', SUSPENDED: 'S', CLOSED: 'C' } as const satisfies Record<
  PatronStatus,
  prs.PatronStatus
>;

/** PRS's database knows no difference between an empty field and none. */
const given = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);

function patronOf({ PATRON_NO, DETAILS, STATUS, REG_DATE, LAST_UPD }: prs.PatronRecord): Patron {
  const guarantor = given(DETAILS.GUARANTOR_NAME);
  return {
    number: PATRON_NO,
    englishName: DETAILS.ENG_NAME,
    chineseName: given(DETAILS.CHI_NAME),
    identityDocument: documentOf(DETAILS),
    dateOfBirth: day(DETAILS.DOB, 'DOB'),
    addressLines: DETAILS.ADDR_LINE,
    addressProven: DETAILS.ADDR_PROOF === 'Y',
    telephone: given(DETAILS.TEL),
    email: given(DETAILS.EMAIL),
    guarantor: guarantor === null ? null : { name: guarantor, telephone: given(DETAILS.GUARANTOR_TEL) },
    status: statuses[STATUS],
    registeredOn: day(REG_DATE, 'REG_DATE'),
    version: LAST_UPD,
  };
}

/** The identity card where there are both, as once a child has got one. */
function documentOf({ HKID, BIRTH_CERT_NO }: prs.PatronDetails): IdentityDocument | null {
  const identityNumber = given(HKID);
  if (identityNumber !== null) return { kind: 'HKID', number: identityNumber };
  const certificate = given(BIRTH_CERT_NO);
  return certificate === null ? null : { kind: 'BIRTH_CERTIFICATE', number: certificate };
}

function day(text: string, field: string): string {
  const found = dayOfCompact(text);
  if (found === null) throw invalid(`${field} is no date`);
  return found;
}
