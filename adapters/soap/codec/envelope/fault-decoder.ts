import type { ElementDeclaration, SoapVersion } from '../../contract/contract-types.ts';
import { blankOnly, skipElement } from '../decode/leaf-decoders.ts';
import type { DecodeRules } from '../decode/message-decoder.ts';
import { openMessage } from '../decode/open-message.ts';
import type { ElementDecoder } from '../read-xml.ts';
import { UnexpectedXml } from '../unexpected-xml.ts';
import { isNamed, type Tag } from '../xml-names.ts';
import type { SoapFault } from './soap-response.ts';
import { envelopeNamespaces } from './write-envelope.ts';

/** The names of a fault's parts in each version of SOAP. In SOAP 1.1 the parts are in no namespace. */
const faultElements = {
  '1.1': { uri: '', code: 'faultcode', detail: 'detail' },
  '1.2': { uri: envelopeNamespaces['1.2'], code: 'Code', detail: 'Detail' },
} as const;

interface FaultState {
  /** The code as written, such as `soap:Client`. Empty before the code is read. */
  code: string;
  subcode: string | null;
  /** The name of the fault element in the detail, as the contract declares it. Null before the detail is read. */
  name: string | null;
  detail: unknown;
  isGarbled: boolean;
}

/**
 * Reads the codes and the detail of a SOAP Fault. Its explanatory texts are ignored. A Fault is accepted even if its
 * detail is not valid.
 */
export function faultDecoder(
  version: SoapVersion,
  faults: readonly ElementDeclaration[],
  rules: DecodeRules,
  sink: (fault: SoapFault<Readonly<Record<string, unknown>>>) => void,
): ElementDecoder {
  const elements = faultElements[version];
  const state: FaultState = { code: '', subcode: null, name: null, detail: null, isGarbled: false };
  return {
    name: 'Fault',
    index: 0,
    open(tag) {
      if (isNamed(tag, elements.code, elements.uri)) {
        return version === '1.1' ? qualifiedCode(tag, state) : codeDecoder(elements.uri, state);
      }
      return isNamed(tag, elements.detail, elements.uri)
        ? detailDecoder(faults, rules, state)
        : skipElement('fault text');
    },
    text: blankOnly,
    close() {
      if (state.code === '') {
        throw new UnexpectedXml('no fault code');
      }
      const { name, detail, isGarbled } = state;
      const codes = { kind: 'fault', side: sideOf(state.code), subcode: state.subcode } as const;
      sink(
        name === null || isGarbled
          ? { ...codes, name: null, detail: null, isGarbled }
          : { ...codes, name, detail, isGarbled: false },
      );
    },
  };
}

/** Reads the code of SOAP 1.2, with its first subcode. */
function codeDecoder(uri: string, state: FaultState): ElementDecoder {
  return {
    name: 'Code',
    index: 0,
    open(tag) {
      if (isNamed(tag, 'Value', uri)) {
        return codeText(state);
      }
      return isNamed(tag, 'Subcode', uri) ? subcodeDecoder(uri, state) : skipElement('fault text');
    },
    text() {},
    close() {},
  };
}

function subcodeDecoder(uri: string, state: FaultState): ElementDecoder {
  return {
    name: 'Subcode',
    index: 0,
    open: (tag) =>
      isNamed(tag, 'Value', uri)
        ? textDecoder((text) => {
            state.subcode = expandedName(text, tag);
          })
        : skipElement('fault text'),
    text() {},
    close() {},
  };
}

const codeText = (state: FaultState): ElementDecoder =>
  textDecoder((text) => {
    state.code = text;
  });

/**
 * Reads the code of SOAP 1.1. A code of another specification, such as `wsse:FailedAuthentication` of WS-Security, is
 * also the subcode.
 */
const qualifiedCode = (tag: Tag, state: FaultState): ElementDecoder =>
  textDecoder((text) => {
    const name = expandedName(text, tag);
    state.code = text;
    state.subcode = text.includes(':') && !name?.startsWith(`{${envelopeNamespaces['1.1']}}`) ? name : null;
  });

/** The name as `{namespace}local`. Null if the prefix is not declared. */
function expandedName(text: string, tag: Tag): string | null {
  const separator = text.indexOf(':');
  const uri = tag.scope.namespaceOf(separator === -1 ? '' : text.slice(0, separator));
  return uri === undefined ? null : `{${uri}}${text.slice(separator + 1)}`;
}

/** Reads the vendor's own element in a Fault's detail. Other elements, which proxies add, are ignored. */
function detailDecoder(
  faults: readonly ElementDeclaration[],
  rules: DecodeRules,
  state: FaultState,
): ElementDecoder {
  return {
    name: 'detail',
    index: 0,
    open(tag) {
      const fault = faults.find(({ name, namespace }) => isNamed(tag, name, namespace));
      if (fault === undefined) {
        return skipElement('entry');
      }
      return lenientDecoder(state, () =>
        openMessage(
          fault,
          tag,
          (detail) => {
            state.name = fault.name;
            state.detail = detail;
          },
          rules,
        ),
      );
    },
    text() {},
    close() {},
  };
}

/**
 * Decodes an element that may be invalid, without rejecting the whole response. At the first error from `open` or its
 * decoder, sets `isGarbled` and ignores the rest of the element.
 */
function lenientDecoder(state: FaultState, open: () => ElementDecoder): ElementDecoder {
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

/** Reads the text of an element. Elements in it are ignored. */
function textDecoder(sink: (text: string) => void): ElementDecoder {
  let content = '';
  return {
    name: 'Value',
    index: 0,
    open: () => skipElement('fault text'),
    text(text) {
      content += text;
    },
    close: () => sink(content.trim()),
  };
}

/**
 * Who caused a fault, by its code, such as `soap:Client`, `Client.Authentication` or `env:Sender`. The prefix is
 * ignored.
 */
function sideOf(code: string): 'sender' | 'receiver' | 'other' {
  const [side] = code.slice(code.indexOf(':') + 1).split('.');
  if (side === 'Client' || side === 'Sender') {
    return 'sender';
  }
  return side === 'Server' || side === 'Receiver' ? 'receiver' : 'other';
}
