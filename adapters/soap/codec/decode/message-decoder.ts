import type { TypesByName } from '../../contract/contract-types.ts';
import type { Leaf } from '../../contract/particles.ts';
import type { ElementDecoder } from '../read-xml.ts';
import type { Tag } from '../xml-names.ts';

export interface DecodeRules {
  readonly unknownElements: 'refused' | 'skipped';
  /** The types that the document may name with `xsi:type`. */
  readonly types: TypesByName;
  /** The bytes of attachments (XOP), by their content ids. An attachment is removed when its bytes are used. */
  readonly attachments?: Map<string, Uint8Array>;
}

/**
 * Receives the value of an element: an object for a complex type, an array for a list type. A nil element gives null,
 * or an object if it has attributes.
 */
export interface ValueReceiver {
  take(leaf: Leaf, value: unknown): void;
}

/** Decodes one message. The decoders of its elements get the decoders of their child elements from `openLeaf`. */
export interface MessageDecoder {
  readonly rules: DecodeRules;
  /** `index` is the position, from 1, of an element that may be repeated; 0 for any other element. */
  openLeaf(leaf: Leaf, tag: Tag, index: number, owner: ValueReceiver): ElementDecoder;
}
