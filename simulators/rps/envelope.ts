import { isUtf8 } from 'node:buffer';
import { type HttpMessage, mediaTypeOf } from '../soap/http-binding.ts';
import { ENVELOPE } from '../soap/read-envelope.ts';
import { childrenOf, clark, optionalAttribute, readXml, type XmlElement } from '../soap/xml.ts';
import { EnvelopeFault, type TransportStatus } from './faults.ts';
import { ADDRESSING, MESSAGES, WSSE } from './names.ts';

const SOAP = ENVELOPE['1.2'];
const MAX_BYTES = 64 * 1024;

/** The header block that contains the channel, the clerk and the vendor's log id of a call. */
export const CALL_CONTEXT = clark(MESSAGES, 'CallContext');

export interface Envelope {
  /** Null if there is no Header. */
  readonly header: XmlElement | null;
  /** The element Body itself. Null if there is none. */
  readonly body: XmlElement | null;
}

/** Returns the HTTP status for a request that is too large. A wrong content type has priority over the size. */
export const tooLarge = ({ contentType }: Pick<HttpMessage, 'contentType'>): TransportStatus =>
  mediaTypeOf(contentType).type === 'application/soap+xml' ? 413 : 415;

/**
 * Step 1 of RPS's nine checks: HTTP and XML. Returns the root of the document. If the check fails, returns the HTTP
 * status of the answer.
 */
export function readDocument(message: HttpMessage): XmlElement | TransportStatus {
  const { body } = message;
  const status = tooLarge(message);
  if (status === 415 || body.length > MAX_BYTES) {
    return status;
  }
  if (!isUtf8(body)) {
    return 400;
  }
  const reading = { skipsInstructions: true, maxDepth: Number.POSITIVE_INFINITY };
  const { root, problem } = readXml(body.toString('utf8'), reading);
  return root === null || problem !== null ? 400 : root;
}

/** Step 2 of RPS's nine checks: the envelope. @throws EnvelopeFault */
export function openEnvelope(root: XmlElement): Envelope {
  if (root.uri !== SOAP || root.local !== 'Envelope') {
    throw new EnvelopeFault('VersionMismatch', 'The envelope is not of SOAP 1.2.');
  }
  const [header = null] = childrenOf(root, SOAP, 'Header');
  const stranger = header?.children.find((block) => mustBeUnderstood(block) && !isUnderstood(block));
  if (stranger !== undefined) {
    throw new EnvelopeFault('MustUnderstand', `The header ${stranger.local} is not understood.`);
  }
  return { header, body: childrenOf(root, SOAP, 'Body')[0] ?? null };
}

const mustBeUnderstood = (block: XmlElement): boolean =>
  ['1', 'true'].includes(optionalAttribute(block, 'mustUnderstand', SOAP)?.trim() ?? '');

const isUnderstood = ({ uri, local }: XmlElement): boolean =>
  uri === ADDRESSING || (uri === WSSE && local === 'Security') || clark(uri, local) === CALL_CONTEXT;

/** Returns a header block without SOAP's own attributes, such as `mustUnderstand`. No schema declares them. */
export const withoutSoapAttributes = (block: XmlElement): XmlElement => ({
  ...block,
  attributes: block.attributes.filter(({ uri }) => uri !== SOAP),
});
