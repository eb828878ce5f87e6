import type {
  Contract,
  ElementDeclaration,
  SoapOperation,
  SoapVersion,
  XmlTree,
} from '../../contract/contract-types.ts';
import { blankOnly, skipElement, treeDecoder } from '../decode/leaf-decoders.ts';
import type { DecodeRules } from '../decode/message-decoder.ts';
import { openMessage } from '../decode/open-message.ts';
import { type ElementDecoder, readXml, type XmlBounds } from '../read-xml.ts';
import { UnexpectedXml } from '../unexpected-xml.ts';
import { isNamed, type Tag } from '../xml-names.ts';
import { faultDecoder } from './fault-decoder.ts';
import type { SoapResponse } from './soap-response.ts';
import { envelopeNamespaces } from './write-envelope.ts';

export interface ExpectedResponse {
  readonly version: SoapVersion;
  /** Null for an empty Body. */
  readonly output: ElementDeclaration | null;
  readonly faults: readonly ElementDeclaration[];
  /** The header blocks that the contract declares. */
  readonly headers: readonly ElementDeclaration[];
  /**
   * Further header blocks that are read, by `{namespace}name`. They are accepted even if they have `mustUnderstand`.
   */
  readonly understood: ReadonlySet<string>;
  readonly rules: DecodeRules;
}

export const expectedResponse = (
  contract: Pick<Contract, 'soapVersion' | 'types' | 'unknownElements'>,
  { output, faults, outputHeaders }: Pick<SoapOperation, 'output' | 'faults' | 'outputHeaders'>,
  understood: ReadonlySet<string> = new Set(),
): ExpectedResponse => ({
  version: contract.soapVersion,
  output,
  faults,
  headers: outputHeaders,
  understood,
  rules: contract,
});

/**
 * Reads a response: one Envelope with one Body. The Body contains one element: the expected reply or a Fault. Header
 * blocks of `expected.understood` are added to `blocks`.
 *
 *     …<soap:Body><GetLoansResponse><RC>0</RC>…       →  { kind: 'reply', reply: { RC: 0, … } }
 *     …<soap:Body><soap:Fault>…<CODE>PRS-503</CODE>…  →  { kind: 'fault', side: 'receiver', name: 'PRSFault',
 *                                                          detail: { CODE: 'PRS-503' }, … }
 *
 * @throws {InvalidXml} The document is anything else.
 */
export function readEnvelope(
  text: string,
  expected: ExpectedResponse,
  bounds: XmlBounds,
  blocks: XmlTree[] = [],
): SoapResponse {
  let response: SoapResponse | undefined;
  const uri = envelopeNamespaces[expected.version];
  readXml(
    text,
    (tag) => {
      if (tag.local !== 'Envelope' || tag.uri !== uri) {
        throw new UnexpectedXml(`no Envelope of SOAP ${expected.version}`);
      }
      return envelopeDecoder(expected, blocks, (result) => {
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

/** Reads an optional Header and then exactly one Body. */
function envelopeDecoder(expected: ExpectedResponse, blocks: XmlTree[], sink: ResponseSink): ElementDecoder {
  const uri = envelopeNamespaces[expected.version];
  const headers: Record<string, unknown> = {};
  let seen: 'nothing' | 'header' | 'body' = 'nothing';
  return {
    name: 'Envelope',
    index: 0,
    open(tag) {
      if (isNamed(tag, 'Header', uri) && seen === 'nothing') {
        seen = 'header';
        return headerDecoder(expected, headers, blocks);
      }
      if (!isNamed(tag, 'Body', uri) || seen === 'body') {
        throw new UnexpectedXml('not a Header and one Body');
      }
      seen = 'body';
      const withHeaders: ResponseSink = (response) =>
        sink(response.kind === 'reply' ? { ...response, headers } : response);
      return bodyDecoder(expected, expected.headers.length > 0 ? withHeaders : sink);
    },
    text: blankOnly,
    close() {
      if (seen !== 'body') {
        throw new UnexpectedXml('no Body');
      }
    },
  };
}

/**
 * Reads the blocks of a Header that the contract or a plug-in declares, and ignores the others. Rejects an unknown
 * block that has `mustUnderstand`.
 */
function headerDecoder(
  { version, headers: declared, understood, rules }: ExpectedResponse,
  headers: Record<string, unknown>,
  blocks: XmlTree[],
): ElementDecoder {
  return {
    name: 'Header',
    index: 0,
    open(tag) {
      const block = declared.find(({ name, namespace }) => isNamed(tag, name, namespace));
      if (block !== undefined) {
        const own = { ...tag, attributes: tag.attributes.filter((attribute) => !isOfSoap(attribute.uri)) };
        return openMessage(
          block,
          own,
          (value) => {
            headers[block.name] = value;
          },
          rules,
        );
      }
      if (understood.has(`{${tag.uri}}${tag.local}`)) {
        return treeDecoder(tag, 0, (tree) => blocks.push(tree));
      }
      if (mustUnderstand(tag, envelopeNamespaces[version])) {
        throw new UnexpectedXml('a block that must be understood');
      }
      return skipElement('block');
    },
    text: blankOnly,
    close() {},
  };
}

const isOfSoap = (uri: string): boolean => Object.values<string>(envelopeNamespaces).includes(uri);

function mustUnderstand(tag: Tag, uri: string): boolean {
  const attribute = tag.attributes.find((candidate) => isNamed(candidate, 'mustUnderstand', uri));
  return attribute !== undefined && attribute.value !== '0' && attribute.value !== 'false';
}

function bodyDecoder(expected: ExpectedResponse, sink: ResponseSink): ElementDecoder {
  const { output, version, rules } = expected;
  let isFull = false;
  return {
    name: 'Body',
    index: 0,
    open(tag) {
      if (isFull) {
        throw new UnexpectedXml('more than one element');
      }
      isFull = true;
      if (output !== null && isNamed(tag, output.name, output.namespace)) {
        return openMessage(output, tag, (reply) => sink({ kind: 'reply', reply }), rules);
      }
      if (isNamed(tag, 'Fault', envelopeNamespaces[version])) {
        return faultDecoder(version, expected.faults, rules, sink);
      }
      throw new UnexpectedXml(`neither ${output?.name ?? 'empty'} nor a Fault`);
    },
    text: blankOnly,
    close() {
      if (!isFull && output !== null) {
        throw new UnexpectedXml('empty');
      }
      if (!isFull) {
        sink({ kind: 'reply', reply: null });
      }
    },
  };
}
