import { type RequestElement, text } from '../soap/fields.ts';
import { receive } from '../soap/http-binding.ts';
import type { SoapRequest } from '../soap/reader.ts';
import { Refusal } from '../soap/refusal.ts';
import { tag } from '../soap/template.ts';
import type { CircTables } from '../store.ts';
import { type Circumstances, contractIn, type Reply, type Trouble, type Vendor } from '../vendor.ts';
import { CHARSET, encodeXml } from './big5.ts';
import { type CircCode, CircError, MESSAGES } from './circ-error.ts';
import { type CircOperations, operationsOf } from './operations.ts';
import { Sessions } from './sessions.ts';
import * as wire from './wire.ts';

export interface CircOptions {
  readonly credentials: { readonly user: string; readonly password: string };
  /** After how long without use a session expires. */
  readonly sessionIdleMs: number;
  /** A request that was not applied this long after its arrival never is. */
  readonly dropAfterMs: number;
}

/**
 * Circulation Control: SOAP 1.1, qualified, Big5-HKSCS answers, errors as `RC` and `MSG` with HTTP 200
 * (contracts' README, CIRC). A request that is not valid is `RC` 99. Where not even its operation can be told, the
 * root is `ErrorResponse`, the one answer that the WSDL does not know.
 */
export function createCirc(tables: CircTables, clock: () => Date, options: CircOptions): Vendor {
  const contract = contractIn('circulation/circulation.wsdl');
  const sessions = new Sessions(clock, options.sessionIdleMs);
  const operations = operationsOf(tables, clock);
  return {
    path: '/circ',
    operations: contract.operations,
    hasSessions: true,
    restart: () => sessions.closeAll(),
    answer: (message, circumstances) => {
      let operation: string | null = null;
      try {
        const request = receive(message, contract);
        operation = request.operation;
        dropLate(circumstances, clock, options.dropAfterMs);
        if (circumstances.trouble !== null) {
          throw errorOf(circumstances.trouble, request, sessions);
        }
        const content =
          operation === 'Login'
            ? login(request.payload, options.credentials, sessions)
            : inSession(request, sessions, operations);
        return reply(operation, 0, '', content);
      } catch (error) {
        if (error instanceof CircError) {
          return errorReply(operation, error.code, error.message);
        }
        if (!(error instanceof Refusal)) {
          throw error;
        }
        return errorReply(error.operation ?? operation, 99, `${MESSAGES[99]}: ${error.message}`);
      }
    },
  };
}

/** What came too long ago is dropped, like what comes while CIRC is busy. */
function dropLate({ arrivedAt }: Circumstances, clock: () => Date, dropAfterMs: number): void {
  if (clock().getTime() - arrivedAt.getTime() > dropAfterMs) {
    throw new CircError(90);
  }
}

/** While CIRC is down for housekeeping it is busy. A session that is said to have expired is gone for good. */
function errorOf({ kind, text: said }: Trouble, { payload }: SoapRequest, sessions: Sessions): CircError {
  if (kind === 'expired-session') {
    sessions.close(text(payload, 'SID'));
  }
  const code = { busy: 90, housekeeping: 90, internal: 99, 'expired-session': 10 } as const;
  return new CircError(code[kind], `${MESSAGES[code[kind]]} ${said}`.trimEnd());
}

function login(payload: RequestElement, credentials: CircOptions['credentials'], sessions: Sessions): string {
  const isRight =
    text(payload, 'User') === credentials.user && text(payload, 'Password') === credentials.password;
  if (!isRight) {
    throw new CircError(11);
  }
  return tag('SID', sessions.open());
}

function inSession(
  { operation, payload, excess }: SoapRequest,
  sessions: Sessions,
  operations: CircOperations,
) {
  const run = operations[operation];
  if (run === undefined) {
    throw new Refusal('body', `${operation} is not supported`);
  }
  sessions.use(text(payload, 'SID'));
  // The only repeated elements are the keys of the batches.
  if (excess !== null) {
    throw new CircError(80);
  }
  return run(payload);
}

/** `SID` is no optional element of `LoginResponse`: it is empty where there is none. */
function errorReply(operation: string | null, code: CircCode, message: string): Reply {
  return reply(operation, code, message, operation === 'Login' ? tag('SID', '') : '');
}

function reply(operation: string | null, rc: CircCode | 0, message: string, content: string): Reply {
  const root = operation === null ? 'ErrorResponse' : `${operation}Response`;
  return {
    operation,
    status: 200,
    contentType: `text/xml; charset=${CHARSET}`,
    body: encodeXml(wire.envelope(root, rc, message, content)),
  };
}
