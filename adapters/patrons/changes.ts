import type { ResponseTo, SoapCalls } from '../soap/client.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as prs from './contract.generated.ts';
import { isIdentityNumber } from './identity-number.ts';
import type {
  Amendment,
  ContactChanges,
  IdentityNumberAddition,
  NewPatron,
  Patron,
  PatronNumber,
  Registration,
} from './port.ts';
import { detailsOf, invalid, isPatronNumber, patronOf, withContact } from './translation.ts';

type Client = SoapCalls<prs.Operations>;

/**
 * PRS's no: nothing was done. PRS-503 is `busy` before it comes here. With any other fault, who knows what was done: each of
 * PRS's own has a code, and one without, or with one that can't be read, is none of its refusals, whomever it blames.
 */
const nos: ReadonlySet<string> = new Set(['PRS-001', 'PRS-404', 'PRS-409', 'PRS-412']);

const toRegister = { 'PRS-001': 'INVALID', 'PRS-409': 'ALREADY_REGISTERED' } as const;
const toAmend = { 'PRS-001': 'INVALID', 'PRS-404': 'NOT_FOUND', 'PRS-412': 'VERSION_CONFLICT' } as const;
const toAddIdentityNumber = { ...toAmend, 'PRS-409': 'ALREADY_REGISTERED' } as const;

export async function register(
  client: Client,
  patron: NewPatron,
  signal: AbortSignal,
): Promise<Registration> {
  const details = detailsOf(patron);
  // PRS would register someone without a document, whom nothing keeps from being registered twice (R7).
  const isKnown = details?.HKID !== undefined || details?.BIRTH_CERT_NO !== undefined;
  if (details === null || !isKnown) {
    return { refused: 'INVALID' };
  }
  return await orInvalid(
    client.change(
      'RegisterPatron',
      { DETAILS: details },
      (answer) => {
        const outcome = outcomeOf(answer, toRegister);
        return 'refused' in outcome ? outcome : { patron: patronOf(outcome) };
      },
      signal,
    ),
  );
}

/** Both calls by one deadline. */
export async function amendContact(
  client: Client,
  number: PatronNumber,
  version: string,
  changes: ContactChanges,
  signal: AbortSignal,
): Promise<Amendment> {
  if (!isPatronNumber(number)) {
    return { refused: 'NOT_FOUND' };
  }
  using deadline = client.deadline(signal);
  const record = await recordOf(client, number, deadline.signal);
  if (record === null) {
    return { refused: 'NOT_FOUND' };
  }
  if (record.LAST_UPD !== version) {
    return { refused: 'VERSION_CONFLICT' };
  }
  return await amend(client, record, withContact(record.DETAILS, changes), toAmend, deadline.signal);
}

/** Both calls by one deadline. */
export async function addIdentityNumber(
  client: Client,
  number: PatronNumber,
  identityNumber: string,
  signal: AbortSignal,
): Promise<IdentityNumberAddition> {
  if (!isPatronNumber(number)) {
    return { refused: 'NOT_FOUND' };
  }
  if (!isIdentityNumber(identityNumber)) {
    return { refused: 'INVALID' };
  }
  using deadline = client.deadline(signal);
  const record = await recordOf(client, number, deadline.signal);
  if (record === null) {
    return { refused: 'NOT_FOUND' };
  }
  const { HKID: present = '' } = record.DETAILS;
  if (present === identityNumber) {
    return { patron: patronOf(record) };
  }
  if (present !== '') {
    return { refused: 'HAS_ANOTHER' };
  }
  const details = { ...record.DETAILS, HKID: identityNumber };
  return await amend(client, record, details, toAddIdentityNumber, deadline.signal);
}

/** Replaces the details of a record that was just read: PRS refuses where it has been changed since. */
function amend<Refused extends string>(
  client: Client,
  { PATRON_NO, LAST_UPD, STATUS }: prs.PatronRecord,
  DETAILS: prs.PatronDetails,
  refusals: Readonly<Record<string, Refused>>,
  signal: AbortSignal,
): Promise<{ readonly patron: Patron } | { readonly refused: Refused | 'INVALID' }> {
  return orInvalid(
    client.change(
      'AmendPatron',
      { PATRON_NO, LAST_UPD, DETAILS, STATUS },
      (answer): { readonly patron: Patron } | { readonly refused: Refused } => {
        const outcome = outcomeOf(answer, refusals);
        if ('refused' in outcome) {
          return outcome;
        }
        if (outcome.PATRON_NO !== PATRON_NO) {
          throw invalid('AmendPatron: another patron');
        }
        return { patron: patronOf(outcome) };
      },
      signal,
    ),
  );
}

async function recordOf(
  client: Client,
  number: PatronNumber,
  signal: AbortSignal,
): Promise<prs.PatronRecord | null> {
  const { PATRON } = await client.call('GetPatrons', { PATRON_NO: [number] }, signal);
  const [record, second] = PATRON;
  if (second !== undefined || (record !== undefined && record.PATRON_NO !== number)) {
    throw invalid('GetPatrons: a patron that was not asked for, or one twice');
  }
  return record ?? null;
}

/** What a reply means, or a fault, by the table. */
function outcomeOf<Refused extends string>(
  answer: ResponseTo<prs.Operations['RegisterPatron' | 'AmendPatron']>,
  refusals: Readonly<Record<string, Refused>>,
): prs.PatronRecord | { readonly refused: Refused } {
  if (answer.kind === 'reply') {
    return answer.reply.PATRON;
  }
  const code = answer.detail?.CODE ?? '';
  if (!nos.has(code)) {
    throw new UpstreamError('patron registry', 'outcome-unknown', 'it is in trouble');
  }
  const refused = refusals[code];
  if (refused !== undefined) {
    return { refused };
  }
  throw new UpstreamError('patron registry', 'rejected', 'a refusal that means nothing here');
}

/** What PRS's contract has no form for, it would refuse as PRS-001; it is not sent. */
async function orInvalid<Outcome>(
  change: Promise<Outcome>,
): Promise<Outcome | { readonly refused: 'INVALID' }> {
  try {
    return await change;
  } catch (error) {
    if (error instanceof UpstreamError && error.reason === 'unencodable') {
      return { refused: 'INVALID' };
    }
    throw error;
  }
}
