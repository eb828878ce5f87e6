import { scanMarkup } from './markup.ts';
import { UnexpectedXml } from './unexpected-xml.ts';
import type { Tag } from './xml-names.ts';

/**
 * Decodes one open element while the document is scanned. It receives the element's content, and passes on the value
 * when the element is closed.
 */
export interface ElementDecoder {
  /** The name in the contract, for messages. A message never contains a name that only the document has. */
  readonly name: string;
  /** The position, from 1, of an element that may be repeated; 0 for any other element. */
  readonly index: number;
  /** The decoder of a child element. Throws `UnexpectedXml` if the element is not allowed here. */
  open(tag: Tag): ElementDecoder;
  text(text: string): void;
  close(): void;
  /**
   * Takes a child element that contains only text, in a single call. Returns null if the child needs no decoder of its
   * own. Otherwise returns the child's decoder: the caller must pass the text to it. Without this method, every child
   * goes to `open`.
   */
  leaf?(tag: Tag, text: string): ElementDecoder | null;
}

/**
 * The document is not the expected one. The message gives the element path and the reason, but never a value. For
 * example, `Envelope/Body/GetLoansResponse/Loan[2]/DueOn: not a Day`.
 */
export class InvalidXml extends Error {
  override readonly name = 'InvalidXml';
}

export interface XmlBounds {
  /** Maximum depth of nested elements. The root has depth 1. */
  readonly maxDepth: number;
  readonly maxElements: number;
}

export const isBlank = (text: string): boolean => !/[^ \t\r\n]/.test(text);

/**
 * Scans a document and passes its elements to decoders. `open` returns the decoder of the root element. Each decoder
 * returns the decoders of its child elements.
 *
 * @throws {InvalidXml} The document is not well-formed, exceeds a bound, or a decoder rejects it.
 */
export function readXml(text: string, open: (tag: Tag) => ElementDecoder, bounds: XmlBounds): void {
  const stack: ElementDecoder[] = [];
  let top: ElementDecoder | undefined;
  let elements = 0;
  const count = () => {
    elements += 1;
    if (elements > bounds.maxElements) {
      throw new UnexpectedXml(`more than ${bounds.maxElements} elements`);
    }
    if (stack.length >= bounds.maxDepth) {
      throw new UnexpectedXml(`more than ${bounds.maxDepth} levels`);
    }
  };
  try {
    scanMarkup(text, {
      open(tag) {
        count();
        top = top === undefined ? open(tag) : top.open(tag);
        stack.push(top);
      },
      text(chunk) {
        top?.text(chunk);
      },
      close() {
        // The element stays on the stack while it is closed, so that the path of an error includes it.
        top?.close();
        stack.pop();
        top = stack.at(-1);
      },
      leaf(tag, content) {
        count();
        const decoder = top?.leaf === undefined ? (top?.open(tag) ?? open(tag)) : top.leaf(tag, content);
        if (decoder !== null) {
          stack.push(decoder);
          decoder.text(content);
          decoder.close();
          stack.pop();
        }
      },
    });
  } catch (error) {
    if (!(error instanceof UnexpectedXml)) {
      throw error;
    }
    const path = stack.map(({ name, index }) => (index === 0 ? name : `${name}[${index}]`)).join('/');
    throw new InvalidXml(path === '' ? error.message : `${path}: ${error.message}`);
  }
}
