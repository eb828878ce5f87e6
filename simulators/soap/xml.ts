import { type SaxesAttributeNS, SaxesParser } from 'saxes';

/** An element of a WSDL or of a request. */
export interface XmlElement {
  readonly uri: string;
  readonly local: string;
  /** By local name, or in Clark notation if qualified. Without declarations of namespaces. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside. */
  readonly text: string;
  /** The namespaces that prefixes stand for here; the default one under an empty prefix. */
  readonly namespaces: ReadonlyMap<string, string>;
}

/** A document, as far as it could be read. */
export interface XmlDocument {
  /** Null if not even the root begins. */
  readonly root: XmlElement | null;
  /** Why reading stopped; null if it did not. The elements that were open are incomplete then. */
  readonly problem: string | null;
}

/** A qualified name in Clark notation, `{uri}local`, which this folder uses. */
export const clark = (uri: string, local: string): string => `{${uri}}${local}`;

/** No WSDL is deeper than 10, and no request is deeper than 6. */
const MAX_DEPTH = 32;
const XMLNS = 'http://www.w3.org/2000/xmlns/';

/** The document is not well-formed, or SOAP forbids what is in it. */
class UnacceptableXml extends Error {}

/** An element that is being read. */
interface OpenElement extends XmlElement {
  readonly children: OpenElement[];
  text: string;
}

/**
 * Reads a document into a tree. It stops at what is not well-formed in XML 1.0 with namespaces, and at what SOAP forbids: document
 * types, processing instructions, another encoding than UTF-8. It also stops below 32 levels. The caller bounds the length.
 */
export function readXml(text: string): XmlDocument {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: OpenElement[] = [];
  let root: OpenElement | null = null;
  const refuse = (problem: string): never => {
    throw new UnacceptableXml(problem);
  };
  parser.on('error', ({ message }) => refuse(message));
  parser.on('doctype', () => refuse('a document type declaration'));
  parser.on('processinginstruction', () => refuse('a processing instruction'));
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== '1.0') {
      refuse('not XML 1.0');
    }
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') {
      refuse('the document does not declare UTF-8');
    }
  });
  parser.on('opentag', ({ uri, local, attributes }) => {
    if (open.length >= MAX_DEPTH) {
      refuse(`elements deeper than ${MAX_DEPTH}`);
    }
    const parent = open.at(-1);
    const written = sorted(Object.values(attributes), parent?.namespaces ?? none);
    const element: OpenElement = { uri, local, children: [], text: '', ...written };
    parent?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const addText = (chunk: string) => {
    const element = open.at(-1);
    if (element !== undefined) {
      element.text += chunk;
    }
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => open.pop());
  try {
    parser.write(text).close();
  } catch (error) {
    if (!(error instanceof UnacceptableXml)) {
      throw error;
    }
    return { root, problem: error.message };
  }
  return { root, problem: null };
}

const none: ReadonlyMap<string, string> = new Map();

/** Separates the attributes of a tag from its declarations of namespaces, which it adds to the `outer` ones. */
function sorted(
  written: readonly SaxesAttributeNS[],
  outer: ReadonlyMap<string, string>,
): Pick<XmlElement, 'attributes' | 'namespaces'> {
  if (written.length === 0) {
    return { attributes: none, namespaces: outer };
  }
  const attributes = new Map<string, string>();
  const declared: [prefix: string, uri: string][] = [];
  for (const { uri, prefix, local, value } of written) {
    if (uri !== XMLNS) {
      attributes.set(uri === '' ? local : clark(uri, local), value);
    } else if (value === value.trim()) {
      declared.push([prefix === '' ? '' : local, value]);
    } else {
      // saxes would trim it, and take it for another namespace.
      throw new UnacceptableXml('white space around the name of a namespace');
    }
  }
  return { attributes, namespaces: declared.length === 0 ? outer : new Map([...outer, ...declared]) };
}

/** Resolves a prefixed name at this element to Clark notation. */
export function qualify({ namespaces }: XmlElement, name: string): string {
  const [prefix, local] = name.includes(':') ? name.split(':') : ['', name];
  const uri = namespaces.get(prefix ?? '');
  if (uri === undefined && prefix !== '') {
    throw new Error(`prefix of ${name} is not declared`);
  }
  return clark(uri ?? '', local ?? '');
}

/** The children with this qualified name, in document order. */
export function childrenOf(element: XmlElement, uri: string, local: string): XmlElement[] {
  return element.children.filter((child) => child.uri === uri && child.local === local);
}

/** The only child with this name. @throws Error if there is none, or more than one. */
export function onlyChild(element: XmlElement, uri: string, local: string): XmlElement {
  const [found, another] = childrenOf(element, uri, local);
  if (found === undefined) {
    throw new Error(`${element.local} has no ${local}`);
  }
  if (another !== undefined) {
    throw new Error(`${element.local} has more than one ${local}`);
  }
  return found;
}

/** The value of a required attribute. @throws Error if it is missing. */
export function attribute(element: XmlElement, name: string): string {
  const value = element.attributes.get(name);
  if (value === undefined) {
    throw new Error(`${element.local} has no attribute ${name}`);
  }
  return value;
}
