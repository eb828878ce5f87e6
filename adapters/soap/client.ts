import { CharsetError, decodeText } from './codec/charset.ts';
import { compileEncoder, EncodeError } from './codec/encode.ts';
import { type ExpectedBody, readEnvelope, type SoapResponse, writeEnvelope } from './codec/envelope.ts';
import { InvalidXml } from './codec/read-xml.ts';
import { readContract } from './contract/contract.ts';
import type { Contract, Operation } from './contract/schema.ts';
import { shareOf } from './policy/call-classes.ts';
import { CallFailure } from './policy/call-failure.ts';
import { type Attempt, createCallPolicy } from './policy/call-policy.ts';
import { type Clock, systemClock } from './policy/clock.ts';
import { Deadline } from './policy/deadline.ts';
import { type Limits, limitsOf } from './policy/limits.ts';
import {
  type ByClass,
  type CallClass,
  perClass,
  UpstreamError,
  type UpstreamReason,
  type UpstreamSystem,
} from './port.ts';
import type { HttpResponse } from './transport/exchange.ts';
import { createHttpPost, type HttpPost } from './transport/http.ts';

/** The types of one operation, as `generate.ts` writes them. */
export interface OperationTypes {
  readonly request: object;
  readonly reply: object;
  readonly fault: object | null;
}
/** The operations of a contract by name. */
export type Operations<Ops> = { readonly [Name in keyof Ops]: OperationTypes };

/** An answer to an operation of the contract. */
export type ResponseTo<Types extends OperationTypes> = SoapResponse<
  Types['reply'],
  NonNullable<Types['fault']>
>;

export interface SoapClientSettings<Ops extends Operations<Ops>> {
  readonly system: UpstreamSystem;
  /** The vendor's WSDL. */
  readonly wsdl: URL;
  /** Where the system is; http or https. */
  readonly url: string | URL;
  /** Operations that change nothing, so that they may be tried twice. */
  readonly reads: readonly (keyof Ops & string)[];
  /**
   * What a fault means, or a code in a reply; null where the answer is as good as any. `busy` counts as a failure of
   * the system, all else is an answer.
   */
  readonly reasonOf: (answer: ResponseTo<Ops[keyof Ops]>) => UpstreamReason | null;
  /** A header block for each attempt, as XML. */
  readonly header?: () => string;
  readonly limits?: Partial<Limits>;
  /** 0 to 1; `Math.random` unless given. */
  readonly random?: () => number;
  /** For deadlines and the wait before a retry; the machine's unless given. */
  readonly clock?: Clock;
}

/**
 * Calls to one system, in one class. Rejects with an `UpstreamError`, `unencodable` for a request that has no form.
 */
export interface SoapCalls<Ops extends Operations<Ops>> {
  /** Calls that are worth making at once: as many as may be under way. */
  readonly concurrency: number;
  /** The time of one call, for what takes several: dispose of it afterwards. */
  deadline(caller: AbortSignal): Deadline;
  /** Any answer that `reasonOf` finds something wrong with is a rejection. */
  call<Name extends keyof Ops & string>(
    operation: Name,
    request: Ops[Name]['request'],
    signal: AbortSignal,
  ): Promise<Ops[Name]['reply']>;
  /** For operations whose faults or codes mean something: only `busy` is a rejection. */
  ask<Name extends keyof Ops & string>(
    operation: Name,
    request: Ops[Name]['request'],
    signal: AbortSignal,
    maySend?: () => boolean,
  ): Promise<ResponseTo<Ops[Name]>>;
  /**
   * Asks for a change, once, and tells what `read` makes of the answer. Where `read` says `invalid-response`, the change
   * may have been made all the same: that is `outcome-unknown`. `maySend` is asked just before the first byte leaves:
   * false, and none does, which is `cancelled`.
   */
  change<Name extends keyof Ops & string, T>(
    operation: Name,
    request: Ops[Name]['request'],
    read: (answer: ResponseTo<Ops[Name]>) => T,
    signal: AbortSignal,
    maySend?: () => boolean,
  ): Promise<T>;
}

/** The calls of `lending`, and of each other class. */
export interface SoapClient<Ops extends Operations<Ops>>
  extends SoapCalls<Ops>,
    ByClass<SoapCalls<Ops>>,
    AsyncDisposable {}

/** Reads the WSDL and compiles its codec; connects at the first call. */
export async function createSoapClient<Ops extends Operations<Ops>>(
  settings: SoapClientSettings<Ops>,
): Promise<SoapClient<Ops>> {
  const { system, reasonOf, clock = systemClock } = settings;
  const contract = await readContract(settings.wsdl);
  const limits = limitsOf(settings.limits);
  const http = createHttpPost(addressOf(settings.url), limits);
  const policy = createCallPolicy(limits, settings.random ?? Math.random, clock);
  const exchanges = compileExchanges(contract, http, settings.header ?? (() => ''), limits);
  const reads: ReadonlySet<string> = new Set(settings.reads);

  const callsOf = (callClass: CallClass): SoapCalls<Ops> => {
    const calls: SoapCalls<Ops> = {
      concurrency: shareOf(limits.connections, callClass),
      deadline: (caller) => new Deadline(limits.deadlineMs, caller, clock),
      async ask<Name extends keyof Ops & string>(
        name: Name,
        request: Ops[Name]['request'],
        signal: AbortSignal,
        maySend?: () => boolean,
      ) {
        const exchange = exchanges.get(name);
        if (exchange === undefined) {
          throw new TypeError(`${system} has no operation ${name}`);
        }
        try {
          const attempt = exchange(request);
          return await policy.run(
            async (attemptSignal, options) => {
              // The tables that decoded it are those that the types were generated from.
              const answer = (await attempt(attemptSignal, options)) as ResponseTo<Ops[Name]>;
              if (reasonOf(answer) === 'busy') {
                throw new CallFailure('busy', 'it says so itself', { isOutage: true, retry: 'delayed' });
              }
              return answer;
            },
            { signal, idempotent: reads.has(name), callClass, maySend },
          );
        } catch (error) {
          if (error instanceof EncodeError) {
            throw new UpstreamError(system, 'unencodable', error.message);
          }
          if (!(error instanceof CallFailure)) {
            throw error;
          }
          throw new UpstreamError(system, error.reason, `${name}: ${error.detail}`);
        }
      },
      async call(name, request, signal) {
        const answer = await calls.ask(name, request, signal);
        const reason = reasonOf(answer);
        if (reason !== null) {
          throw new UpstreamError(system, reason, `${name}: it answered so`);
        }
        if (answer.kind === 'reply') {
          return answer.reply;
        }
        throw new UpstreamError(system, 'rejected', `${name}: a fault`);
      },
      async change(name, request, read, signal, maySend) {
        const answer = await calls.ask(name, request, signal, maySend);
        try {
          return read(answer);
        } catch (error) {
          if (!(error instanceof UpstreamError) || error.reason !== 'invalid-response') {
            throw error;
          }
          throw new UpstreamError(system, 'outcome-unknown', `${name}: its answer does not tell`);
        }
      },
    };
    return calls;
  };
  const forClass = perClass(callsOf);
  return {
    ...forClass('lending'),
    forClass,
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}

function addressOf(url: string | URL): URL {
  const address = new URL(url);
  if (address.protocol !== 'http:' && address.protocol !== 'https:') {
    throw new TypeError(`${address.protocol} is no protocol for SOAP: http: or https: is wanted`);
  }
  if (address.username !== '' || address.password !== '') {
    throw new TypeError('a login in the address is not sent: it does not belong there');
  }
  return address;
}

/** Encodes at once; each attempt sends the same message with a header of its own. */
type Exchange = (request: unknown) => Attempt<SoapResponse>;

function compileExchanges(
  contract: Contract,
  http: HttpPost,
  header: () => string,
  limits: Limits,
): ReadonlyMap<string, Exchange> {
  const version = contract.soapVersion;
  const compile = (operation: Operation): Exchange => {
    const encode = compileEncoder(operation.input);
    const headers = headersOf(contract, operation);
    const expected: ExpectedBody = { version, output: operation.output, fault: operation.fault };
    return (request) => {
      const message = encode(request);
      return async (signal, options) => {
        const body = writeEnvelope(version, header(), message);
        return readHttpResponse(await http.post({ headers, body, signal, ...options }), expected, limits);
      };
    };
  };
  return new Map([...contract.operations].map(([name, operation]) => [name, compile(operation)]));
}

function headersOf({ soapVersion }: Contract, { soapAction }: Operation): Readonly<Record<string, string>> {
  return soapVersion === '1.1'
    ? { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${soapAction}"`, accept: 'text/xml' }
    : {
        'content-type': `application/soap+xml; charset=utf-8; action="${soapAction}"`,
        accept: 'application/soap+xml',
      };
}

/**
 * The answer in what came over HTTP. A fault is one whatever the status, for releases differ; a reply is one with 200
 * only. Throws a `CallFailure`.
 */
export function readHttpResponse(http: HttpResponse, expected: ExpectedBody, limits: Limits): SoapResponse {
  const { status, contentType, body } = http;
  const answer = readAnswer(contentType, body, expected, limits);
  if (!(answer instanceof CallFailure) && (answer.kind === 'fault' || status === 200)) {
    return answer;
  }
  if (status >= 500) {
    throw new CallFailure('unreachable', `HTTP ${status} without a fault`, {
      isOutage: true,
      retry: 'delayed',
    });
  }
  if (status >= 400) {
    throw new CallFailure('unreachable', `HTTP ${status} without a fault`);
  }
  if (status !== 200) {
    throw new CallFailure('invalid-response', `HTTP ${status}`);
  }
  throw answer;
}

function readAnswer(
  contentType: string,
  body: Uint8Array,
  expected: ExpectedBody,
  limits: Limits,
): SoapResponse | CallFailure {
  // One that is invalid may be the work of a proxy in front, and gone the next time.
  const invalid = (detail: string) => new CallFailure('invalid-response', detail, { retry: 'delayed' });
  if (!/^[ \t]*(?:text\/xml|application\/(?:soap\+)?xml)[ \t]*(?:;|$)/i.test(contentType)) {
    return invalid('the content type is not that of XML');
  }
  if (body.byteLength === 0) {
    return invalid('an empty body');
  }
  try {
    return readEnvelope(decodeText(body, contentType), expected, limits);
  } catch (error) {
    if (error instanceof InvalidXml || error instanceof CharsetError) {
      return invalid(error.message);
    }
    throw error;
  }
}
