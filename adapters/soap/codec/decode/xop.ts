import type { SimpleType } from '../../contract/contract-types.ts';
import { writeBase64 } from '../../contract/simple/binary.ts';
import { UnexpectedXml } from '../unexpected-xml.ts';
import type { Tag } from '../xml-names.ts';
import type { DecodeRules } from './message-decoder.ts';

const XOP = 'http://www.w3.org/2004/08/xop/include';

/**
 * The base64 text of the attachment that an `xop:Include` names. Only base64 values may contain an `xop:Include`. Each
 * attachment is used once, so that a small answer can't become a large value.
 *
 * @throws UnexpectedXml for any other element, and for an attachment that is not there.
 */
export function includedText(type: SimpleType | null, tag: Tag, { attachments }: DecodeRules): string {
  const isBinary = type?.kind === 'atomic' && type.primitive === 'base64Binary';
  if (!isBinary || tag.local !== 'Include' || tag.uri !== XOP) {
    throw new UnexpectedXml('an element inside text');
  }
  const href = tag.attributes.find(({ local, uri }) => local === 'href' && uri === '')?.value ?? '';
  const id = decodedId(href.slice(4));
  const bytes = href.startsWith('cid:') ? attachments?.get(id) : undefined;
  if (bytes === undefined) {
    throw new UnexpectedXml('an attachment that did not come, or that was taken before');
  }
  attachments?.delete(id);
  return writeBase64(bytes);
}

/** Decodes the percent escapes of a content id in an address. A text with a malformed escape stays unchanged. */
function decodedId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
