import {
  contractIn,
  type InjectedError,
  type Operations,
  type Reply,
  run,
  type SimulatedSystem,
} from '../simulated-system.ts';
import { receive } from '../soap/http-binding.ts';
import { InvalidRequest } from '../soap/invalid-request.ts';
import type { SoapRequest } from '../soap/read-request.ts';
import type { CmsTables } from '../tables/store.ts';
import { type CmsCode, CmsError } from './cms-error.ts';
import { operationsOf } from './operations.ts';
import { SECURITY, SecurityGate, type UserCredentials } from './security.ts';
import * as wire from './wire.ts';

export interface CmsOptions {
  readonly credentials: UserCredentials;
  /** The HTTP status of Sender faults. Usually 400, but some releases of the vendor send 500 for all faults. */
  readonly senderFaultStatus: 400 | 500;
}

/**
 * The elements that are keys of batches. Too many keys give the error `E1005`. Too many of any other element make the
 * request invalid.
 */
const BATCH_KEYS: ReadonlySet<string> = new Set(['patronNo', 'applicationNo']);

/**
 * CMS, the vendor's Card Management System of 2009. SOAP 1.2 only, document/literal, qualified, with WS-Security.
 *
 * It has these peculiarities, which are simulated here:
 * - The security header is a UsernameToken with a password digest. A nonce is accepted once, and `Created` must be within
 *   five minutes (`E1004`). The header is checked before the body, so that an unauthenticated caller gets no information
 *   about the request's body.
 * - Dates are `dd/MM/yyyy`, and `xsd:dateTime` values have `+08:00`. An absent value is `xsi:nil`. One exception: a
 *   `FindSmartCard` that finds nothing leaves `card` out. A card's type and status are attributes.
 * - A batch has at most 25 keys (`E1005`). `GetCardsByNumber` takes its keys as one `xsd:list`. Unknown cards are left
 *   out of the answer.
 * - Errors are SOAP faults with `cmsFault`. HTTP is 400 for faults of the Sender and 500 for faults of the Receiver. A
 *   request that is invalid against the schema gets a Sender fault without `cmsFault`.
 * - Every write except `DecideApplication` and `VerifyPin` takes a `clientRef`. For 30 days, a request with the same
 *   reference gets the first answer again, and nothing is done. Only successes are remembered.
 * - `VerifyPin` is a write, because it counts failures. Five failures lock the card's PIN for 15 minutes.
 * - CMS checks the states of cards and applications. It doesn't check age, consent or proof of address.
 */
export function createCms(tables: CmsTables, clock: () => Date, options: CmsOptions): SimulatedSystem {
  const contract = contractIn('credentials/card-management.wsdl');
  const operations = operationsOf(tables, clock);
  const gate = new SecurityGate(options.credentials, clock);
  const understood = new Set([SECURITY]);
  const { senderFaultStatus } = options;
  return {
    path: '/cms',
    operations: contract.operations,
    hasSessions: false,
    desk: null,
    restart: () => {},
    answer: (message, { injectedError }) => {
      let operation: string | null = null;
      try {
        const request = received(() => receive(message, contract, understood));
        operation = request.operation;
        const isInvalid = request instanceof InvalidRequest;
        if (!isInvalid || request.stage === 'body') {
          gate.admit(request.headers);
        }
        if (isInvalid) {
          throw request;
        }
        const content = answerTo(request, operations, injectedError);
        return reply(operation, 200, wire.envelope(`${operation}Response`, content));
      } catch (error) {
        if (error instanceof CmsError) {
          return faultReply(operation, error.message, error.code, senderFaultStatus);
        }
        if (!(error instanceof InvalidRequest)) {
          throw error;
        }
        return faultReply(operation, error.message, null, senderFaultStatus);
      }
    },
  };
}

/**
 * Returns the request, or the error if the request is invalid. The error is not thrown, because the caller must check
 * the security header before it reports an invalid body.
 */
function received(read: () => SoapRequest): SoapRequest | InvalidRequest {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidRequest) {
      return error;
    }
    throw error;
  }
}

function answerTo(request: SoapRequest, operations: Operations, injectedError: InjectedError | null): string {
  const { excess } = request;
  if (injectedError !== null) {
    throw errorOf(injectedError);
  }
  if (excess !== null && BATCH_KEYS.has(excess)) {
    throw new CmsError('E1005', `too many keys: ${excess}`);
  }
  if (excess !== null) {
    throw new InvalidRequest('body', `too many ${excess}`);
  }
  return run(operations, request);
}

/** Returns the error to report. The vendor has only one code, `E1009`, for everything temporary. */
function errorOf({ kind, text }: InjectedError): CmsError {
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
