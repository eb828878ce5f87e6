import { type ByClass, type CallClass, perClass, shareOf } from '../../platform/priority/call-classes.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import type { CallObserver } from './call-observer.ts';
import { EncodeError } from './codec/encode/encode-error.ts';
import type { SoapResponse } from './codec/envelope/soap-response.ts';
import type { Contract } from './contract/contract-types.ts';
import type { MessagePlugin } from './plugins/message-plugin.ts';
import { CallFailure } from './policy/call-failure.ts';
import { type Call, type CallPolicy, createCallPolicy } from './policy/call-policy.ts';
import { type Clock, systemClock } from './policy/clock.ts';
import { Deadline, untilAborted } from './policy/deadline.ts';
import { type Limits, limitsOf } from './policy/limits.ts';
import { observed } from './policy/observed.ts';
import { UpstreamError, type UpstreamReason, type UpstreamSystem } from './port.ts';
import { createHttpPost } from './transport/http.ts';
import { compileTries, type Headers, type PrepareTry } from './tries.ts';

/** The types of one operation, as `npm run generate` writes them. */
export interface OperationTypes {
  /** Null if the request's Body is empty. */
  readonly request: object | null;
  /** Null if the reply's Body is empty, or if there is no reply. */
  readonly reply: object | null;
  /** The details of faults, by the names of their elements. */
  readonly faults: object;
  /** The header blocks of requests and replies, by the names of their elements. */
  readonly headers?: object;
  readonly replyHeaders?: object;
}
export type Operations<Ops> = { readonly [Name in keyof Ops]: OperationTypes };

/** A reply or a fault to an operation of the contract. */
export type ResponseTo<Types extends OperationTypes> = SoapResponse<Types['reply'], Types['faults']>;

/** The header blocks of requests, by the names of their elements. */
export type HeadersOf<Ops extends Operations<Ops>> = {
  [Name in keyof Ops]: Ops[Name] extends { readonly headers: infer RequestHeaders } ? RequestHeaders : never;
}[keyof Ops];

/** The address of a system, and the settings of the connection to it. */
export interface SystemSettings {
  /** The system's address, http or https. */
  readonly url: string | URL;
  /** Settings of TLS connections. If they are absent, Node's defaults apply. */
  readonly tls?: ClientTls | undefined;
  /** Limits that differ from `defaultLimits` in `policy/limits.ts`. */
  readonly limits?: Partial<Limits>;
  /** The clock for deadlines, for delays before retries, and for the open breaker. `systemClock` by default. */
  readonly clock?: Clock;
  readonly observer?: CallObserver | undefined;
  /** The most urgent class of the calls, by default `lending`. No connection is reserved for a more urgent class. */
  readonly highestClass?: CallClass;
}

export interface SoapClientSettings<Ops extends Operations<Ops>> extends SystemSettings {
  readonly system: UpstreamSystem;
  /** The generated tables that belong to `Ops`. */
  readonly contract: Contract;
  /** The operations that change nothing. Only they are retried. */
  readonly reads: readonly (keyof Ops & string)[];
  /**
   * Reads that may be slow while all other operations are fast, such as those that make a document. They have a circuit
   * breaker of their own, so that their failures don't stop the other operations.
   */
  readonly apart?: readonly (keyof Ops & string)[];
  /**
   * Why a read rejects after a fault, or after a code in a reply. Null for a good reply. `busy` counts as an outage for
   * the circuit breaker, and the read is retried. With any other reason, the system counts as healthy.
   */
  readonly reasonOf: (response: ResponseTo<Ops[keyof Ops]>) => UpstreamReason | null;
  /** Plug-ins for security and addressing. They are called for each try. */
  readonly plugins?: readonly MessagePlugin[];
  /** Returns a random number from 0 to 1. `Math.random` by default. */
  readonly random?: () => number;
}

/**
 * The calls of one class to one system. The class says how urgent a call is.
 *
 * @throws {UpstreamError} The only error of all methods. Its reason is `unencodable` if the contract has no form for
 * the request.
 */
export interface SoapCalls<Ops extends Operations<Ops>> {
  /** The number of calls of this class that can run at the same time. Further calls have to wait. */
  readonly concurrency: number;
  /** The same calls, which also send these SOAP header blocks. Each call sends only the blocks of its own operation. */
  withHeaders(headers: HeadersOf<Ops>): SoapCalls<Ops>;
  /** Starts one deadline for all calls that a method of a port makes. Dispose of it afterwards. */
  deadline(caller: AbortSignal): Deadline;
  /** Makes a call and returns its reply. Rejects for every fault, and for any other reason that `reasonOf` finds. */
  call<Name extends keyof Ops & string>(
    operation: Name,
    request: Ops[Name]['request'],
    signal: AbortSignal,
  ): Promise<Ops[Name]['reply']>;
  /**
   * Makes a call and returns its reply or its fault, for operations whose faults or codes have a meaning. If
   * `reasonOf` finds `busy`, the call rejects. Any other reason that `reasonOf` finds is left to the caller.
   */
  ask<Name extends keyof Ops & string>(
    operation: Name,
    request: Ops[Name]['request'],
    signal: AbortSignal,
    maySend?: () => boolean,
  ): Promise<ResponseTo<Ops[Name]>>;
  /**
   * Sends a change once, and returns the result of `read` for the response. If `read` throws `invalid-response`, the
   * change may have been made nevertheless, so the call rejects with `outcome-unknown`.
   *
   * `maySend` is called when a connection is open, just before the first byte is sent. If it returns false, no byte is
   * sent and the call rejects with `cancelled`.
   */
  change<Name extends keyof Ops & string, Result>(
    operation: Name,
    request: Ops[Name]['request'],
    read: (response: ResponseTo<Ops[Name]>) => Result,
    signal: AbortSignal,
    maySend?: () => boolean,
  ): Promise<Result>;
}

/** The client's own methods make calls of class `lending`. `forClass` gives the same methods for another class. */
export interface SoapClient<Ops extends Operations<Ops>>
  extends SoapCalls<Ops>,
    ByClass<SoapCalls<Ops>>,
    AsyncDisposable {
  /**
   * Waits for work that several callers share, such as a login. The wait ends early if the caller's signal aborts, but
   * the work goes on. The message of the `UpstreamError` names `operation`.
   */
  waitFor<Result>(operation: string, work: Promise<Result>, signal: AbortSignal): Promise<Result>;
}

/**
 * Creates the client of one system. It connects at the first call.
 *
 * ```ts
 * const client = createSoapClient<prs.Operations>({ system: 'patron registry', contract, url, reads, reasonOf });
 * const { PATRON } = await client.call('GetPatrons', { PATRON_NO: ['P0000001'] }, signal);
 * const searches = client.forClass('staff'); // waits for its turn behind readers' calls
 * ```
 *
 * @throws {RangeError} A limit is out of range.
 * @throws {TypeError} The URL is not http or https, or has a login in it.
 */
export function createSoapClient<Ops extends Operations<Ops>>(
  settings: SoapClientSettings<Ops>,
): SoapClient<Ops> {
  const { system, reasonOf, clock = systemClock, observer = {}, highestClass = 'lending' } = settings;
  const limits = limitsOf(settings.limits);
  const http = createHttpPost(addressOf(settings.url), limits, settings.tls);
  const shared: SharedByClasses<Ops> = {
    system,
    reasonOf,
    kindOf: kindsOf<string>(settings.reads, settings.apart),
    limits,
    highestClass,
    clock,
    policy: observed(createCallPolicy({ ...limits, highestClass }, settings.random ?? Math.random, clock), {
      system,
      host: addressOf(settings.url).hostname,
      observer,
      // This cast is safe: the policy gets only responses to this client's own calls.
      isUnauthorized: (response) => reasonOf(response as ResponseTo<Ops[keyof Ops]>) === 'unauthorized',
    }),
    tries: compileTries({
      contract: settings.contract,
      http,
      address: addressOf(settings.url),
      plugins: settings.plugins ?? [],
      limits,
    }),
  };
  observer.watchCalls?.(system, () => shared.policy.state());
  const forClass = perClass((callClass) => createCalls(shared, callClass));
  return {
    ...forClass('lending'),
    forClass,
    async waitFor(operation, work, signal) {
      try {
        return await untilAborted(work, signal);
      } catch (error) {
        throw upstreamErrorOf(system, operation, error);
      }
    },
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

/**
 * Makes a port from a client. The port's own methods make calls of class `lending`, and `forClass` gives the port for
 * any class. Disposing of the port waits for the calls under way.
 */
export function portOver<Ops extends Operations<Ops>, Port>(
  client: SoapClient<Ops>,
  createPort: (calls: SoapCalls<Ops>) => Port,
): Port & ByClass<Port> & AsyncDisposable {
  const forClass = perClass((callClass) => createPort(client.forClass(callClass)));
  return {
    ...forClass('lending'),
    forClass,
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

type CallKind = Pick<Call, 'idempotent' | 'isApart'>;

function kindsOf<Name>(reads: readonly Name[], apart: readonly Name[] = []): (operation: Name) => CallKind {
  const [idempotent, separate] = [new Set(reads), new Set(apart)];
  return (operation) => ({ idempotent: idempotent.has(operation), isApart: separate.has(operation) });
}

/**
 * The parts of a client that the calls of all classes share. They share one policy, because its limits and its circuit
 * breaker apply to the system as a whole.
 */
interface SharedByClasses<Ops extends Operations<Ops>> {
  readonly system: UpstreamSystem;
  readonly reasonOf: SoapClientSettings<Ops>['reasonOf'];
  readonly kindOf: (operation: string) => CallKind;
  readonly limits: Limits;
  readonly highestClass: CallClass;
  readonly clock: Clock;
  readonly policy: CallPolicy;
  readonly tries: ReadonlyMap<string, PrepareTry>;
}

function createCalls<Ops extends Operations<Ops>>(
  shared: SharedByClasses<Ops>,
  callClass: CallClass,
  headers: Headers = {},
): SoapCalls<Ops> {
  const { system, reasonOf, kindOf, limits, clock, policy, tries } = shared;
  const calls: SoapCalls<Ops> = {
    withHeaders: (more) => createCalls(shared, callClass, Object.assign({}, headers, more)),
    concurrency: shareOf(limits.connections, callClass, shared.highestClass),
    deadline: (caller) => new Deadline(limits.deadlineMs, caller, clock),
    async ask<Name extends keyof Ops & string>(
      name: Name,
      request: Ops[Name]['request'],
      signal: AbortSignal,
      maySend?: () => boolean,
    ) {
      const prepareTry = tries.get(name);
      if (prepareTry === undefined) {
        throw new TypeError(`${system} has no operation ${name}`);
      }
      try {
        const tryCall = prepareTry(request, headers);
        return await policy.run(
          async (trySignal, options) => {
            // This cast is safe, because the types were generated from the same tables that decoded the response.
            const response = (await tryCall(trySignal, options)) as ResponseTo<Ops[Name]>;
            if (reasonOf(response) === 'busy') {
              throw new CallFailure('busy', 'the system says that it is busy', {
                isOutage: true,
                retry: 'delayed',
              });
            }
            return response;
          },
          { operation: name, signal, ...kindOf(name), callClass, maySend },
        );
      } catch (error) {
        throw upstreamErrorOf(system, name, error);
      }
    },
    async call(name, request, signal) {
      const response = await calls.ask(name, request, signal);
      const reason = reasonOf(response);
      if (reason !== null) {
        throw new UpstreamError(system, reason, `${name}: a fault or a return code`);
      }
      if (response.kind === 'reply') {
        return response.reply;
      }
      throw new UpstreamError(system, 'rejected', `${name}: a fault`);
    },
    async change(name, request, read, signal, maySend) {
      const response = await calls.ask(name, request, signal, maySend);
      try {
        return read(response);
      } catch (error) {
        if (!(error instanceof UpstreamError) || error.reason !== 'invalid-response') {
          throw error;
        }
        const detail = `${name}: its answer does not tell whether it was done`;
        throw new UpstreamError(system, 'outcome-unknown', detail);
      }
    },
  };
  return calls;
}

/**
 * Turns an error inside `adapters/soap/` into the error of the port. Any other error is a bug, and is returned
 * unchanged.
 */
function upstreamErrorOf(system: UpstreamSystem, operation: string, error: unknown): unknown {
  if (error instanceof EncodeError) {
    return new UpstreamError(system, 'unencodable', error.message);
  }
  return error instanceof CallFailure
    ? new UpstreamError(system, error.reason, `${operation}: ${error.detail}`)
    : error;
}

function addressOf(url: string | URL): URL {
  const address = new URL(url);
  if (address.protocol !== 'http:' && address.protocol !== 'https:') {
    throw new TypeError(
      `the address of a SOAP system begins with http: or https:, not with ${address.protocol}`,
    );
  }
  if (address.username !== '' || address.password !== '') {
    throw new TypeError('the address of a SOAP system must not have a login in it: it would not be sent');
  }
  return address;
}
