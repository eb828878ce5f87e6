import iconv from 'iconv-lite';
import { XmlDocument, XmlElement, XmlValidateError, XsdValidator } from 'libxml2-wasm';

const XSD = 'http://www.w3.org/2001/XMLSchema';
const WSDL = 'http://schemas.xmlsoap.org/wsdl/';
/** The namespaces of SOAP 1.1's and SOAP 1.2's envelopes. */
const ENVELOPES = ['http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'];

/**
 * Validates SOAP messages against the schema of one WSDL. It uses libxml2, which neither the adapters nor the
 * simulators use.
 */
export interface WsdlValidator extends Disposable {
  /**
   * The problems of an envelope; empty if it is valid. Checks the envelope's shape, and its body's payload against the
   * schema. If the payload is a fault, checks all elements in its detail. `envelope` is a whole XML document in the
   * charset that it declares.
   */
  problems(envelope: Uint8Array): string[];
}

/**
 * The validator for the single `xsd:schema` in a WSDL's text.
 * @throws Error if libxml2 does not accept the schema
 */
export function wsdlValidator(wsdlText: string): WsdlValidator {
  using wsdl = XmlDocument.fromString(wsdlText);
  const schema = wsdl.get(`/w:definitions/w:types/x:schema`, { w: WSDL, x: XSD });
  if (!(schema instanceof XmlElement)) {
    throw new Error('the WSDL has no xsd:schema');
  }
  const document = standalone(schema, wsdl);
  const validator = XsdValidator.fromDoc(document);
  return {
    problems: (envelope) => problemsOf(envelope, validator),
    [Symbol.dispose]: () => {
      validator.dispose();
      document.dispose();
    },
  };
}

/** The schema as a separate document, with the namespaces that the WSDL declares for it. */
function standalone(schema: XmlElement, wsdl: XmlDocument): XmlDocument {
  const inherited = Object.entries(wsdl.root.nsDeclarations).filter(
    ([prefix]) => !(prefix in schema.nsDeclarations),
  );
  for (const [prefix, uri] of inherited) {
    schema.addNsDeclaration(uri, prefix);
  }
  return XmlDocument.fromString(schema.toString({ format: false }));
}

function problemsOf(envelope: Uint8Array, validator: XsdValidator): string[] {
  let document: XmlDocument;
  try {
    document = XmlDocument.fromBuffer(asUtf8(envelope));
  } catch (error) {
    return [`not well-formed: ${messageOf(error)}`];
  }
  using parsed = document;
  const payloads = payloadsOf(parsed.root);
  return typeof payloads === 'string'
    ? [payloads]
    : payloads.flatMap((payload) => validate(payload, validator));
}

/** The elements to validate, or the problem of the envelope. */
function payloadsOf(root: XmlElement): XmlElement[] | string {
  const uri = root.namespaceUri;
  if (root.name !== 'Envelope' || !ENVELOPES.includes(uri)) {
    return `the root is {${uri}}${root.name}`;
  }
  const parts = elements(root);
  const names = parts
    .map((part) => `${part.namespaceUri === uri ? '' : part.namespaceUri}${part.name}`)
    .join(' ');
  const body = parts.at(-1);
  if (body === undefined || !/^(?:Header )?Body$/.test(names)) {
    return `the Envelope holds ${names || 'nothing'}`;
  }
  const [payload, another] = elements(body);
  if (payload === undefined || another !== undefined) {
    return 'the Body does not hold one element';
  }
  if (payload.name !== 'Fault' || payload.namespaceUri !== uri) {
    return [payload];
  }
  const detail = elements(payload).find(({ name }) => name === 'detail' || name === 'Detail');
  return detail === undefined ? [] : elements(detail);
}

function elements(parent: XmlElement): XmlElement[] {
  const found: XmlElement[] = [];
  for (let node = parent.firstChild; node !== null; node = node.next) {
    if (node instanceof XmlElement) {
      found.push(node);
    }
  }
  return found;
}

function validate(payload: XmlElement, validator: XsdValidator): string[] {
  try {
    validator.validate(payload);
    return [];
  } catch (error) {
    if (!(error instanceof XmlValidateError)) {
      throw error;
    }
    return error.details.map(({ message }) => message.trim());
  }
}

/**
 * The bytes in UTF-8, because libxml2 in WebAssembly reads no other charset. Other charsets are decoded by their XML
 * declaration.
 */
function asUtf8(bytes: Uint8Array): Uint8Array {
  const declaration = /^<\?xml[^>]*\bencoding=["']([^"']+)["'][^>]*\?>/.exec(
    Buffer.from(bytes.subarray(0, 200)).toString('latin1'),
  );
  const charset = declaration?.[1];
  if (declaration === null || charset === undefined || /^utf-?8$/i.test(charset)) {
    return bytes;
  }
  return Buffer.from(iconv.decode(Buffer.from(bytes.subarray(declaration[0].length)), charset));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message.trim() : String(error));
