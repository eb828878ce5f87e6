import type { SoapResponse } from '../soap/codec/envelope.ts';
import type { UpstreamReason } from '../soap/port.ts';
import { type CodeMeaning, type RefusalIn, reasonForRead } from '../soap/vendor-codes.ts';
import type * as prs from './contract.generated.ts';
import type { Amendment, IdentityNumberAddition, PatronAmendment, Registration } from './port.ts';

type RefusalOf<Result> = Extract<Result, { readonly refused: string }>['refused'];
type Fault = Extract<SoapResponse<unknown, prs.PRSFault>, { kind: 'fault' }>;

/** Not PRS's: the adapter refuses with it, because it compares the record's identity number with the new one. */
type OwnRefusal = 'HAS_ANOTHER';
type Refusal = Exclude<
  RefusalOf<Registration | Amendment | PatronAmendment | IdentityNumberAddition>,
  OwnRefusal
>;

/**
 * PRS's fault codes and what they mean: the only file of this adapter that knows them. The code stands in `PRSFault`,
 * in the detail of a SOAP fault.
 *
 * A new code of PRS: name it in `faultCodes`, and `tsc` asks for its meaning. A new refusal of the port: add it to the
 * method's result, and `tsc` asks below for the code that it stands for.
 */
const faultCodes = {
  BAD_REQUEST: 'PRS-001',
  /** `AmendPatron` only: a read leaves out what it does not know. */
  NO_SUCH_PATRON: 'PRS-404',
  DOCUMENT_ALREADY_REGISTERED: 'PRS-409',
  /** `LAST_UPD` is not the record's. */
  RECORD_HAS_CHANGED: 'PRS-412',
  /** Try later. */
  HOUSEKEEPING: 'PRS-503',
  /** An internal error. PRS may have done something. */
  INTERNAL: 'PRS-900',
} as const;

type FaultCode = (typeof faultCodes)[keyof typeof faultCodes];

/** What each code means in the answer to a change. */
const meanings = {
  [faultCodes.BAD_REQUEST]: { refused: 'INVALID' },
  [faultCodes.NO_SUCH_PATRON]: { refused: 'NOT_FOUND' },
  [faultCodes.DOCUMENT_ALREADY_REGISTERED]: { refused: 'ALREADY_REGISTERED' },
  [faultCodes.RECORD_HAS_CHANGED]: { refused: 'VERSION_CONFLICT' },
  [faultCodes.HOUSEKEEPING]: { failed: 'busy' },
  [faultCodes.INTERNAL]: { failed: 'outcome-unknown' },
} as const satisfies Record<FaultCode, CodeMeaning<Refusal>>;

// `tsc` names here a refusal of the port that no code stands for.
({}) satisfies Record<Exclude<Refusal, RefusalIn<typeof meanings>>, never>;

/**
 * The refusals that each method of the port has. Nothing was done for another one either, but it makes no sense there.
 */
const refusalsOfMethod = {
  register: { INVALID: true, ALREADY_REGISTERED: true },
  amendContact: { INVALID: true, NOT_FOUND: true, VERSION_CONFLICT: true },
  amendPatron: { INVALID: true, NOT_FOUND: true, VERSION_CONFLICT: true, ALREADY_REGISTERED: true },
  addIdentityNumber: { INVALID: true, NOT_FOUND: true, VERSION_CONFLICT: true, ALREADY_REGISTERED: true },
} as const satisfies {
  readonly register: Record<RefusalOf<Registration>, true>;
  readonly amendContact: Record<RefusalOf<Amendment>, true>;
  readonly amendPatron: Record<RefusalOf<PatronAmendment>, true>;
  readonly addIdentityNumber: Record<Exclude<RefusalOf<IdentityNumberAddition>, OwnRefusal>, true>;
};
export type ChangeMethod = keyof typeof refusalsOfMethod;
export type RefusalOfMethod<Method extends ChangeMethod> = keyof (typeof refusalsOfMethod)[Method] & string;

const meaningByCode: ReadonlyMap<string, CodeMeaning<Refusal>> = new Map(Object.entries(meanings));

/**
 * What a fault means in the answer to a change. A fault without a code, with one that the contract doesn't have, or one
 * that can't be read is none of PRS's own refusals, whichever side it blames. Nobody knows then what was done:
 * `outcome-unknown`.
 */
export function meaningOf<Method extends ChangeMethod>(
  method: Method,
  { detail }: Fault,
): CodeMeaning<RefusalOfMethod<Method>> {
  const meaning = meaningByCode.get(detail?.CODE ?? '') ?? { failed: 'outcome-unknown' };
  if ('failed' in meaning) {
    return meaning;
  }
  return isRefusalOf(method, meaning.refused) ? { refused: meaning.refused } : { failed: 'rejected' };
}

function isRefusalOf<Method extends ChangeMethod>(
  method: Method,
  refusal: string,
): refusal is RefusalOfMethod<Method> {
  return Object.hasOwn(refusalsOfMethod[method], refusal);
}

/** The reason that a read rejects with. */
export function reasonOfFault({ detail }: Fault): UpstreamReason {
  return reasonForRead(meaningByCode.get(detail?.CODE ?? ''));
}
