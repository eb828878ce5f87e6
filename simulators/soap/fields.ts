/** Reads the content of valid elements (`validElement`) of a request. */
import { InvalidRequest } from './invalid-request.ts';
import type { XmlElement } from './xml.ts';

/** Returns the children with this local name, in order. */
export const all = (element: XmlElement, local: string): XmlElement[] =>
  element.children.filter((child) => child.local === local);

/** Returns the child with this name. Null if it is absent or `xsi:nil`. */
export const optionalChild = (element: XmlElement, local: string): XmlElement | null =>
  element.children.find((one) => one.local === local) ?? null;

/** Returns the child with this name. @throws Error if it is absent. The schema must require the child. */
export function child(element: XmlElement, local: string): XmlElement {
  const found = optionalChild(element, local);
  if (found === null) {
    throw new Error(`${element.local} without ${local} got past the schema`);
  }
  return found;
}

/** Returns the text of a required child. */
export const text = (element: XmlElement, local: string): string => child(element, local).text;

/** Returns the text of a child. Null if it is absent or `xsi:nil`. */
export const optionalText = (element: XmlElement, local: string): string | null =>
  optionalChild(element, local)?.text ?? null;

export const texts = (element: XmlElement, local: string): string[] =>
  all(element, local).map((one) => one.text);

/** Returns an `xsd:int` or `xsd:long`, exact up to 2^53. The schema has already checked its form. */
export const int = (element: XmlElement, local: string): number => Number(text(element, local));

/** Returns an `xsd:boolean`. */
export function flag(element: XmlElement, local: string): boolean {
  const value = text(element, local);
  return value === 'true' || value === '1';
}

/**
 * Returns the number of rows that the request asks for.
 * @throws InvalidRequest unless it is 1 to 500. The vendors have no special error code for this.
 */
export function rowLimit(element: XmlElement, local: string): number {
  const limit = int(element, local);
  if (limit < 1 || limit > 500) {
    throw new InvalidRequest('body', `${local} is not within 1 to 500`);
  }
  return limit;
}
