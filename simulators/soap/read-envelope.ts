import type { SoapVersion } from './contract.ts';
import { InvalidRequest } from './invalid-request.ts';
import { clark, optionalAttribute, type XmlElement } from './xml.ts';

export const ENVELOPE: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};

const refuse = (message: string): InvalidRequest => new InvalidRequest('envelope', message);

export const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text);

/**
 * Returns the header blocks and the Body of an Envelope. An Envelope has an optional Header, then one Body, and nothing
 * else.
 *
 * @param understood The header blocks that the system processes, in Clark notation. Any other block with
 * `mustUnderstand` is refused.
 * @throws InvalidRequest
 */
export function openEnvelope(
  root: XmlElement,
  version: SoapVersion,
  understood: ReadonlySet<string>,
): { readonly headers: readonly XmlElement[]; readonly body: XmlElement } {
  const uri = ENVELOPE[version];
  if (root.uri !== uri || root.local !== 'Envelope') {
    throw refuse(`the root is ${clark(root.uri, root.local)}, not the Envelope of SOAP ${version}`);
  }
  checkFrame(root);
  const [first, ...others] = root.children;
  const header = first?.local === 'Header' && first.uri === uri ? first : null;
  const [body, another] = header === null ? root.children : others;
  if (body?.local !== 'Body' || body.uri !== uri || another !== undefined) {
    throw refuse('an Envelope with other content than an optional Header and one Body');
  }
  const headers = header === null ? [] : header.children;
  if (header !== null) {
    checkFrame(header);
    for (const block of headers) {
      checkBlock(block, uri, understood);
    }
  }
  checkFrame(body);
  return { headers, body };
}

/**
 * Checks an Envelope, Header or Body. The element must have no text, and may have only attributes of other namespaces,
 * such as `wsu:Id`.
 */
function checkFrame({ uri, local, attributes, text }: XmlElement): void {
  const stranger = attributes.find((attribute) => attribute.uri === '' || attribute.uri === uri);
  if (stranger !== undefined) {
    throw refuse(`${local} may not have the attribute ${stranger.local}`);
  }
  if (!isBlank(text)) {
    throw refuse(`text in ${local}`);
  }
}

/** Checks a header block. The block may have any content, because the contract has no schema for it. */
function checkBlock(block: XmlElement, envelope: string, understood: ReadonlySet<string>): void {
  const { uri, local } = block;
  if (uri === '') {
    throw refuse(`header block ${local} is in no namespace`);
  }
  const must = optionalAttribute(block, 'mustUnderstand', envelope);
  const name = clark(uri, local);
  if ((must === '1' || must === 'true') && !understood.has(name)) {
    throw refuse(`header block ${name} must be understood and is not`);
  }
}
