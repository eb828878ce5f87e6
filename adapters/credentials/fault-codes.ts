import type { SoapFault } from '../soap/codec/envelope/soap-response.ts';
import type { UpstreamReason } from '../soap/port.ts';
import { type CodeMeaning, type RefusalIn, reasonForRead } from '../soap/vendor-codes.ts';
import type * as cms from './contract.generated.ts';
import type { CardRefusal } from './port.ts';

type Refusal = CardRefusal['refused'];
export type Fault = SoapFault<{ readonly cmsFault: cms.cmsFault }>;

/**
 * CMS's fault codes and their meanings. No other file of this adapter knows the codes. The code is in `cmsFault`, in
 * the detail of a SOAP fault.
 *
 * To add a code of CMS, name it in `faultCodes`: `tsc` then asks for its meaning. To add a refusal of the port, add it
 * to `CardRefusal`: `tsc` then asks below for its code.
 */
const faultCodes = {
  NOT_FOUND: 'E1001',
  NOT_ALLOWED_IN_THIS_STATE: 'E1002',
  /** Also the code for a reference that was used for another operation. */
  ALREADY_EXISTS: 'E1003',
  /** The nonce was used before, `Created` is more than five minutes off, or the password is wrong. */
  SECURITY_HEADER_REFUSED: 'E1004',
  TOO_MANY_KEYS: 'E1005',
  /** CMS is busy or in trouble. A later try may succeed. */
  BUSY: 'E1009',
} as const;

export type FaultCode = (typeof faultCodes)[keyof typeof faultCodes];

/** The meaning of each code in the answer to a change. */
const meanings = {
  [faultCodes.NOT_FOUND]: { refused: 'NOT_FOUND' },
  [faultCodes.NOT_ALLOWED_IN_THIS_STATE]: { refused: 'WRONG_STATE' },
  [faultCodes.ALREADY_EXISTS]: { refused: 'ALREADY_EXISTS' },
  [faultCodes.SECURITY_HEADER_REFUSED]: { failed: 'unauthorized' },
  [faultCodes.TOO_MANY_KEYS]: { failed: 'rejected' },
  [faultCodes.BUSY]: { failed: 'busy' },
} as const satisfies Record<FaultCode, CodeMeaning<Refusal>>;

/** The meaning of a Sender fault without `cmsFault`: the request is not valid against CMS's schema. */
const invalidRequest = { refused: 'INVALID' } as const satisfies CodeMeaning<Refusal>;

type RefusalOfCms = RefusalIn<typeof meanings> | (typeof invalidRequest)['refused'];
// If a refusal of the port has no code, this line does not compile.
({}) satisfies Record<Exclude<Refusal, RefusalOfCms>, never>;

const meaningByCode: ReadonlyMap<string, CodeMeaning<Refusal>> = new Map(Object.entries(meanings));

/**
 * The meaning of a fault in the answer to a change. A fault that blames the sender and has no `cmsFault` is `INVALID`.
 * Any other fault without a known code is `outcome-unknown`, because CMS may have done a part of the change.
 */
export function meaningOf({ side, detail, isGarbled }: Fault): CodeMeaning<Refusal> {
  const meaning = meaningByCode.get(detail?.code ?? '');
  if (meaning !== undefined) {
    return meaning;
  }
  return detail === null && !isGarbled && side === 'sender' ? invalidRequest : { failed: 'outcome-unknown' };
}

/** The reason with which a read rejects. */
export function reasonOfFault({ detail }: Fault): UpstreamReason {
  return reasonForRead(meaningByCode.get(detail?.code ?? ''));
}
