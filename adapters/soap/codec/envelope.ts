import type { ElementDeclaration, SoapVersion } from '../contract/contract-types.ts';
import { openMessage, skipElement } from './decode.ts';
import { type ElementDecoder, isBlank, readXml, type XmlBounds } from './read-xml.ts';
import { UnexpectedXml } from './unexpected-xml.ts';
import type { Tag } from './xml-names.ts';

const namespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const satisfies Record<SoapVersion, string>;

/** A system's answer: the reply to the operation, or a fault. */
export type SoapResponse<Reply = unknown, Detail = unknown> =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | {
      readonly kind: 'fault';
      /** The side that the system blames. */
      readonly side: 'sender' | 'receiver' | 'other';
      /** The vendor's own fault element. Null if there is none, or if it is not valid. */
      readonly detail: Detail | null;
      /** Whether the vendor's own fault element is not valid, so that its meaning is unknown. */
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

/** The possible content of a response's Body. */
export interface ExpectedBody {
  readonly version: SoapVersion;
  readonly output: ElementDeclaration;
  readonly fault: ElementDeclaration | null;
}

/**
 * Reads a response: one Envelope with one Body. The Body contains one element: the expected reply or a Fault.
 *
 *     …<soap:Body><GetLoansResponse><RC>0</RC>…       →  { kind: 'reply', reply: { RC: 0, … } }
 *     …<soap:Body><soap:Fault>…<CODE>PRS-503</CODE>…  →  { kind: 'fault', side: 'receiver', detail: { CODE: 'PRS-503' } }
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
      return envelopeDecoder(expected, (result) => {
        response = result;
      });
    },
    bounds,
  );
  // This is unreachable, because a Body without an element has been rejected before.
  if (response === undefined) {
    throw new UnexpectedXml('no response');
  }
  return response;
}

type ResponseSink = (response: SoapResponse) => void;

const is = (tag: Tag, name: string, uri: string): boolean => tag.local === name && tag.uri === uri;

/** Reads an optional Header and then exactly one Body. */
function envelopeDecoder(expected: ExpectedBody, sink: ResponseSink): ElementDecoder {
  const uri = namespaces[expected.version];
  let seen: 'nothing' | 'header' | 'body' = 'nothing';
  return {
    name: 'Envelope',
    index: 0,
    open(tag) {
      if (is(tag, 'Header', uri) && seen === 'nothing') {
        seen = 'header';
        return headerDecoder(uri);
      }
      if (!is(tag, 'Body', uri) || seen === 'body') {
        throw new UnexpectedXml('not a Header and one Body');
      }
      seen = 'body';
      return bodyDecoder(expected, sink);
    },
    text: blankOnly,
    close() {
      if (seen !== 'body') {
        throw new UnexpectedXml('no Body');
      }
    },
  };
}

/** Ignores the blocks of a Header. Rejects a block that must be understood, because we understand none. */
function headerDecoder(uri: string): ElementDecoder {
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

function bodyDecoder(expected: ExpectedBody, sink: ResponseSink): ElementDecoder {
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
        return faultDecoder(expected, sink);
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

/** The elements of a fault in each version of SOAP. Those of SOAP 1.1 are in no namespace. */
const faultElements = {
  '1.1': { uri: '', code: ['faultcode'], detail: 'detail' },
  '1.2': { uri: namespaces['1.2'], code: ['Code', 'Value'], detail: 'Detail' },
} as const;

/** Reads a Fault's code and detail, and ignores its texts. If the detail is garbled, the Fault is still accepted. */
function faultDecoder({ version, fault }: ExpectedBody, sink: ResponseSink): ElementDecoder {
  const elements = faultElements[version];
  const state: DetailState = { detail: null, isGarbled: false };
  let code = '';
  return {
    name: 'Fault',
    index: 0,
    open(tag) {
      if (is(tag, elements.code[0], elements.uri)) {
        return textDecoder(elements.code, elements.uri, (text) => {
          code = text;
        });
      }
      return is(tag, elements.detail, elements.uri) ? detailDecoder(fault, state) : skipElement('fault text');
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

/** The result of reading a Fault's detail. */
interface DetailState {
  detail: unknown;
  isGarbled: boolean;
}

/** Reads the vendor's own element in a Fault's detail. Other elements, which proxies add, are ignored. */
function detailDecoder(fault: ElementDeclaration | null, state: DetailState): ElementDecoder {
  return {
    name: 'detail',
    index: 0,
    open(tag) {
      if (fault === null || !is(tag, fault.name, fault.namespace)) {
        return skipElement('entry');
      }
      return lenientDecoder(state, () =>
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
 * Decodes an element that may be garbled. If the inner decoder rejects something, `isGarbled` is set and the rest of
 * the element is ignored. So the response as a whole doesn't fail.
 */
function lenientDecoder(state: DetailState, open: () => ElementDecoder): ElementDecoder {
  const unlessGarbled = <Result>(decode: () => Result): Result | null => {
    if (state.isGarbled) {
      return null;
    }
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof UnexpectedXml)) {
        throw error;
      }
      state.isGarbled = true;
      return null;
    }
  };
  const decoder = unlessGarbled(open);
  if (decoder === null) {
    return skipElement('entry');
  }
  return {
    name: decoder.name,
    index: decoder.index,
    open: (tag) => lenientDecoder(state, () => decoder.open(tag)),
    text: (text) => unlessGarbled(() => decoder.text(text)),
    close: () => unlessGarbled(() => decoder.close()),
  };
}

/** Reads the text of the last element of a path. Everything else in the path's first element is ignored. */
function textDecoder(
  [name, ...below]: readonly string[],
  uri: string,
  sink: (text: string) => void,
): ElementDecoder {
  const [next] = below;
  let content = '';
  return {
    name: name ?? '',
    index: 0,
    open: (tag) =>
      next !== undefined && is(tag, next, uri) ? textDecoder(below, uri, sink) : skipElement('fault text'),
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
