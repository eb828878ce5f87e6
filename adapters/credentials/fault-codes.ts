import type { SoapResponse } from '../soap/codec/envelope.ts';
import type { UpstreamReason } from '../soap/port.ts';
import { type CodeMeaning, type RefusalIn, reasonForRead } from '../soap/vendor-codes.ts';
import type * as cms from './contract.generated.ts';
import type { CardRefusal } from './port.ts';

type Refusal = CardRefusal['refused'];
type Fault = Extract<SoapResponse<unknown, cms.cmsFault>, { kind: 'fault' }>;

/**
 * CMS's fault codes and what they mean: the only file of this adapter that knows them. The code stands in `cmsFault`,
 * in the detail of a SOAP fault.
 *
 * A new code of CMS: name it in `faultCodes`, and `tsc` asks for its meaning. A new refusal of the port: add it to
 * `CardRefusal`, and `tsc` asks below for the code that it stands for.
 */
const faultCodes = {
  NOT_FOUND: 'E1001',
  NOT_ALLOWED_IN_THIS_STATE: 'E1002',
  /** Also a reference that was used for another operation. */
  ALREADY_EXISTS: 'E1003',
  /** A nonce that was used before, a `Created` more than five minutes off, or a wrong password. */
  SECURITY_HEADER_REFUSED: 'E1004',
  TOO_MANY_KEYS: 'E1005',
  /** Busy or in trouble: try later. */
  BUSY: 'E1009',
} as const;

type FaultCode = (typeof faultCodes)[keyof typeof faultCodes];

/** What each code means in the answer to a change. */
const meanings = {
  [faultCodes.NOT_FOUND]: { refused: 'NOT_FOUND' },
  [faultCodes.NOT_ALLOWED_IN_THIS_STATE]: { refused: 'WRONG_STATE' },
  [faultCodes.ALREADY_EXISTS]: { refused: 'ALREADY_EXISTS' },
  [faultCodes.SECURITY_HEADER_REFUSED]: { failed: 'unauthorized' },
  [faultCodes.TOO_MANY_KEYS]: { failed: 'rejected' },
  [faultCodes.BUSY]: { failed: 'busy' },
} as const satisfies Record<FaultCode, CodeMeaning<Refusal>>;

/**
 * CMS's answer to a request that is not valid against its schema is a Sender fault without `cmsFault`: it has no code.
 */
const invalidRequest = { refused: 'INVALID' } as const satisfies CodeMeaning<Refusal>;

type RefusalOfCms = RefusalIn<typeof meanings> | (typeof invalidRequest)['refused'];
// `tsc` names here a refusal of the port that no code stands for.
({}) satisfies Record<Exclude<Refusal, RefusalOfCms>, never>;

const meaningByCode: ReadonlyMap<string, CodeMeaning<Refusal>> = new Map(Object.entries(meanings));

/**
 * What a fault means in the answer to a change. With a fault that the contract doesn't have, or one that can't be read,
 * nobody knows what was done: `outcome-unknown`. That it blames the sender says only that the request was wrong, and
 * not how far CMS had come with it.
 */
export function meaningOf({ side, detail, isGarbled }: Fault): CodeMeaning<Refusal> {
  const meaning = meaningByCode.get(detail?.code ?? '');
  if (meaning !== undefined) {
    return meaning;
  }
  return detail === null && !isGarbled && side === 'sender' ? invalidRequest : { failed: 'outcome-unknown' };
}

/** The reason that a read rejects with. */
export function reasonOfFault({ detail }: Fault): UpstreamReason {
  return reasonForRead(meaningByCode.get(detail?.code ?? ''));
}
