import { receive } from '../soap/http-binding.ts';
import type { SoapRequest } from '../soap/reader.ts';
import { Refusal } from '../soap/refusal.ts';
import type { CmsTables } from '../store.ts';
import { contractIn, type Reply, type Trouble, type Vendor } from '../vendor.ts';
import { type CmsCode, CmsError } from './cms-error.ts';
import { type CmsOperations, operationsOf } from './operations.ts';
import { SECURITY, SecurityGate, type UserCredentials } from './security.ts';
import * as wire from './wire.ts';

export interface CmsOptions {
  readonly credentials: UserCredentials;
  /** As some releases do: HTTP 500 for Sender faults too (contracts' README, CMS). */
  readonly senderFaultStatus: 400 | 500;
}

/** The batch keys whose excess is `E1005`; too many of another element is no valid request. */
const BATCH_KEYS: ReadonlySet<string> = new Set(['patronNo', 'applicationNo']);

/**
 * The Card Management System: SOAP 1.2 only, qualified, WS-Security, errors as faults with `cmsFault`
 * (contracts' README, CMS). The security header is looked at before the body: whoever is not let in learns nothing
 * of their request. A request that is not valid gets a Sender fault without `cmsFault`.
 */
export function createCms(tables: CmsTables, clock: () => Date, options: CmsOptions): Vendor {
  const contract = contractIn('credentials/card-management.wsdl');
  const operations = operationsOf(tables, clock);
  const gate = new SecurityGate(options.credentials, clock);
  const understood = new Set([SECURITY]);
  const { senderFaultStatus } = options;
  return {
    path: '/cms',
    operations: contract.operations,
    hasSessions: false,
    restart: () => {},
    answer: (message, { trouble }) => {
      let operation: string | null = null;
      try {
        const request = received(() => receive(message, contract, understood));
        operation = request.operation;
        const isRefused = request instanceof Refusal;
        if (!isRefused || request.stage === 'body') {
          gate.admit(request.headers);
        }
        if (isRefused) {
          throw request;
        }
        return reply(
          operation,
          200,
          wire.envelope(`${operation}Response`, run(request, operations, trouble)),
        );
      } catch (error) {
        if (error instanceof CmsError) {
          return faultReply(operation, error.message, error.code, senderFaultStatus);
        }
        if (!(error instanceof Refusal)) {
          throw error;
        }
        return faultReply(operation, error.message, null, senderFaultStatus);
      }
    },
  };
}

/** The request, or why it is none: the security header is to be looked at either way. */
function received(read: () => SoapRequest): SoapRequest | Refusal {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) {
      return error;
    }
    throw error;
  }
}

function run(
  { operation, excess, payload }: SoapRequest,
  operations: CmsOperations,
  trouble: Trouble | null,
): string {
  if (trouble !== null) {
    throw errorOf(trouble);
  }
  if (excess !== null && BATCH_KEYS.has(excess)) {
    throw new CmsError('E1005', `too many keys: ${excess}`);
  }
  if (excess !== null) {
    throw new Refusal('body', `too many ${excess}`);
  }
  const act = operations[operation];
  if (act === undefined) {
    throw new Refusal('body', `${operation} is not supported`);
  }
  return act(payload);
}

/** One code for whatever may pass. */
function errorOf({ kind, text }: Trouble): CmsError {
  const state = kind === 'busy' || kind === 'housekeeping' ? kind : 'in trouble';
  return new CmsError('E1009', `${state}, try later ${text}`.trimEnd());
}

function faultReply(
  operation: string | null,
  message: string,
  code: CmsCode | null,
  senderStatus: number,
): Reply {
  const side = code === 'E1009' ? 'Receiver' : 'Sender';
  return reply(operation, side === 'Receiver' ? 500 : senderStatus, wire.fault(side, message, code));
}

const reply = (operation: string | null, status: number, body: string): Reply => ({
  operation,
  status,
  contentType: 'application/soap+xml; charset=utf-8',
  body,
});
