import {
  contractIn,
  type DeskActions,
  type InjectedError,
  type Operations,
  type Reply,
  type RequestContext,
  run,
  type SimulatedSystem,
} from '../simulated-system.ts';
import { text } from '../soap/fields.ts';
import { receive } from '../soap/http-binding.ts';
import { InvalidRequest } from '../soap/invalid-request.ts';
import type { SoapRequest } from '../soap/read-request.ts';
import { tag } from '../soap/write-xml.ts';
import type { XmlElement } from '../soap/xml.ts';
import type { CircTables } from '../tables/store.ts';
import { CHARSET, encodeXml } from './big5.ts';
import { type CircCode, CircError, MESSAGES } from './circ-error.ts';
import type { Desk } from './desk.ts';
import { operationsOf } from './operations.ts';
import { Sessions } from './sessions.ts';
import * as wire from './wire.ts';

/** The time without use after which a session expires. */
const SESSION_IDLE_MS = 10 * 60_000;

export interface CircOptions {
  readonly credentials: { readonly user: string; readonly password: string };
  /** CIRC's drop time. */
  readonly dropAfterMs: number;
}

/**
 * CIRC, the vendor's Circulation Control v3. SOAP 1.1, document/literal, qualified.
 *
 * It has these peculiarities, which are simulated here:
 * - Requests are UTF-8, answers are Big5-HKSCS.
 * - HTTP is always 200. `RC` is 0 for success, and `MSG` explains any other code. An invalid request gets `RC` 99. If it
 *   also names no known operation, the answer's root is `ErrorResponse`, which the WSDL does not have.
 * - Every request except `Login` carries a session id. A session ends after ten minutes without use (`RC` 10).
 * - The limits of ten loans and ten holds are for each card, because CIRC has no patrons.
 * - A batch has at most 10 cards or 20 items (`RC` 80). Unknown cards and items are left out of the answer, so an unknown
 *   card looks like a card without loans.
 * - No write is idempotent, and a dropped connection cancels none. Events keep the `Ref` of the request, and `FindByRef`
 *   finds events by this reference. A request that is not applied within 30 seconds of its arrival is dropped.
 * - A card can borrow after `RegisterCard`. `BlockCard` stops lending on it, but not renewing. `RegisterCard`,
 *   `BlockCard` and `UnblockCard` leave an event even if they change nothing. No read shows whether a card is known or
 *   blocked.
 */
export function createCirc(tables: CircTables, clock: () => Date, options: CircOptions): SimulatedSystem {
  const contract = contractIn('circulation/circulation.wsdl');
  const sessions = new Sessions(clock, SESSION_IDLE_MS);
  const { operations, desk } = operationsOf(tables, clock);
  return {
    path: '/circ',
    operations: contract.operations,
    hasSessions: true,
    desk: actionsOf(desk),
    restart: () => sessions.closeAll(),
    answer: (message, context) => {
      let operation: string | null = null;
      try {
        const request = receive(message, contract);
        operation = request.operation;
        dropLate(context, options.dropAfterMs);
        if (context.injectedError !== null) {
          throw errorOf(context.injectedError, request, sessions);
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
        if (!(error instanceof InvalidRequest)) {
          throw error;
        }
        return errorReply(error.operation ?? operation, 99, `${MESSAGES[99]}: ${error.message}`);
      }
    },
  };
}

/** Drops a request that arrived too long ago. @throws CircError 90, which means that CIRC is busy. */
function dropLate({ waitedMs, dropsLate }: RequestContext, dropAfterMs: number): void {
  if (dropsLate && waitedMs > dropAfterMs) {
    throw new CircError(90);
  }
}

function actionsOf(desk: Desk): DeskActions {
  const reasonOf = (act: () => void): string | null => {
    try {
      act();
      return null;
    } catch (error) {
      if (!(error instanceof CircError)) {
        throw error;
      }
      return error.message;
    }
  };
  return {
    block: (cardNo) => reasonOf(() => desk.blockCard(cardNo, '')),
    unblock: (cardNo) => reasonOf(() => desk.unblockCard(cardNo, '')),
  };
}

/**
 * Returns CIRC's error for an injected fault. CIRC has one error for being busy and for housekeeping. The fault
 * `expired-session` also closes the session.
 */
function errorOf(
  { kind, text: said }: InjectedError,
  { payload }: SoapRequest,
  sessions: Sessions,
): CircError {
  if (kind === 'expired-session') {
    sessions.close(text(payload, 'SID'));
  }
  const code = { busy: 90, housekeeping: 90, internal: 99, 'expired-session': 10 } as const;
  return new CircError(code[kind], `${MESSAGES[code[kind]]} ${said}`.trimEnd());
}

function login(payload: XmlElement, credentials: CircOptions['credentials'], sessions: Sessions): string {
  const isRight =
    text(payload, 'User') === credentials.user && text(payload, 'Password') === credentials.password;
  if (!isRight) {
    throw new CircError(11);
  }
  return tag('SID', sessions.open());
}

function inSession(request: SoapRequest, sessions: Sessions, operations: Operations): string {
  sessions.use(text(request.payload, 'SID'));
  // `excess` is an element that the request repeats too often. Only the keys of batches may be repeated at all, so this
  // batch has too many keys.
  if (request.excess !== null) {
    throw new CircError(80);
  }
  return run(operations, request);
}

/** `LoginResponse` requires the element `SID`, so an error answer to `Login` has an empty `SID`. */
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
