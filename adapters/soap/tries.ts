import { requestIdHeader } from '../../platform/http/request-id.ts';
import { requestIds } from '../../platform/telemetry/request-scope.ts';
import { traceHeaders } from '../../platform/telemetry/spans.ts';
import { CharsetError, decodeText } from './codec/charset.ts';
import { compileEncoder } from './codec/encode/compile-encoder.ts';
import { EncodeError } from './codec/encode/encode-error.ts';
import { type ExpectedResponse, expectedResponse, readEnvelope } from './codec/envelope/read-envelope.ts';
import type { SoapResponse } from './codec/envelope/soap-response.ts';
import { writeEnvelope } from './codec/envelope/write-envelope.ts';
import { isMultipart, readPackage } from './codec/multipart.ts';
import { InvalidXml } from './codec/read-xml.ts';
import { UnexpectedXml } from './codec/unexpected-xml.ts';
import type { Contract, ElementDeclaration, SoapOperation, XmlTree } from './contract/contract-types.ts';
import { beginAttempt, type MessagePlugin } from './plugins/message-plugin.ts';
import { CallFailure } from './policy/call-failure.ts';
import type { Try } from './policy/call-policy.ts';
import type { Limits } from './policy/limits.ts';
import type { HttpResponse } from './transport/exchange.ts';
import type { HttpPost } from './transport/http.ts';

/** The values of header blocks, by the names of their elements. */
export type Headers = Readonly<Record<string, unknown>>;

/**
 * Encodes the request of a call and its headers, once. Each try of the call sends the same message, with new header
 * blocks of the plug-ins. Throws an `EncodeError` if the contract has no form for the request.
 */
export type PrepareTry = (request: unknown, headers?: Headers) => Try<SoapResponse>;

export interface TrySettings {
  readonly contract: Contract;
  readonly http: HttpPost;
  readonly address: URL;
  readonly plugins: readonly MessagePlugin[];
  readonly limits: Limits;
}

/** Compiles the encoder of every operation of the contract. The result is keyed by the operation's name. */
export function compileTries({
  contract,
  http,
  address,
  plugins,
  limits,
}: TrySettings): ReadonlyMap<string, PrepareTry> {
  const version = contract.soapVersion;
  const understood = new Set(plugins.flatMap(({ understands = [] }) => understands));
  const compile = (operation: SoapOperation): PrepareTry => {
    const encode = operation.input === null ? encodeEmpty : compileEncoder(operation.input, contract.types);
    const encodeHeaders = compileHeaders(operation.inputHeaders, contract);
    const httpHeaders = httpHeadersOf(contract, operation);
    const expected = expectedResponse(contract, operation, understood);
    return (request, headers = {}) => {
      const message = encode(request);
      const ownBlocks = encodeHeaders(headers);
      return async (signal, options) => {
        const attempt = beginAttempt(plugins, { operation, version, address });
        const body = attempt.seal(writeEnvelope(version, ownBlocks + attempt.headerBlocks, message));
        const headersOfTry = { ...httpHeaders, ...originHeaders(), ...attempt.httpHeaders };
        const blocks: XmlTree[] = [];
        const received = await http.post({ headers: headersOfTry, body, signal, ...options });
        if (operation.isOneWay && received.body.byteLength === 0 && received.status < 300) {
          return { kind: 'reply', reply: null };
        }
        const response = readHttpResponse(received, expected, limits, blocks);
        checked(() => attempt.check(blocks, response));
        return response;
      };
    };
  };
  return new Map([...contract.operations].map(([name, operation]) => [name, compile(operation)]));
}

/**
 * The ids of the request and of the trace that a call belongs to, so that a vendor's log can be compared with ours. The
 * ids are HTTP headers, because the contracts allow no further SOAP headers. A server ignores HTTP headers that it
 * doesn't know (RFC 9110, section 5.1). The headers contain nothing about a person.
 */
function originHeaders(): Readonly<Record<string, string>> {
  const { reqId } = requestIds();
  return reqId === undefined ? traceHeaders() : { [requestIdHeader]: reqId, ...traceHeaders() };
}

/** Turns a plug-in's refusal of an answer into a failure of the try. */
function checked(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof UnexpectedXml ? new CallFailure('invalid-response', error.message) : error;
  }
}

function encodeEmpty(request: unknown): string {
  if (request !== null) {
    throw new EncodeError('expected null, because the request has no content');
  }
  return '';
}

/** Encodes the header blocks that the contract declares. Every block must be given. */
function compileHeaders(
  elements: readonly ElementDeclaration[],
  { types }: Contract,
): (headers: Headers) => string {
  if (elements.length === 0) {
    return () => '';
  }
  const encoders = elements.map((element) => ({
    name: element.name,
    encode: compileEncoder(element, types),
  }));
  return (headers) => encoders.map(({ name, encode }) => encode(headers[name])).join('');
}

/** SOAP 1.1 has the action in a separate header, and SOAP 1.2 in a parameter of the content type. */
function httpHeadersOf(
  { soapVersion }: Contract,
  { soapAction }: SoapOperation,
): Readonly<Record<string, string>> {
  return soapVersion === '1.1'
    ? { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${soapAction}"`, accept: 'text/xml' }
    : {
        'content-type': `application/soap+xml; charset=utf-8; action="${soapAction}"`,
        accept: 'application/soap+xml',
      };
}

/**
 * Reads the SOAP response in an HTTP response. A fault is accepted with any status, because the releases of one system
 * send faults with different statuses. A reply is accepted only with status 200. Throws a `CallFailure`.
 */
export function readHttpResponse(
  http: HttpResponse,
  expected: ExpectedResponse,
  limits: Limits,
  blocks: XmlTree[] = [],
): SoapResponse {
  const { status, contentType, body } = http;
  const response = readBody(contentType, body, expected, limits, blocks);
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
  expected: ExpectedResponse,
  limits: Limits,
  blocks: XmlTree[],
): SoapResponse | CallFailure {
  // The answer may come from a proxy in front of the system, so the next try may succeed.
  const invalid = (detail: string) => new CallFailure('invalid-response', detail, { retry: 'delayed' });
  if (body.byteLength === 0) {
    return invalid('an empty body');
  }
  try {
    if (isMultipart(contentType)) {
      const { attachments, ...document } = readPackage(contentType, body);
      const rules = { ...expected.rules, attachments };
      return readBody(document.contentType, document.body, { ...expected, rules }, limits, blocks);
    }
    if (!/^[ \t]*(?:text\/xml|application\/(?:soap\+)?xml)[ \t]*(?:;|$)/i.test(contentType)) {
      return invalid('the content type is not XML');
    }
    return readEnvelope(decodeText(body, contentType), expected, limits, blocks);
  } catch (error) {
    if (error instanceof InvalidXml || error instanceof CharsetError) {
      return invalid(error.message);
    }
    throw error;
  }
}
