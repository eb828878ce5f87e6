import { SaxesParser } from 'saxes';

/** An element with its namespaces resolved. Attributes are by `{namespace}name`, or by the name alone. */
export interface XmlTree {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlTree[];
  /** The text between the children. */
  readonly text: string;
}

interface OpenTree extends XmlTree {
  readonly children: XmlTree[];
  text: string;
}

const XMLNS = 'http://www.w3.org/2000/xmlns/';

/** The root of a document. @throws Error if it is not well-formed */
export function xmlTree(xml: string): XmlTree {
  const open: OpenTree[] = [];
  let root: XmlTree | null = null;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    const named = Object.values(attributes)
      .filter((attribute) => attribute.uri !== XMLNS)
      .map((attribute) => [
        attribute.uri === '' ? attribute.local : `{${attribute.uri}}${attribute.local}`,
        attribute.value,
      ]);
    const element = {
      name: local,
      namespace: uri,
      attributes: Object.fromEntries(named),
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const read = (text: string): void => {
    const element = open.at(-1);
    if (element !== undefined) {
      element.text += text;
    }
  };
  parser.on('text', read);
  parser.on('cdata', read);
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml).close();
  if (root === null) {
    throw new Error('no root');
  }
  return root;
}

/** The first element that a path of names leads to, from the element's children on; null where there is none. */
export function at(element: XmlTree, ...path: readonly string[]): XmlTree | null {
  let found: XmlTree | null = element;
  for (const name of path) {
    found = found?.children.find((child) => child.name === name) ?? null;
  }
  return found;
}

/** All elements below with one of these names, in the order of the document. */
export function allNamed(element: XmlTree, name: string): XmlTree[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...allNamed(child, name),
  ]);
}

/** The text at a path; null if it is missing or nil. */
export function textAt(element: XmlTree, ...path: readonly string[]): string | null {
  const found = at(element, ...path);
  return found === null || isNil(found) ? null : found.text;
}

export const isNil = ({ attributes }: XmlTree): boolean =>
  /^(?:true|1)$/.test(attributes['{http://www.w3.org/2001/XMLSchema-instance}nil'] ?? '');
