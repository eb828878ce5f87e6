import type { Tag } from '../../adapters/soap/codec/xml-names.ts';
import type { RequestElement } from './fields.ts';
import { InvalidRequest } from './invalid-request.ts';
import { type Frame, isBlank, payloadFrame } from './read-payload.ts';
import type { Contract, Operation, SoapVersion } from './schema.ts';
import { clark } from './xml-tree.ts';

export const ENVELOPE: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};

/** What has been read of one request so far. */
export interface Reading {
  readonly contract: Contract;
  /** The header blocks that the system processes, in Clark notation. Any other with `mustUnderstand` makes the request invalid. */
  readonly understood: ReadonlySet<string>;
  readonly headers: RequestElement[];
  operation: Operation | null;
  payload: RequestElement | null;
  /** The first element that was repeated more often than the schema allows. */
  excess: string | null;
}

const refuse = (message: string): InvalidRequest => new InvalidRequest('envelope', message);

/** The document must have one Envelope, of the contract's SOAP version. */
export function documentFrame(reading: Reading): Frame {
  return {
    open: (tag) => {
      const uri = ENVELOPE[reading.contract.version];
      if (tag.uri !== uri || tag.local !== 'Envelope') {
        throw refuse(
          `the root is ${clark(tag.uri, tag.local)}, not the Envelope of SOAP ${reading.contract.version}`,
        );
      }
      checkOwnAttributes(tag);
      return envelopeFrame(reading, uri);
    },
    text: () => {},
    close: () => {},
  };
}

/** An Envelope must have an optional Header, then one Body, and nothing else. */
function envelopeFrame(reading: Reading, uri: string): Frame {
  let seen: 'nothing' | 'Header' | 'Body' = 'nothing';
  return {
    open: (tag) => {
      const name = tag.uri === uri ? tag.local : '';
      const isHeader = name === 'Header' && seen === 'nothing';
      const isBody = name === 'Body' && seen !== 'Body';
      if (!isHeader && !isBody) {
        throw refuse(`${clark(tag.uri, tag.local)} in an Envelope after ${seen}`);
      }
      checkOwnAttributes(tag);
      seen = isHeader ? 'Header' : 'Body';
      return isHeader ? headerFrame(reading) : bodyFrame(reading);
    },
    text: blankOnly('Envelope'),
    close: () => {
      if (seen !== 'Body') {
        throw refuse('an Envelope without a Body');
      }
    },
  };
}

function headerFrame(reading: Reading): Frame {
  return {
    open: (tag) => {
      if (tag.uri === '') {
        throw refuse(`header block ${tag.local} is in no namespace`);
      }
      const { frame, element } = freeFrame(tag);
      const must = element.attributes.get(clark(ENVELOPE[reading.contract.version], 'mustUnderstand'));
      const name = clark(tag.uri, tag.local);
      if ((must === '1' || must === 'true') && !reading.understood.has(name)) {
        throw refuse(`header block ${name} must be understood and is not`);
      }
      reading.headers.push(element);
      return frame;
    },
    text: blankOnly('Header'),
    close: () => {},
  };
}

/** A Body must have exactly one operation of the contract. */
function bodyFrame(reading: Reading): Frame {
  return {
    open: (tag) => {
      if (reading.payload !== null) {
        throw new InvalidRequest('body', 'a Body with more than one element');
      }
      const { namespace, operations } = reading.contract;
      const operation = tag.uri === namespace ? operations.get(tag.local) : undefined;
      if (operation === undefined) {
        throw new InvalidRequest('body', `${clark(tag.uri, tag.local)} is no operation of this service`);
      }
      reading.operation = operation;
      const { frame, element } = payloadFrame(operation.input, tag, (local) => {
        reading.excess ??= local;
      });
      reading.payload = element;
      return frame;
    },
    text: blankOnly('Body'),
    close: () => {
      if (reading.payload === null) {
        throw new InvalidRequest('body', 'an empty Body');
      }
    },
  };
}

/** Accepts a header block with any content: the contract has no schema for it. */
function freeFrame(tag: Tag): { frame: Frame; element: RequestElement } {
  const element: RequestElement = {
    uri: tag.uri,
    local: tag.local,
    attributes: tag.attributes.length === 0 ? none : attributesOf(tag),
    children: [],
    text: '',
    nil: false,
  };
  return { frame: new FreeFrame(element), element };
}

const none: ReadonlyMap<string, string> = new Map();

function attributesOf(tag: Tag): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const { uri, local, value } of tag.attributes) {
    attributes.set(uri === '' ? local : clark(uri, local), value);
  }
  return attributes;
}

class FreeFrame implements Frame {
  readonly #element: RequestElement;

  constructor(element: RequestElement) {
    this.#element = element;
  }

  open(tag: Tag): Frame {
    const { frame, element } = freeFrame(tag);
    this.#element.children.push(element);
    return frame;
  }

  text(text: string): void {
    this.#element.text += text;
  }

  close(): void {}
}

/** Envelope, Header and Body may have attributes of other namespaces only, such as `wsu:Id`, and no encodingStyle. */
function checkOwnAttributes(tag: Tag): void {
  for (const { uri, local } of tag.attributes) {
    if (uri === '' || uri === tag.uri) {
      throw refuse(`${tag.local} may not have the attribute ${local}`);
    }
  }
}

const blankOnly =
  (local: string) =>
  (text: string): void => {
    if (!isBlank(text)) {
      throw refuse(`text in ${local}`);
    }
  };
