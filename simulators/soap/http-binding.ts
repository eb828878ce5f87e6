import type { RequestElement } from './fields.ts';
import { readRequest, type SoapRequest } from './reader.ts';
import { Refusal } from './refusal.ts';
import type { Contract } from './schema.ts';

/** A POST as it came over HTTP. */
export interface HttpMessage {
  readonly contentType: string;
  /** The SOAPAction header as it stands, or null. */
  readonly soapAction: string | null;
  readonly body: Buffer;
}

const MEDIA_TYPE = { '1.1': 'text/xml', '1.2': 'application/soap+xml' } as const;

/**
 * A request by SOAP's HTTP binding: 1.1 is `text/xml` with a quoted SOAPAction that names the operation in the body;
 * 1.2 is `application/soap+xml`, whose `action` parameter, if any, names it. Throws a `Refusal`.
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
    if (error instanceof Refusal) {
      error.operation ??= operationNamedBy(message, contract.operations);
    }
    throw error;
  }
}

function mismatch(headers: readonly RequestElement[], operation: string): Refusal {
  const refusal = new Refusal('body', `the action is not that of ${operation}`);
  refusal.operation = operation;
  refusal.headers = headers;
  return refusal;
}

/** The action that the HTTP headers name; null where SOAP 1.2 leaves it out. */
function actionOf({ contentType, soapAction }: HttpMessage, { version }: Contract): string | null {
  const { type, charset, action } = mediaTypeOf(contentType);
  if (type !== MEDIA_TYPE[version]) {
    throw new Refusal('envelope', `the content type is not ${MEDIA_TYPE[version]}`);
  }
  if (charset !== null && charset.toLowerCase() !== 'utf-8') {
    throw new Refusal('envelope', 'the charset is not UTF-8');
  }
  if (version === '1.2') {
    return action;
  }
  const quoted = /^"([^"]*)"$/.exec(soapAction ?? '');
  if (quoted?.[1] === undefined) {
    throw new Refusal('envelope', 'no quoted SOAPAction');
  }
  return quoted[1];
}

interface MediaType {
  /** In lower case. */
  readonly type: string;
  readonly charset: string | null;
  readonly action: string | null;
}

/** A client sends the same few again and again: the last ones are kept. */
const mediaTypes = new Map<string, MediaType>();
const MAX_KEPT = 100;

function mediaTypeOf(contentType: string): MediaType {
  const known = mediaTypes.get(contentType);
  if (known !== undefined) {
    return known;
  }
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  const parsed = {
    type: type.toLowerCase(),
    charset: parameter(parameters, 'charset'),
    action: parameter(parameters, 'action'),
  };
  if (mediaTypes.size >= MAX_KEPT) {
    mediaTypes.clear();
  }
  mediaTypes.set(contentType, parsed);
  return parsed;
}

function parameter(parameters: readonly string[], name: string): string | null {
  const found = parameters.find((one) => one.toLowerCase().startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1).replace(/^"(.*)"$/, '$1');
}

/** The operation that the HTTP headers name, before the body is read; SOAP 1.2 may leave it out. */
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
