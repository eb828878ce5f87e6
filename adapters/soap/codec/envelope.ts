import type { ElementDeclaration, SoapVersion } from '../contract/schema.ts';
import { openMessage, skipElement } from './decode.ts';
import { UnexpectedXml } from './markup.ts';
import { type ElementReader, isBlank, readXml, type XmlBounds } from './read-xml.ts';
import type { Tag } from './xml-names.ts';

const namespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const satisfies Record<SoapVersion, string>;

/** What a system said, whether or not it is what we hoped for. */
export type SoapResponse<Reply = unknown, Detail = unknown> =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | {
      readonly kind: 'fault';
      /** Whom the system blames. */
      readonly side: 'sender' | 'receiver' | 'other';
      /** The vendor's own fault element; null where there was none, or none that can be read. */
      readonly detail: Detail | null;
      /** There was one, and it is not as the contract says: `detail` is null, and what it would have told is not known. */
      readonly isGarbled: boolean;
    };

/** The envelope around a message and a header block, both XML already. */
export function writeEnvelope(version: SoapVersion, header: string, message: string): string {
  const head = header === '' ? '' : `<soap:Header>${header}</soap:Header>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="${namespaces[version]}">${head}` +
    `<soap:Body>${message}</soap:Body></soap:Envelope>`
  );
}

/** What may be in an answer's Body. */
export interface ExpectedBody {
  readonly version: SoapVersion;
  readonly output: ElementDeclaration;
  readonly fault: ElementDeclaration | null;
}

/** One Envelope, one Body, and in it one element: the reply that was asked for or a Fault. Throws `InvalidXml`. */
export function readEnvelope(text: string, expected: ExpectedBody, bounds: XmlBounds): SoapResponse {
  let answer: SoapResponse | undefined;
  const uri = namespaces[expected.version];
  readXml(
    text,
    (tag) => {
      if (tag.local !== 'Envelope' || tag.uri !== uri) {
        throw new UnexpectedXml(`no Envelope of SOAP ${expected.version}`);
      }
      return envelopeReading(expected, (found) => {
        answer = found;
      });
    },
    bounds,
  );
  // A Body without an element has thrown by now.
  if (answer === undefined) {
    throw new UnexpectedXml('no answer');
  }
  return answer;
}

type ResponseSink = (answer: SoapResponse) => void;

const is = (tag: Tag, name: string, uri: string): boolean => tag.local === name && tag.uri === uri;

/** An optional Header, then exactly one Body. */
function envelopeReading(expected: ExpectedBody, sink: ResponseSink): ElementReader {
  const uri = namespaces[expected.version];
  let seen: 'nothing' | 'header' | 'body' = 'nothing';
  return {
    name: 'Envelope',
    index: 0,
    open(tag) {
      if (is(tag, 'Header', uri) && seen === 'nothing') {
        seen = 'header';
        return headerReading(uri);
      }
      if (!is(tag, 'Body', uri) || seen === 'body') {
        throw new UnexpectedXml('other than a Header and one Body');
      }
      seen = 'body';
      return bodyReading(expected, sink);
    },
    text: blankOnly,
    close() {
      if (seen !== 'body') {
        throw new UnexpectedXml('no Body');
      }
    },
  };
}

/** Nothing in a Header concerns us, unless it says that it must. */
function headerReading(uri: string): ElementReader {
  return {
    name: 'Header',
    index: 0,
    open(tag) {
      const must = tag.attributes.find(
        (attribute) => attribute.local === 'mustUnderstand' && attribute.uri === uri,
      );
      if (must !== undefined && must.value !== '0' && must.value !== 'false') {
        throw new UnexpectedXml('a block that must be understood');
      }
      return skipElement('block');
    },
    text: blankOnly,
    close() {},
  };
}

function bodyReading(expected: ExpectedBody, sink: ResponseSink): ElementReader {
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
        return faultReading(expected, sink);
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

/** Where each version has a fault's parts; those of 1.1 are in no namespace. */
const faultParts = {
  '1.1': { uri: '', code: ['faultcode'], detail: 'detail' },
  '1.2': { uri: namespaces['1.2'], code: ['Code', 'Value'], detail: 'Detail' },
} as const;

/** A Fault's code and detail; its texts are left unread. It is one whatever its detail is like. */
function faultReading({ version, fault }: ExpectedBody, sink: ResponseSink): ElementReader {
  const parts = faultParts[version];
  const state: DetailState = { detail: null, isGarbled: false };
  let code = '';
  return {
    name: 'Fault',
    index: 0,
    open(tag) {
      if (is(tag, parts.code[0], parts.uri)) {
        return textAt(parts.code, parts.uri, (text) => {
          code = text;
        });
      }
      return is(tag, parts.detail, parts.uri) ? detailReading(fault, state) : skipElement('part');
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

/** What has been found in a Fault's detail. */
interface DetailState {
  detail: unknown;
  isGarbled: boolean;
}

/** The vendor's own element; others beside it, as proxies add them, are skipped. */
function detailReading(fault: ElementDeclaration | null, state: DetailState): ElementReader {
  return {
    name: 'detail',
    index: 0,
    open(tag) {
      if (fault === null || !is(tag, fault.name, fault.namespace)) {
        return skipElement('entry');
      }
      return lenient(state, () =>
        openMessage(fault, tag, (detail) => {
          state.detail = detail;
        }),
      );
    },
    text() {},
    close() {},
  };
}

/** A reading of what may be garbled: from where it is, it is skipped. */
function lenient(state: DetailState, opening: () => ElementReader): ElementReader {
  const attempt = <T>(read: () => T): T | null => {
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
  const reading = attempt(opening);
  if (reading === null) {
    return skipElement('entry');
  }
  return {
    name: reading.name,
    index: reading.index,
    open: (tag) => lenient(state, () => reading.open(tag)),
    text: (text) => attempt(() => reading.text(text)),
    close: () => attempt(() => reading.close()),
  };
}

/** The text of an element, or of one further down the given path; others are skipped. */
function textAt(
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
      next !== undefined && is(tag, next, uri) ? textAt(below, uri, sink) : skipElement('part'),
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

/** `soap:Client`, `Client.Authentication`, `env:Sender` … The prefix is not resolved: nothing rests on it. */
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
