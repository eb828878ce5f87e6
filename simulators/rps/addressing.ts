import type { Contract, SoapOperation } from '../soap/contract.ts';
import { childrenOf, type XmlElement } from '../soap/xml.ts';
import { EnvelopeFault } from './faults.ts';
import { ADDRESSING } from './names.ts';

const ANONYMOUS = `${ADDRESSING}/anonymous`;
const REQUIRED = ['Action', 'MessageID', 'To'] as const;

/** A request that has passed steps 1 and 2 of RPS's checks (`createRps` lists the nine). WS-Addressing is step 3. */
export interface Arrived {
  readonly header: XmlElement | null;
  /** The first element in the Body. Null if there is none. */
  readonly payload: XmlElement | null;
  /** The path that the request was posted to. */
  readonly path: string;
  /** The parameter `action` of the content type. Null if there is none. */
  readonly httpAction: string | null;
}

/** Returns the texts of all addressing headers with this local name. */
const addressed = (header: XmlElement | null, local: string): string[] =>
  header === null ? [] : childrenOf(header, ADDRESSING, local).map(({ text }) => text.trim());

/**
 * Returns the request's message id, to which the answer refers. Null if the id is missing, blank, or not the only one.
 */
export function messageIdOf(root: XmlElement): string | null {
  const header = root.children.find(({ local }) => local === 'Header') ?? null;
  const [messageId, another] = addressed(header, 'MessageID');
  return messageId === undefined || messageId === '' || another !== undefined ? null : messageId;
}

/** Step 3 of RPS's nine checks: WS-Addressing 1.0. @throws EnvelopeFault */
export function readAddressing(
  { header, payload, path, httpAction }: Arrived,
  contract: Contract,
): SoapOperation {
  const missing = REQUIRED.find((local) => !addressed(header, local).some((text) => text !== ''));
  if (missing !== undefined) {
    throw new EnvelopeFault('MessageAddressingHeaderRequired', `${missing} is missing.`);
  }
  const repeated = [...REQUIRED, 'ReplyTo'].find((local) => addressed(header, local).length > 1);
  if (repeated !== undefined) {
    throw invalid(`${repeated} is there twice.`);
  }
  if (['ReplyTo', 'FaultTo'].some((local) => isElsewhere(header, local))) {
    throw invalid('Answers go only to the anonymous address.');
  }
  const [action = ''] = addressed(header, 'Action');
  if (httpAction !== null && httpAction !== action) {
    throw invalid('The action of the content type is another one.');
  }
  const operation = [...contract.operations.values()].find(({ soapAction }) => soapAction === action);
  const { uri, local } = operation?.input ?? {};
  if (operation !== undefined && (payload?.uri !== uri || payload?.local !== local)) {
    throw invalid('The Action does not suit the body.');
  }
  if (pathOf(addressed(header, 'To')[0] ?? '') !== path) {
    throw new EnvelopeFault('DestinationUnreachable', 'To has another path.');
  }
  if (operation === undefined) {
    throw new EnvelopeFault('ActionNotSupported', 'There is no such Action.');
  }
  return operation;
}

const invalid = (message: string): EnvelopeFault => new EnvelopeFault('InvalidAddressingHeader', message);

/**
 * Returns whether an endpoint reference with this local name contains anything but the anonymous address. RPS can send
 * an answer only to the caller, on the connection of the request.
 */
function isElsewhere(header: XmlElement | null, local: string): boolean {
  const references = header === null ? [] : childrenOf(header, ADDRESSING, local);
  return references.some((reference) => {
    const [address, another] = childrenOf(reference, ADDRESSING, 'Address');
    return address?.text.trim() !== ANONYMOUS || another !== undefined;
  });
}

const pathOf = (url: string): string | null => URL.parse(url)?.pathname ?? null;
