import { readFileSync } from 'node:fs';
import { type Contract, compileContract, type SoapOperation } from './soap/contract.ts';
import type { HttpMessage } from './soap/http-binding.ts';
import { InvalidRequest } from './soap/invalid-request.ts';
import type { SoapRequest } from './soap/read-request.ts';
import type { XmlElement } from './soap/xml.ts';

/**
 * An error that a legacy system itself would report, in the system's own format. `expired-session` means that the
 * system has just closed the session of the request.
 */
export type InjectedErrorKind = 'busy' | 'housekeeping' | 'internal' | 'expired-session';

export interface InjectedError {
  readonly kind: InjectedErrorKind;
  /** A text that is appended to the error's message. */
  readonly text: string;
}

export interface RequestContext {
  /** The time since the request arrived completely, in ms. Moving the system's clock doesn't change it. */
  readonly waitedMs: number;
  /**
   * Whether the system drops a request that has waited too long, as the real one does. An injected fault can switch
   * this off.
   */
  readonly dropsLate: boolean;
  /** The error of an injected fault. The system only reports this error, and doesn't apply the request. */
  readonly injectedError: InjectedError | null;
}

export interface Reply {
  /** The name of the requested operation. Null if it can't be read from the request. */
  readonly operation: string | null;
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  /** If true, the system has dropped the request: nothing is sent, and the connection is closed. */
  readonly closesConnection?: boolean;
}

/**
 * Changes that staff make with the system's own terminals, and not through the gateway. The events of these changes
 * contain no reference. Each action returns null, or the reason for which the system refuses it.
 */
export type DeskActions = Readonly<Record<'block' | 'unblock', (cardNo: string) => string | null>>;

export interface ControlAnswer {
  readonly status: number;
  readonly content: object;
}

/**
 * Simulates what happens outside of a system, such as a payment at the bank. `json` is the parsed body of a request to
 * the control route. It is undefined if the body is not JSON.
 */
export type SystemControl = (json: unknown) => ControlAnswer;

/** A simulated legacy system without its socket. `server.ts` serves it over HTTP. */
export interface SimulatedSystem {
  /** The path of the system's endpoint, for example `/prs`. */
  readonly path: string;
  readonly operations: ReadonlyMap<string, SoapOperation>;
  readonly hasSessions: boolean;
  /** Null for a system in which the tests need no changes by staff. */
  readonly desk: DeskActions | null;
  /** Answers any request, even an invalid one. Throws only if the simulator itself has a bug. */
  answer(message: HttpMessage, context: RequestContext): Reply;
  /**
   * Answers a `POST` to the path `control` below `path`. The server accepts it from this machine only. Absent if the
   * system has no such route.
   */
  readonly control?: SystemControl;
  /** Answers a request that is larger than any system accepts. Absent if a plain 413 is enough. */
  answerTooLarge?(message: Omit<HttpMessage, 'body'>): Reply;
  /** Switches the system off and on again. The system loses its sessions and keeps its tables. */
  restart(): void;
}

/** Functions that make the content of a response element, by the name of the operation. */
export type Operations = Readonly<Record<string, (payload: XmlElement) => string>>;

/** Runs the operation of a request. @throws InvalidRequest if the simulator doesn't have it. */
export function run(operations: Operations, { operation, payload }: SoapRequest): string {
  const act = operations[operation];
  if (act === undefined) {
    throw new InvalidRequest('body', `${operation} is not supported`);
  }
  return act(payload);
}

/** Compiles the contract of a WSDL. `wsdl` is a path below `adapters/`. The WSDL may import schemas beside it. */
export function contractIn(wsdl: string): Contract {
  const file = new URL(`../adapters/${wsdl}`, import.meta.url);
  return compileContract(readFileSync(file, 'utf8'), (location) =>
    readFileSync(new URL(location, file), 'utf8'),
  );
}
