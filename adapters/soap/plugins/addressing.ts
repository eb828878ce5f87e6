import { escapeText } from '../codec/encode/escape.ts';
import { UnexpectedXml } from '../codec/unexpected-xml.ts';
import type { XmlTree } from '../contract/contract-types.ts';
import type { MessagePlugin } from './message-plugin.ts';

const WSA = 'http://www.w3.org/2005/08/addressing';
const named = (name: string): string => `{${WSA}}${name}`;

export interface AddressingSource {
  readonly randomUuid: () => string;
  /** The address that the system expects in `To`. By default the address of the request. */
  readonly to?: string;
}

/**
 * WS-Addressing 1.0 (SOAP Binding, W3C 2006): action, message id, destination. The answer must relate to the request.
 * If the contract declares the reply's action, a reply must have this action.
 */
export function wsAddressing({ randomUuid, to }: AddressingSource): MessagePlugin {
  return {
    understands: ['Action', 'MessageID', 'To', 'From', 'RelatesTo', 'ReplyTo', 'FaultTo'].map(named),
    begin({ operation, address }) {
      const id = `urn:uuid:${randomUuid()}`;
      const block = (name: string, content: string) =>
        `<wsa:${name} xmlns:wsa="${WSA}" soap:mustUnderstand="true">${content}</wsa:${name}>`;
      return {
        headerBlocks:
          block('Action', escapeText(operation.soapAction)) +
          block('MessageID', id) +
          block('To', escapeText(to ?? address.href)),
        check(blocks, response) {
          const [relatesTo, another] = textsOf(blocks, 'RelatesTo');
          if (another !== undefined || relatesTo !== id) {
            throw new UnexpectedXml('it does not relate to the request');
          }
          const [action] = textsOf(blocks, 'Action');
          if (
            response.kind === 'reply' &&
            operation.replyAction !== null &&
            action !== operation.replyAction
          ) {
            throw new UnexpectedXml("it does not have the reply's action");
          }
        },
      };
    },
  };
}

const textsOf = (blocks: readonly XmlTree[], name: string): string[] =>
  blocks
    .filter((block) => block.name === named(name))
    .map(({ children }) =>
      children
        .filter((child) => typeof child === 'string')
        .join('')
        .trim(),
    );
