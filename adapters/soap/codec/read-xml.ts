import { scanMarkup } from './markup.ts';
import { UnexpectedXml } from './unexpected-xml.ts';
import type { Tag } from './xml-names.ts';

/** Decodes one open element while a document is scanned: receives its content, and passes on its value when it is closed. */
export interface ElementDecoder {
  /** The name in the contract, for messages. Never a name that only the document has. */
  readonly name: string;
  /** The position from 1 if the element may be repeated, otherwise 0. */
  readonly index: number;
  /** The decoder of a child element. Throws `UnexpectedXml` if no such element is allowed here. */
  open(tag: Tag): ElementDecoder;
  text(text: string): void;
  close(): void;
}

/**
 * The document is not the expected one. The message says where, by element path, and why; never a value. For example
 * `Envelope/Body/GetLoansResponse/Loan[2]/DueOn: not a Day`.
 */
export class InvalidXml extends Error {
  override readonly name = 'InvalidXml';
}

export interface XmlBounds {
  /** Depth of nested elements; the root is the first. */
  readonly maxDepth: number;
  readonly maxElements: number;
}

export const isBlank = (text: string): boolean => !/[^ \t\r\n]/.test(text);

/**
 * Scans a document and passes it to decoders: the root element to the one that `open` returns, and each child to the one
 * that its parent's `open` returns.
 *
 * @throws {InvalidXml} The document is not well-formed, exceeds a bound, or a decoder rejects it.
 */
export function readXml(text: string, open: (tag: Tag) => ElementDecoder, bounds: XmlBounds): void {
  const stack: ElementDecoder[] = [];
  let top: ElementDecoder | undefined;
  let elements = 0;
  try {
    scanMarkup(text, {
      open(tag) {
        elements += 1;
        if (elements > bounds.maxElements) {
          throw new UnexpectedXml(`more than ${bounds.maxElements} elements`);
        }
        if (stack.length >= bounds.maxDepth) {
          throw new UnexpectedXml(`more than ${bounds.maxDepth} levels`);
        }
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
    });
  } catch (error) {
    if (!(error instanceof UnexpectedXml)) {
      throw error;
    }
    const path = stack.map(({ name, index }) => (index === 0 ? name : `${name}[${index}]`)).join('/');
    throw new InvalidXml(path === '' ? error.message : `${path}: ${error.message}`);
  }
}
