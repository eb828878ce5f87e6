import { isUtf8 } from 'node:buffer';
import { scanMarkup, UnexpectedXml } from '../../adapters/soap/codec/markup.ts';
import type { RequestElement } from './fields.ts';
import { InvalidRequest } from './invalid-request.ts';
import { documentFrame, type Reading } from './read-envelope.ts';
import type { Frame } from './read-payload.ts';
import type { Contract } from './schema.ts';

/** No request of the three WSDLs is deeper than 6. */
const MAX_DEPTH = 32;

/** A request that is valid against the WSDL, except for `excess`. */
export interface SoapRequest {
  readonly operation: string;
  readonly soapAction: string;
  readonly payload: RequestElement;
  readonly headers: readonly RequestElement[];
  /** The name of an element that is repeated more often than the schema allows, or null. Each vendor answers this differently. */
  readonly excess: string | null;
}

/**
 * Reads one request in one pass: UTF-8, XML 1.0 without DTD and processing instructions, one envelope, one body,
 * one operation, all as the contract says. The caller bounds the size of `body`.
 * @throws InvalidRequest for the first thing that is wrong.
 */
export function readRequest(body: Buffer, contract: Contract, understood: ReadonlySet<string>): SoapRequest {
  const reading: Reading = {
    contract,
    understood,
    headers: [],
    operation: null,
    payload: null,
    excess: null,
  };
  try {
    if (!isUtf8(body)) {
      throw new InvalidRequest('envelope', 'the request is not UTF-8');
    }
    parse(body.toString('utf8'), documentFrame(reading));
  } catch (error) {
    throw asInvalidRequest(error, reading);
  }
  const { operation, payload, headers, excess } = reading;
  if (operation === null || payload === null) {
    throw new InvalidRequest('envelope', 'no request in the document');
  }
  return { operation: operation.name, soapAction: operation.soapAction, payload, headers, excess };
}

/** Passes elements, attributes and text to the frames. @throws UnexpectedXml for what is not XML, or not allowed in SOAP. */
function parse(xml: string, document: Frame): void {
  const frames: Frame[] = [];
  let top = document;
  // A byte order mark is not part of the document.
  const text = xml.charCodeAt(0) === 0xfeff ? xml.slice(1) : xml;
  const encoding = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)/.exec(text)?.[1];
  if (encoding !== undefined && !/^utf-8$/i.test(encoding)) {
    throw new InvalidRequest('envelope', 'the request does not declare UTF-8');
  }
  scanMarkup(text, {
    open(tag) {
      if (frames.length >= MAX_DEPTH) {
        throw new InvalidRequest('envelope', `elements deeper than ${MAX_DEPTH}`);
      }
      frames.push(top);
      top = top.open(tag);
    },
    text(chunk) {
      top.text(chunk);
    },
    close() {
      top.close();
      top = frames.pop() ?? document;
    },
  });
}

function asInvalidRequest(error: unknown, reading: Reading): unknown {
  const stage = reading.operation === null ? 'envelope' : 'body';
  const invalid = error instanceof UnexpectedXml ? new InvalidRequest(stage, error.message) : error;
  if (invalid instanceof InvalidRequest) {
    invalid.operation = reading.operation?.name ?? null;
    invalid.headers = reading.headers;
  }
  return invalid;
}
