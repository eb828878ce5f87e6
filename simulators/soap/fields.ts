/** An element of a request. It is valid against the schema, and its white space is normalised. */
export interface RequestElement {
  readonly uri: string;
  readonly local: string;
  /** By `{uri}local`, or by `local` for an unqualified attribute. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: RequestElement[];
  text: string;
  nil: boolean;
}

/** The children with this local name, in order. */
export const all = (element: RequestElement, local: string): RequestElement[] =>
  element.children.filter((child) => child.local === local);

/** The child with this name. @throws Error if it is absent, which the schema must not allow. */
export function child(element: RequestElement, local: string): RequestElement {
  const found = element.children.find((one) => one.local === local);
  if (found === undefined) {
    throw new Error(`${element.local} without ${local} got past the schema`);
  }
  return found;
}

/** Null if the element is absent or `xsi:nil`. */
export function optionalChild(element: RequestElement, local: string): RequestElement | null {
  const found = element.children.find((one) => one.local === local);
  return found === undefined || found.nil ? null : found;
}

/** The text of a required child. */
export const text = (element: RequestElement, local: string): string => child(element, local).text;

/** The text of a child. Null if it is absent or `xsi:nil`. */
export const optionalText = (element: RequestElement, local: string): string | null =>
  optionalChild(element, local)?.text ?? null;

/** The texts of a repeated child. */
export const texts = (element: RequestElement, local: string): string[] =>
  all(element, local).map((one) => one.text);

/** An `xsd:int` or `xsd:long`, exact up to 2^53. The schema has checked its form. */
export const int = (element: RequestElement, local: string): number => Number(text(element, local));

/** An `xsd:boolean`. */
export function flag(element: RequestElement, local: string): boolean {
  const value = text(element, local);
  return value === 'true' || value === '1';
}
