/** An element of a request as it was read: the table has accepted it, white space is treated. */
export interface RequestElement {
  readonly uri: string;
  readonly local: string;
  /** By `{uri}local`, or `local` where the attribute is unqualified. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: RequestElement[];
  text: string;
  nil: boolean;
}

/** The children of that local name, in order. */
export const all = (element: RequestElement, local: string): RequestElement[] =>
  element.children.filter((child) => child.local === local);

/** The one child of that name; throws where the schema let it be absent. */
export function child(element: RequestElement, local: string): RequestElement {
  const found = element.children.find((one) => one.local === local);
  if (found === undefined) {
    throw new Error(`${element.local} without ${local} got past the schema`);
  }
  return found;
}

/** Null where the element is absent or `xsi:nil`. */
export function optionalChild(element: RequestElement, local: string): RequestElement | null {
  const found = element.children.find((one) => one.local === local);
  return found === undefined || found.nil ? null : found;
}

/** The text of a required child. */
export const text = (element: RequestElement, local: string): string => child(element, local).text;

/** The text of a child, null where it is absent or `xsi:nil`. */
export const optionalText = (element: RequestElement, local: string): string | null =>
  optionalChild(element, local)?.text ?? null;

/** The texts of a repeated child. */
export const texts = (element: RequestElement, local: string): string[] =>
  all(element, local).map((one) => one.text);

/** An `xsd:int` or `xsd:long`; the table has checked its form. Exact up to 2^53. */
export const int = (element: RequestElement, local: string): number => Number(text(element, local));

/** An `xsd:boolean`. */
export function flag(element: RequestElement, local: string): boolean {
  const value = text(element, local);
  return value === 'true' || value === '1';
}
