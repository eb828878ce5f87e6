import { requestIdHeader } from '../../platform/http/request-id.ts';
import { requestIds } from '../../platform/telemetry/request-scope.ts';
import { traceHeaders } from '../../platform/telemetry/spans.ts';
import { withoutUndefined } from '../../platform/without-undefined.ts';
import { CharsetError, decodeText } from './codec/charset.ts';
import { compileEncoder } from './codec/encode.ts';
import { type ExpectedBody, readEnvelope, type SoapResponse, writeEnvelope } from './codec/envelope.ts';
import { InvalidXml } from './codec/read-xml.ts';
import type { Contract, Operation } from './contract/contract-types.ts';
import { CallFailure } from './policy/call-failure.ts';
import type { Try } from './policy/call-policy.ts';
import type { Limits } from './policy/limits.ts';
import type { HttpResponse } from './transport/exchange.ts';
import type { HttpPost } from './transport/http.ts';

/**
 * Encodes the request of a call, once. Each try of the call sends the same message, with a new header block. Throws an
 * `EncodeError` if the contract has no form for the request.
 */
export type PrepareTry = (request: unknown) => Try<SoapResponse>;

/** Compiles the encoder of every operation of the contract. The result is keyed by the operation's name. */
export function compileTries(
  contract: Contract,
  http: HttpPost,
  header: () => string,
  limits: Limits,
): ReadonlyMap<string, PrepareTry> {
  const version = contract.soapVersion;
  const compile = (operation: Operation): PrepareTry => {
    const encode = compileEncoder(operation.input);
    const headers = headersOf(contract, operation);
    const expected: ExpectedBody = { version, output: operation.output, fault: operation.fault };
    return (request) => {
      const message = encode(request);
      return async (signal, options) => {
        const body = writeEnvelope(version, header(), message);
        const request = { headers: { ...headers, ...originHeaders() }, body, signal, ...options };
        return readHttpResponse(await http.post(request), expected, limits);
      };
    };
  };
  return new Map([...contract.operations].map(([name, operation]) => [name, compile(operation)]));
}

/**
 * The request and the trace that a call belongs to, so that a vendor's log can be compared with ours. They are headers
 * of HTTP: the contracts fix the headers of SOAP, and say nothing about others of HTTP, which a server ignores (RFC 9110,
 * section 5.1). They contain nothing about a person.
 */
function originHeaders(): Readonly<Record<string, string>> {
  return { ...withoutUndefined({ [requestIdHeader]: requestIds().reqId }), ...traceHeaders() };
}

/** SOAP 1.1 has the action in a separate header, and SOAP 1.2 in a parameter of the content type. */
function headersOf({ soapVersion }: Contract, { soapAction }: Operation): Readonly<Record<string, string>> {
  return soapVersion === '1.1'
    ? { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${soapAction}"`, accept: 'text/xml' }
    : {
        'content-type': `application/soap+xml; charset=utf-8; action="${soapAction}"`,
        accept: 'application/soap+xml',
      };
}

/**
 * Reads the SOAP response in an HTTP response. A fault is accepted with any status, because the vendors' releases
 * differ. A reply is accepted only with status 200. Throws a `CallFailure`.
 */
export function readHttpResponse(http: HttpResponse, expected: ExpectedBody, limits: Limits): SoapResponse {
  const { status, contentType, body } = http;
  const response = readBody(contentType, body, expected, limits);
  if (!(response instanceof CallFailure) && (response.kind === 'fault' || status === 200)) {
    return response;
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
  throw response;
}

function readBody(
  contentType: string,
  body: Uint8Array,
  expected: ExpectedBody,
  limits: Limits,
): SoapResponse | CallFailure {
  // The answer may come from a proxy in front of the system, so the next try may succeed.
  const invalid = (detail: string) => new CallFailure('invalid-response', detail, { retry: 'delayed' });
  if (!/^[ \t]*(?:text\/xml|application\/(?:soap\+)?xml)[ \t]*(?:;|$)/i.test(contentType)) {
    return invalid('the content type is not XML');
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
