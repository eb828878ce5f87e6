import type { ResponseTo, SoapCalls } from '../soap/client.ts';
import { UpstreamError } from '../soap/port.ts';
import { orInvalid } from '../soap/vendor-codes.ts';
import type * as prs from './contract.generated.ts';
import { type ChangeMethod, meaningOf, type RefusalOfMethod } from './fault-codes.ts';
import { isIdentityNumber } from './identity-number.ts';
import type { Patron, PatronChanges, PatronNumber, PatronRegistry } from './port.ts';
import { recordVersion } from './record-version.ts';
import {
  detailsOf,
  invalid,
  isPatronNumber,
  patronOf,
  vendorStatuses,
  withContact,
  withPatronChanges,
} from './translation.ts';

type Client = SoapCalls<prs.Operations>;

const versionOf = ({ PATRON_NO, LAST_UPD }: prs.PatronRecord): string => recordVersion(PATRON_NO, LAST_UPD);

type Changes = Pick<PatronRegistry, 'register' | 'amendContact' | 'amendPatron' | 'addIdentityNumber'>;

export const changesOf = (client: Client): Changes => ({
  async register(patron, signal) {
    const details = detailsOf(patron);
    if (details === null || !hasDocument(details)) {
      return { refused: 'INVALID' };
    }
    const patronIn = (response: ResponseTo<prs.Operations['RegisterPatron']>) => {
      const record = recordOrRefusal('register', response);
      return 'refused' in record ? record : { patron: patronOf(record) };
    };
    return await orInvalid(() => client.change('RegisterPatron', { DETAILS: details }, patronIn, signal));
  },
  amendContact: (number, version, changes, signal) =>
    replaceRecord(client, number, 'amendContact', signal, (record) =>
      versionOf(record) === version
        ? { ...record, DETAILS: withContact(record.DETAILS, changes) }
        : { refused: 'VERSION_CONFLICT' },
    ),
  amendPatron: (number, version, changes, signal) =>
    replaceRecord(client, number, 'amendPatron', signal, (record) => {
      if (versionOf(record) !== version) {
        return { refused: 'VERSION_CONFLICT' };
      }
      const DETAILS = withPatronChanges(record.DETAILS, changes);
      if (DETAILS === null || !hasPossibleDocuments(DETAILS, changes)) {
        return { refused: 'INVALID' };
      }
      const STATUS = changes.status === undefined ? record.STATUS : vendorStatuses[changes.status];
      return { ...record, DETAILS, STATUS };
    }),
  async addIdentityNumber(number, identityNumber, signal) {
    if (isPatronNumber(number) && !isIdentityNumber(identityNumber)) {
      return { refused: 'INVALID' };
    }
    return await replaceRecord(client, number, 'addIdentityNumber', signal, (record) => {
      const { HKID: currentNumber = '' } = record.DETAILS;
      if (currentNumber === identityNumber) {
        return { patron: patronOf(record) };
      }
      return currentNumber === ''
        ? { ...record, DETAILS: { ...record.DETAILS, HKID: identityNumber } }
        : { refused: 'HAS_ANOTHER' };
    });
  },
});

/**
 * PRS accepts a patron without a document. But then nothing would prevent a second registration of the same person
 * (R7).
 */
const hasDocument = ({ HKID, BIRTH_CERT_NO }: prs.PatronDetails): boolean =>
  HKID !== undefined || BIRTH_CERT_NO !== undefined;

/**
 * Whether PRS accepts the documents of a record after a change. A new identity number must have the right form. A
 * change of documents must leave at least one document. If the documents don't change, the record may have none.
 */
function hasPossibleDocuments(
  details: prs.PatronDetails,
  { identityNumber, birthCertificateNumber }: PatronChanges,
): boolean {
  const isChanged = identityNumber !== undefined || birthCertificateNumber !== undefined;
  const isPossible = identityNumber == null || isIdentityNumber(identityNumber);
  return (!isChanged || hasDocument(details)) && isPossible;
}

/**
 * Reads a patron's record, and sends the record that `change` makes of it. If `change` returns the method's result,
 * nothing is sent. An unknown patron is `NOT_FOUND`. One deadline covers both calls.
 */
async function replaceRecord<Method extends AmendingMethod>(
  client: Client,
  number: PatronNumber,
  method: Method,
  signal: AbortSignal,
  change: (record: prs.PatronRecord) => prs.PatronRecord | ResultOf<Method>,
): Promise<ResultOf<Method> | Amended<Method> | { readonly refused: 'NOT_FOUND' }> {
  if (!isPatronNumber(number)) {
    return { refused: 'NOT_FOUND' };
  }
  using deadline = client.deadline(signal);
  const record = await recordOf(client, number, deadline.signal);
  if (record === null) {
    return { refused: 'NOT_FOUND' };
  }
  const changed = change(record);
  return 'PATRON_NO' in changed ? await amend(client, changed, method, deadline.signal) : changed;
}

/** The port's methods that are sent as `AmendPatron`. */
type AmendingMethod = 'amendContact' | 'amendPatron' | 'addIdentityNumber';

type ResultOf<Method extends AmendingMethod> = Awaited<ReturnType<PatronRegistry[Method]>>;

type Amended<Method extends AmendingMethod> =
  | { readonly patron: Patron }
  | { readonly refused: RefusalOfMethod<Method> | 'INVALID' };

/**
 * Replaces details and status of a record that was just read. PRS replaces the whole of `DETAILS`, and wipes each field
 * that is left out. If the record has changed since it was read, PRS refuses, because `LAST_UPD` is out of date.
 */
function amend<Method extends AmendingMethod>(
  client: Client,
  { PATRON_NO, LAST_UPD, DETAILS, STATUS }: prs.PatronRecord,
  method: Method,
  signal: AbortSignal,
): Promise<Amended<Method>> {
  const request = { PATRON_NO, LAST_UPD, DETAILS, STATUS };
  const amendedIn = (response: ResponseTo<prs.Operations['AmendPatron']>): Amended<Method> => {
    const record = recordOrRefusal(method, response);
    if ('refused' in record) {
      return record;
    }
    if (record.PATRON_NO !== PATRON_NO) {
      throw invalid('AmendPatron: another patron');
    }
    return { patron: patronOf(record) };
  };
  return orInvalid(() => client.change('AmendPatron', request, amendedIn, signal));
}

async function recordOf(
  client: Client,
  number: PatronNumber,
  signal: AbortSignal,
): Promise<prs.PatronRecord | null> {
  const { PATRON } = await client.call('GetPatrons', { PATRON_NO: [number] }, signal);
  const [record, secondRecord] = PATRON;
  if (secondRecord !== undefined || (record !== undefined && record.PATRON_NO !== number)) {
    throw invalid('GetPatrons: a patron that was not requested, or the same patron twice');
  }
  return record ?? null;
}

/** The record in a reply, or the refusal in a fault. Throws an `UpstreamError` for a fault that is not a refusal. */
function recordOrRefusal<Method extends ChangeMethod>(
  method: Method,
  response: ResponseTo<prs.Operations['RegisterPatron' | 'AmendPatron']>,
): prs.PatronRecord | { readonly refused: RefusalOfMethod<Method> } {
  if (response.kind === 'reply') {
    return response.reply.PATRON;
  }
  const meaning = meaningOf(method, response);
  if ('failed' in meaning) {
    throw new UpstreamError('patron registry', meaning.failed, `${method}: a fault`);
  }
  return meaning;
}
