import type { Contract } from './contract.ts';
import { InvalidRequest } from './invalid-request.ts';
import { readRequest, type SoapRequest } from './read-request.ts';
import type { XmlElement } from './xml.ts';

export interface HttpMessage {
  readonly contentType: string;
  /** The value of the SOAPAction header, with its quotes. Null if there is none. */
  readonly soapAction: string | null;
  /** The value of the Authorization header. Absent if there is none. */
  readonly authorization?: string | undefined;
  readonly body: Buffer;
}

export const MEDIA_TYPE = { '1.1': 'text/xml', '1.2': 'application/soap+xml' } as const;

/**
 * Reads a request with SOAP's HTTP binding. SOAP 1.1 is `text/xml`, with a quoted SOAPAction that names the operation
 * in the body. SOAP 1.2 is `application/soap+xml`. Its optional parameter `action` names the operation.
 * @throws InvalidRequest
 */
export function receive(
  message: HttpMessage,
  contract: Contract,
  understood: ReadonlySet<string> = new Set(),
): SoapRequest {
  try {
    const action = actionOf(message, contract);
    const request = readRequest(message.body, contract, understood);
    if (action !== null && action !== request.soapAction) {
      throw mismatch(request.headers, request.operation);
    }
    return request;
  } catch (error) {
    if (error instanceof InvalidRequest) {
      error.operation ??= operationNamedBy(message, contract.operations);
    }
    throw error;
  }
}

function mismatch(headers: readonly XmlElement[], operation: string): InvalidRequest {
  const invalid = new InvalidRequest('body', `the action is not that of ${operation}`);
  invalid.operation = operation;
  invalid.headers = headers;
  return invalid;
}

/** Returns the action in the HTTP headers. Null if a SOAP 1.2 request has none. */
function actionOf({ contentType, soapAction }: HttpMessage, { version }: Contract): string | null {
  const { type, charset, action } = mediaTypeOf(contentType);
  if (type !== MEDIA_TYPE[version]) {
    throw new InvalidRequest('envelope', `the content type is not ${MEDIA_TYPE[version]}`);
  }
  if (charset !== null && charset.toLowerCase() !== 'utf-8') {
    throw new InvalidRequest('envelope', 'the charset is not UTF-8');
  }
  if (version === '1.2') {
    return action;
  }
  const quoted = /^"([^"]*)"$/.exec(soapAction ?? '');
  if (quoted?.[1] === undefined) {
    throw new InvalidRequest('envelope', 'no quoted SOAPAction');
  }
  return quoted[1];
}

export interface MediaType {
  /** In lower case. */
  readonly type: string;
  readonly charset: string | null;
  readonly action: string | null;
}

/** A cache of parsed content types, because each client always sends the same few. It is emptied when it is full. */
const mediaTypes = new Map<string, MediaType>();
const MAX_MEDIA_TYPES = 100;

export function mediaTypeOf(contentType: string): MediaType {
  const cached = mediaTypes.get(contentType);
  if (cached !== undefined) {
    return cached;
  }
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  const parsed = {
    type: type.toLowerCase(),
    charset: parameter(parameters, 'charset'),
    action: parameter(parameters, 'action'),
  };
  if (mediaTypes.size >= MAX_MEDIA_TYPES) {
    mediaTypes.clear();
  }
  mediaTypes.set(contentType, parsed);
  return parsed;
}

function parameter(parameters: readonly string[], name: string): string | null {
  const found = parameters.find((one) => one.toLowerCase().startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1).replace(/^"(.*)"$/, '$1');
}

/**
 * Returns the operation that the HTTP headers name, without reading the body. Null if they name no known operation. The
 * headers of a SOAP 1.2 request may name none.
 */
export function operationNamedBy(
  { contentType, soapAction }: Omit<HttpMessage, 'body'>,
  operations: Contract['operations'],
): string | null {
  const named = soapAction ?? mediaTypeOf(contentType).action;
  const action = named?.replace(/^"(.*)"$/, '$1');
  for (const operation of operations.values()) {
    if (operation.soapAction === action) {
      return operation.name;
    }
  }
  return null;
}
