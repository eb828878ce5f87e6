import iconv from 'iconv-lite';
import { XmlDocument, XmlElement, XmlValidateError, XsdValidator } from 'libxml2-wasm';

const XSD = 'http://www.w3.org/2001/XMLSchema';
const WSDL = 'http://schemas.xmlsoap.org/wsdl/';
/** SOAP 1.1's envelope, then 1.2's. */
const ENVELOPES = ['http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'];

/** Validates SOAP messages against the schema of one WSDL with libxml2, which neither side uses itself. */
export interface WsdlValidator extends Disposable {
  /**
   * What is wrong with an envelope, whole XML bytes in any charset that they declare: its shape, and its body's
   * payload against the schema; of a fault, all that stands in its detail. Empty: valid.
   */
  problems(envelope: Uint8Array): string[];
}

/** The validator for the one `xsd:schema` in a WSDL's text. @throws where libxml2 does not accept the schema. */
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

/** The schema as a document of its own, with the namespaces that the WSDL declares for it. */
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

/** The elements to validate, or what is wrong with the envelope. */
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

/** libxml2 in WebAssembly reads UTF-8 only: other charsets are decoded by their XML declaration. */
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
