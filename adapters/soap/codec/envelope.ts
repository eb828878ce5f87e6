import type { ElementDeclaration, SoapVersion } from '../contract/contract-types.ts';
import { openMessage, skipElement } from './decode.ts';
import { UnexpectedXml } from './markup.ts';
import { type ElementReader, isBlank, readXml, type XmlBounds } from './read-xml.ts';
import type { Tag } from './xml-names.ts';

const namespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const satisfies Record<SoapVersion, string>;

/** What a system answered: the reply to the operation, or a fault. */
export type SoapResponse<Reply = unknown, Detail = unknown> =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | {
      readonly kind: 'fault';
      /** The side that the system blames. */
      readonly side: 'sender' | 'receiver' | 'other';
      /** The vendor's own fault element. Null if there was none, or if it is garbled. */
      readonly detail: Detail | null;
      /**
       * There was a vendor's fault element that is not valid. `detail` is null then, and what it would have said is
       * unknown.
       */
      readonly isGarbled: boolean;
    };

/**
 * Puts a message and a header block, both XML, into an envelope. Without a header block there is no Header:
 *
 *     writeEnvelope('1.1', '', '<m:GetPatrons …/>')
 *     // <?xml version="1.0" encoding="UTF-8"?>
 *     // <soap:Envelope xmlns:soap="…"><soap:Body><m:GetPatrons …/></soap:Body></soap:Envelope>
 */
export function writeEnvelope(version: SoapVersion, header: string, message: string): string {
  const head = header === '' ? '' : `<soap:Header>${header}</soap:Header>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="${namespaces[version]}">${head}` +
    `<soap:Body>${message}</soap:Body></soap:Envelope>`
  );
}

/** What the Body of a response may contain. */
export interface ExpectedBody {
  readonly version: SoapVersion;
  readonly output: ElementDeclaration;
  readonly fault: ElementDeclaration | null;
}

/**
 * Reads a response: one Envelope with one Body, which contains one element, the expected reply or a Fault.
 *
 *     …<soap:Body><GetLoansResponse><RC>0</RC>…       →  { kind: 'reply', reply: { RC: 0, … } }
 *     …<soap:Body><soap:Fault>…<CODE>PRS-503</CODE>…  →  { kind: 'fault', side: 'receiver', detail: { CODE: 'PRS-503', … } }
 *
 * @throws {InvalidXml} The document is anything else.
 */
export function readEnvelope(text: string, expected: ExpectedBody, bounds: XmlBounds): SoapResponse {
  let response: SoapResponse | undefined;
  const uri = namespaces[expected.version];
  readXml(
    text,
    (tag) => {
      if (tag.local !== 'Envelope' || tag.uri !== uri) {
        throw new UnexpectedXml(`no Envelope of SOAP ${expected.version}`);
      }
      return envelopeReader(expected, (result) => {
        response = result;
      });
    },
    bounds,
  );
  // Unreachable: a Body without an element has thrown before.
  if (response === undefined) {
    throw new UnexpectedXml('no response');
  }
  return response;
}

type ResponseSink = (response: SoapResponse) => void;

const is = (tag: Tag, name: string, uri: string): boolean => tag.local === name && tag.uri === uri;

/** Reads an optional Header and then exactly one Body. */
function envelopeReader(expected: ExpectedBody, sink: ResponseSink): ElementReader {
  const uri = namespaces[expected.version];
  let seen: 'nothing' | 'header' | 'body' = 'nothing';
  return {
    name: 'Envelope',
    index: 0,
    open(tag) {
      if (is(tag, 'Header', uri) && seen === 'nothing') {
        seen = 'header';
        return headerReader(uri);
      }
      if (!is(tag, 'Body', uri) || seen === 'body') {
        throw new UnexpectedXml('not a Header and one Body');
      }
      seen = 'body';
      return bodyReader(expected, sink);
    },
    text: blankOnly,
    close() {
      if (seen !== 'body') {
        throw new UnexpectedXml('no Body');
      }
    },
  };
}

/** Ignores the blocks of a Header, but rejects one that must be understood: we understand none. */
function headerReader(uri: string): ElementReader {
  return {
    name: 'Header',
    index: 0,
    open(tag) {
      const mustUnderstand = tag.attributes.find(
        (attribute) => attribute.local === 'mustUnderstand' && attribute.uri === uri,
      );
      if (mustUnderstand !== undefined && mustUnderstand.value !== '0' && mustUnderstand.value !== 'false') {
        throw new UnexpectedXml('a block that must be understood');
      }
      return skipElement('block');
    },
    text: blankOnly,
    close() {},
  };
}

function bodyReader(expected: ExpectedBody, sink: ResponseSink): ElementReader {
  const { output, version } = expected;
  let isFull = false;
  return {
    name: 'Body',
    index: 0,
    open(tag) {
      if (isFull) {
        throw new UnexpectedXml('more than one element');
      }
      isFull = true;
      if (is(tag, output.name, output.namespace)) {
        return openMessage(output, tag, (reply) => sink({ kind: 'reply', reply }));
      }
      if (is(tag, 'Fault', namespaces[version])) {
        return faultReader(expected, sink);
      }
      throw new UnexpectedXml(`neither ${output.name} nor a Fault`);
    },
    text: blankOnly,
    close() {
      if (!isFull) {
        throw new UnexpectedXml('empty');
      }
    },
  };
}

/** Where each version of SOAP has the parts of a fault. Those of 1.1 are in no namespace. */
const faultParts = {
  '1.1': { uri: '', code: ['faultcode'], detail: 'detail' },
  '1.2': { uri: namespaces['1.2'], code: ['Code', 'Value'], detail: 'Detail' },
} as const;

/** Reads a Fault's code and detail, and ignores its texts. A Fault with a garbled detail is a fault all the same. */
function faultReader({ version, fault }: ExpectedBody, sink: ResponseSink): ElementReader {
  const parts = faultParts[version];
  const state: DetailState = { detail: null, isGarbled: false };
  let code = '';
  return {
    name: 'Fault',
    index: 0,
    open(tag) {
      if (is(tag, parts.code[0], parts.uri)) {
        return textReader(parts.code, parts.uri, (text) => {
          code = text;
        });
      }
      return is(tag, parts.detail, parts.uri) ? detailReader(fault, state) : skipElement('part');
    },
    text: blankOnly,
    close() {
      if (code === '') {
        throw new UnexpectedXml('no fault code');
      }
      const { isGarbled } = state;
      sink({ kind: 'fault', side: sideOf(code), detail: isGarbled ? null : state.detail, isGarbled });
    },
  };
}

/** What was read from a Fault's detail so far. */
interface DetailState {
  detail: unknown;
  isGarbled: boolean;
}

/** Reads the vendor's own element in a Fault's detail. Others, which proxies add, are ignored. */
function detailReader(fault: ElementDeclaration | null, state: DetailState): ElementReader {
  return {
    name: 'detail',
    index: 0,
    open(tag) {
      if (fault === null || !is(tag, fault.name, fault.namespace)) {
        return skipElement('entry');
      }
      return lenientReader(state, () =>
        openMessage(fault, tag, (detail) => {
          state.detail = detail;
        }),
      );
    },
    text() {},
    close() {},
  };
}

/**
 * A reader of an element that may be garbled. Where the inner reader rejects something, `isGarbled` is set, and the
 * rest is ignored instead of failing the whole response.
 */
function lenientReader(state: DetailState, open: () => ElementReader): ElementReader {
  const unlessGarbled = <Result>(read: () => Result): Result | null => {
    if (state.isGarbled) {
      return null;
    }
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UnexpectedXml)) {
        throw error;
      }
      state.isGarbled = true;
      return null;
    }
  };
  const reader = unlessGarbled(open);
  if (reader === null) {
    return skipElement('entry');
  }
  return {
    name: reader.name,
    index: reader.index,
    open: (tag) => lenientReader(state, () => reader.open(tag)),
    text: (text) => unlessGarbled(() => reader.text(text)),
    close: () => unlessGarbled(() => reader.close()),
  };
}

/** Reads the text of the last element of a path, and ignores everything else in the first. */
function textReader(
  [name, ...below]: readonly string[],
  uri: string,
  sink: (text: string) => void,
): ElementReader {
  const [next] = below;
  let content = '';
  return {
    name: name ?? '',
    index: 0,
    open: (tag) =>
      next !== undefined && is(tag, next, uri) ? textReader(below, uri, sink) : skipElement('part'),
    text(text) {
      content += text;
    },
    close() {
      if (next === undefined) {
        sink(content.trim());
      }
    },
  };
}

/**
 * The side in a fault code such as `soap:Client`, `Client.Authentication` or `env:Sender`. The prefix is not resolved.
 */
function sideOf(code: string): 'sender' | 'receiver' | 'other' {
  const [side] = code.slice(code.indexOf(':') + 1).split('.');
  if (side === 'Client' || side === 'Sender') {
    return 'sender';
  }
  return side === 'Server' || side === 'Receiver' ? 'receiver' : 'other';
}

function blankOnly(text: string): void {
  if (!isBlank(text)) {
    throw new UnexpectedXml('text between elements');
  }
}
