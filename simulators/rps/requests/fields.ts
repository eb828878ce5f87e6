/**
 * Reads requests to RPS after the schema has accepted them. Elements with `xsi:nil` are kept, unlike in requests for
 * `soap/fields.ts`.
 */
import { collapse } from '../../soap/simple-types.ts';
import { optionalAttribute, type XmlElement, XSI } from '../../soap/xml.ts';

export const isNil = (element: XmlElement): boolean =>
  ['true', '1'].includes(collapse(optionalAttribute(element, 'nil', XSI) ?? ''));

/** Returns the child with this local name. Null if it is missing or nil. */
export function child(parent: XmlElement, local: string): XmlElement | null {
  const found = parent.children.find((one) => one.local === local);
  return found === undefined || isNil(found) ? null : found;
}

/** Returns the text of a child. Null if it is missing or nil. */
export const optionalText = (parent: XmlElement, local: string): string | null =>
  child(parent, local)?.text ?? null;

/** Returns the text of a child that the schema requires. */
export const text = (parent: XmlElement, local: string): string => optionalText(parent, local) ?? '';

/** Returns the items of an array, including nil items. A missing or nil array has none. */
export const items = (parent: XmlElement, local: string): readonly XmlElement[] =>
  child(parent, local)?.children ?? [];

/** Returns an amount of money, in cents. */
export const cents = (parent: XmlElement, local: string): number =>
  Number(collapse(text(parent, local)).replace('.', ''));
