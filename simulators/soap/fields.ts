/** What the elements of a valid request contain (`validElement`). */
import { InvalidRequest } from './invalid-request.ts';
import type { XmlElement } from './xml.ts';

/** The children with this local name, in order. */
export const all = (element: XmlElement, local: string): XmlElement[] =>
  element.children.filter((child) => child.local === local);

/** Null if the element is absent or `xsi:nil`. */
export const optionalChild = (element: XmlElement, local: string): XmlElement | null =>
  element.children.find((one) => one.local === local) ?? null;

/** The child with this name. @throws Error if it is absent, which the schema must not allow. */
export function child(element: XmlElement, local: string): XmlElement {
  const found = optionalChild(element, local);
  if (found === null) {
    throw new Error(`${element.local} without ${local} got past the schema`);
  }
  return found;
}

/** The text of a required child. */
export const text = (element: XmlElement, local: string): string => child(element, local).text;

/** The text of a child. Null if it is absent or `xsi:nil`. */
export const optionalText = (element: XmlElement, local: string): string | null =>
  optionalChild(element, local)?.text ?? null;

/** The texts of a repeated child. */
export const texts = (element: XmlElement, local: string): string[] =>
  all(element, local).map((one) => one.text);

/** An `xsd:int` or `xsd:long`, exact up to 2^53. The schema has checked its form. */
export const int = (element: XmlElement, local: string): number => Number(text(element, local));

/** An `xsd:boolean`. */
export function flag(element: XmlElement, local: string): boolean {
  const value = text(element, local);
  return value === 'true' || value === '1';
}

/** The limit of a page, 1 to 500. The vendors have no code of their own for another value: such a request is invalid. */
export function rowLimit(element: XmlElement, local: string): number {
  const limit = int(element, local);
  if (limit < 1 || limit > 500) {
    throw new InvalidRequest('body', `${local} is not within 1 to 500`);
  }
  return limit;
}
