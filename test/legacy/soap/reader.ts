import { isUtf8 } from 'node:buffer';
import { SaxesParser } from 'saxes';
import { documentFrame, type Reading } from './envelope-frame.ts';
import type { RequestElement } from './fields.ts';
import type { Frame } from './payload-frame.ts';
import { Refusal } from './refusal.ts';
import type { Contract } from './schema.ts';

/** No request of the three WSDLs is deeper than 6; saxes with namespaces costs the square of the depth. */
const MAX_DEPTH = 32;

/** A request that is valid against the WSDL, but for `excess`. */
export interface SoapRequest {
  readonly operation: string;
  readonly soapAction: string;
  readonly payload: RequestElement;
  readonly headers: readonly RequestElement[];
  /** The repeated element that stands more often than the schema allows, or null. The vendors differ in what they answer. */
  readonly excess: string | null;
}

/**
 * Reads one request in one pass: UTF-8, XML 1.0 without DTD and processing instructions, one envelope, one body,
 * one operation, all as the table says. Throws a `Refusal` at the first thing that is wrong.
 * The caller bounds the size of `body`.
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
    if (!isUtf8(body)) throw new Refusal('envelope', 'the request is not UTF-8');
    parse(body.toString('utf8'), documentFrame(reading));
  } catch (error) {
    throw asRefusal(error, reading);
  }
  const { operation, payload, headers, excess } = reading;
  if (operation === null || payload === null) throw new Refusal('envelope', 'no request in the document');
  return { operation: operation.name, soapAction: operation.soapAction, payload, headers, excess };
}

/**
 * No more than six handlers: with the seventh, V8 turns the parser into a dictionary and it reads several times slower. So
 * the XML declaration is looked at when the root opens.
 */
function parse(xml: string, document: Frame): void {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const frames: Frame[] = [document];
  let top = document;
  parser.on('doctype', () => {
    throw new Refusal('envelope', 'a document type declaration in a SOAP message');
  });
  parser.on('processinginstruction', () => {
    throw new Refusal('envelope', 'a processing instruction in a SOAP message');
  });
  parser.on('opentag', (tag) => {
    if (frames.length === 1) checkDeclaration(parser.xmlDecl);
    if (frames.length > MAX_DEPTH) throw new Refusal('envelope', `elements deeper than ${MAX_DEPTH}`);
    top = top.open(tag);
    frames.push(top);
  });
  parser.on('text', (text) => {
    top.text(text);
  });
  parser.on('cdata', (text) => {
    top.text(text);
  });
  parser.on('closetag', () => {
    top.close();
    frames.pop();
    top = frames.at(-1) ?? document;
  });
  // A byte order mark is no part of the document.
  parser.write(xml.charCodeAt(0) === 0xfeff ? xml.slice(1) : xml).close();
}

function checkDeclaration({ version = '1.0', encoding }: SaxesParser['xmlDecl']): void {
  if (version !== '1.0') throw new Refusal('envelope', 'the request is not XML 1.0');
  if (encoding !== undefined && !/^utf-8$/i.test(encoding)) {
    throw new Refusal('envelope', 'the request does not declare UTF-8');
  }
}

/** What saxes throws is a plain Error whose message describes the syntax; anything else is a mistake of ours. */
function asRefusal(error: unknown, reading: Reading): unknown {
  const stage = reading.operation === null ? 'envelope' : 'body';
  const refusal = error instanceof Refusal ? error : syntaxRefusal(error, stage);
  if (refusal instanceof Refusal) {
    refusal.operation = reading.operation?.name ?? null;
    refusal.headers = reading.headers;
  }
  return refusal;
}

function syntaxRefusal(error: unknown, stage: Refusal['stage']): unknown {
  const isPlain = error instanceof Error && Object.getPrototypeOf(error) === Error.prototype;
  return isPlain ? new Refusal(stage, `not well-formed: ${error.message}`) : error;
}
