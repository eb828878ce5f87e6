import type { TypesByName } from '../../contract/contract-types.ts';
import type { Leaf } from '../../contract/particles.ts';
import type { ElementDecoder } from '../read-xml.ts';
import type { Tag } from '../xml-names.ts';

/** The rules for decoding a message, besides the message's root. */
export interface DecodeRules {
  readonly unknownElements: 'refused' | 'skipped';
  /** The types that the document may name with `xsi:type`. */
  readonly types: TypesByName;
  /** The bytes of attachments (XOP), by their content ids. The decoder removes each one when it uses it. */
  readonly attachments?: Map<string, Uint8Array>;
}

/** Receives the value of an element. A complex type gives an object, a list type an array, and a nil element null. */
export interface ValueReceiver {
  take(leaf: Leaf, value: unknown): void;
}

/** Decodes one message. The decoders of elements get the decoders of their children from it. */
export interface MessageDecoder {
  readonly rules: DecodeRules;
  /** `index` is the position, from 1, of an element that may be repeated. Otherwise 0. */
  openLeaf(leaf: Leaf, tag: Tag, index: number, owner: ValueReceiver): ElementDecoder;
}
