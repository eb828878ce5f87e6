import { scanMarkup, UnexpectedXml } from './markup.ts';
import type { Tag } from './xml-names.ts';

/** An open element while a document is read: it is told what comes inside it, and hands its value to who opened it. */
export interface ElementReader {
  /** As in the contract; never a name that only the document knows. */
  readonly name: string;
  /** From 1 where the element may be repeated, else 0. */
  readonly index: number;
  /** Throws `UnexpectedXml` where the element has no place here. */
  open(tag: Tag): ElementReader;
  text(text: string): void;
  close(): void;
}

/** Not the document that was wanted. The message says where, by element path, and why; never a value. */
export class InvalidXml extends Error {
  override readonly name = 'InvalidXml';
}

export interface XmlBounds {
  /** Of elements in elements. */
  readonly maxDepth: number;
  readonly maxElements: number;
}

export const isBlank = (text: string): boolean => !/[^ \t\r\n]/.test(text);

/** Reads a document as `scanMarkup` does, its root by what `open` gives. Throws `InvalidXml`. */
export function readXml(text: string, open: (tag: Tag) => ElementReader, bounds: XmlBounds): void {
  const stack: ElementReader[] = [];
  let top: ElementReader | undefined;
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
        // It stays on the stack while it closes, so that what it throws is told with its path.
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
