import type { SoapFault } from '../soap/codec/envelope/soap-response.ts';
import type { UpstreamReason } from '../soap/port.ts';
import { type CodeMeaning, type RefusalIn, reasonForRead } from '../soap/vendor-codes.ts';
import type * as prs from './contract.generated.ts';
import type { Amendment, IdentityNumberAddition, PatronAmendment, Registration } from './port.ts';

type RefusalOf<Result> = Extract<Result, { readonly refused: string }>['refused'];
type Fault = SoapFault<{ readonly PRSFault: prs.PRSFault }>;

/** A refusal by the adapter, not by PRS. The adapter compares the record's identity number with the new one. */
type OwnRefusal = 'HAS_ANOTHER';
type Refusal = Exclude<
  RefusalOf<Registration | Amendment | PatronAmendment | IdentityNumberAddition>,
  OwnRefusal
>;

/**
 * PRS's fault codes and their meanings. No other file of this adapter knows the codes. The code is in `PRSFault`, in
 * the detail of a SOAP fault.
 *
 * To add a code of PRS, name it in `faultCodes`: `tsc` then asks for its meaning. To add a refusal of the port, add it
 * to the method's result: `tsc` then asks below for its code.
 */
const faultCodes = {
  BAD_REQUEST: 'PRS-001',
  /** Only `AmendPatron` answers with this code. A read leaves out patrons that it doesn't know. */
  NO_SUCH_PATRON: 'PRS-404',
  DOCUMENT_ALREADY_REGISTERED: 'PRS-409',
  /** `LAST_UPD` in the request differs from the record's. */
  RECORD_HAS_CHANGED: 'PRS-412',
  /** PRS is busy, or closed for maintenance. A later try may succeed. */
  HOUSEKEEPING: 'PRS-503',
  /** An internal error. PRS may have done something. */
  INTERNAL: 'PRS-900',
} as const;

export type FaultCode = (typeof faultCodes)[keyof typeof faultCodes];

/** The meaning of each code in the answer to a change. */
const meanings = {
  [faultCodes.BAD_REQUEST]: { refused: 'INVALID' },
  [faultCodes.NO_SUCH_PATRON]: { refused: 'NOT_FOUND' },
  [faultCodes.DOCUMENT_ALREADY_REGISTERED]: { refused: 'ALREADY_REGISTERED' },
  [faultCodes.RECORD_HAS_CHANGED]: { refused: 'VERSION_CONFLICT' },
  [faultCodes.HOUSEKEEPING]: { failed: 'busy' },
  [faultCodes.INTERNAL]: { failed: 'outcome-unknown' },
} as const satisfies Record<FaultCode, CodeMeaning<Refusal>>;

// If a refusal of the port has no code, this line does not compile.
({}) satisfies Record<Exclude<Refusal, RefusalIn<typeof meanings>>, never>;

/**
 * The refusals that each method of the port can return. After any other refusal by PRS, the method rejects with
 * `rejected`: nothing was done.
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
 * The meaning of a fault in the answer to a change. A fault from PRS's own checks has a known code. Any other fault is
 * `outcome-unknown`, even if it blames the sender, because nobody knows what was done.
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

/** The reason with which a read rejects. */
export function reasonOfFault({ detail }: Fault): UpstreamReason {
  return reasonForRead(meaningByCode.get(detail?.CODE ?? ''));
}
