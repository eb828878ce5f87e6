import { openElement, skipElement } from './decode.ts';
import type { ElementDeclaration, SoapVersion } from './schema.ts';
import { isBlank, type Reading, readXml, type Tag, Unexpected, type XmlBounds } from './xml.ts';

const namespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const satisfies Record<SoapVersion, string>;

/** What a system said, whether or not it is what we hoped for. */
export type Answer<Reply = unknown, Detail = unknown> =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | {
      readonly kind: 'fault';
      /** Whom the system blames. */
      readonly side: 'sender' | 'receiver' | 'other';
      /** The vendor's own fault element; null where there was none. */
      readonly detail: Detail | null;
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
export interface Expected {
  readonly version: SoapVersion;
  readonly output: ElementDeclaration;
  readonly fault: ElementDeclaration | null;
}

/** One Envelope, one Body, and in it one element: the reply that was asked for or a Fault. Throws `InvalidXml`. */
export function readEnvelope(text: string, expected: Expected, bounds: XmlBounds): Answer {
  let answer: Answer | undefined;
  const uri = namespaces[expected.version];
  readXml(
    text,
    (tag) => {
      if (tag.local !== 'Envelope' || tag.uri !== uri) {
        throw new Unexpected(`no Envelope of SOAP ${expected.version}`);
      }
      return envelopeReading(expected, (found) => {
        answer = found;
      });
    },
    bounds,
  );
  // A Body without an element has thrown by now.
  if (answer === undefined) throw new Unexpected('no answer');
  return answer;
}

type AnswerSink = (answer: Answer) => void;

const is = (tag: Tag, name: string, uri: string): boolean => tag.local === name && tag.uri === uri;

/** An optional Header, then exactly one Body. */
function envelopeReading(expected: Expected, sink: AnswerSink): Reading {
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
      if (!is(tag, 'Body', uri) || seen === 'body') throw new Unexpected('other than a Header and one Body');
      seen = 'body';
      return bodyReading(expected, sink);
    },
    text: blankOnly,
    close() {
      if (seen !== 'body') throw new Unexpected('no Body');
    },
  };
}

/** Nothing in a Header concerns us, unless it says that it must. */
function headerReading(uri: string): Reading {
  return {
    name: 'Header',
    index: 0,
    open(tag) {
      const must = Object.values(tag.attributes).find(
        (attribute) => attribute.local === 'mustUnderstand' && attribute.uri === uri,
      );
      if (must !== undefined && must.value !== '0' && must.value !== 'false') {
        throw new Unexpected('a block that must be understood');
      }
      return skipElement('block');
    },
    text: blankOnly,
    close() {},
  };
}

function bodyReading(expected: Expected, sink: AnswerSink): Reading {
  const { output, version } = expected;
  let isFull = false;
  return {
    name: 'Body',
    index: 0,
    open(tag) {
      if (isFull) throw new Unexpected('more than one element');
      isFull = true;
      if (is(tag, output.name, output.namespace)) {
        return openElement(output, tag, 0, (reply) => sink({ kind: 'reply', reply }));
      }
      if (is(tag, 'Fault', namespaces[version])) return faultReading(expected, sink);
      throw new Unexpected(`neither ${output.name} nor a Fault`);
    },
    text: blankOnly,
    close() {
      if (!isFull) throw new Unexpected('empty');
    },
  };
}

/** Where each version has a fault's parts; those of 1.1 are in no namespace. */
const faultParts = {
  '1.1': { uri: '', code: ['faultcode'], detail: 'detail' },
  '1.2': { uri: namespaces['1.2'], code: ['Code', 'Value'], detail: 'Detail' },
} as const;

/** A Fault's code and detail; its texts are left unread. */
function faultReading({ version, fault }: Expected, sink: AnswerSink): Reading {
  const parts = faultParts[version];
  let code = '';
  let detail: unknown = null;
  return {
    name: 'Fault',
    index: 0,
    open(tag) {
      if (is(tag, parts.code[0], parts.uri)) {
        return textAt(parts.code, parts.uri, (text) => {
          code = text;
        });
      }
      if (!is(tag, parts.detail, parts.uri)) return skipElement('part');
      return detailReading(fault, (found) => {
        detail = found;
      });
    },
    text: blankOnly,
    close() {
      if (code === '') throw new Unexpected('no fault code');
      sink({ kind: 'fault', side: sideOf(code), detail });
    },
  };
}

/** The vendor's own element; others beside it, as proxies add them, are skipped. */
function detailReading(fault: ElementDeclaration | null, sink: (detail: unknown) => void): Reading {
  return {
    name: 'detail',
    index: 0,
    open: (tag) =>
      fault !== null && is(tag, fault.name, fault.namespace)
        ? openElement(fault, tag, 0, sink)
        : skipElement('entry'),
    text() {},
    close() {},
  };
}

/** The text of an element, or of one further down the given path; others are skipped. */
function textAt([name, ...below]: readonly string[], uri: string, sink: (text: string) => void): Reading {
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
      if (next === undefined) sink(content.trim());
    },
  };
}

/** `soap:Client`, `Client.Authentication`, `env:Sender` … The prefix is not resolved: nothing rests on it. */
function sideOf(code: string): 'sender' | 'receiver' | 'other' {
  const [side] = code.slice(code.indexOf(':') + 1).split('.');
  if (side === 'Client' || side === 'Sender') return 'sender';
  return side === 'Server' || side === 'Receiver' ? 'receiver' : 'other';
}

function blankOnly(text: string): void {
  if (!isBlank(text)) throw new Unexpected('text between elements');
}
