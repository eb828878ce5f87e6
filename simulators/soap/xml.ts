import { SaxesParser, type SaxesTagNS, type XMLDecl } from 'saxes';

/** What `readXml` accepts. */
export interface ReadingOptions {
  /** If true, processing instructions are skipped. Otherwise they are refused, as SOAP requires. */
  readonly skipsInstructions?: boolean;
  /** Default: 32 levels. */
  readonly maxDepth?: number;
}

/** A qualified name. `uri` is its namespace, or empty if the name has none. */
interface XmlName {
  readonly uri: string;
  readonly local: string;
}

interface XmlAttribute extends XmlName {
  readonly value: string;
}

export interface XmlElement extends XmlName {
  /**
   * The attributes, without declarations of namespaces. The value of `xsi:type` is in Clark notation. That value is
   * empty if its prefix is not declared.
   */
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** All text directly inside the element. */
  readonly text: string;
}

/** A document that was read up to its end, or to the first problem. */
export interface XmlDocument {
  /** Null if the reading stopped before the root. */
  readonly root: XmlElement | null;
  /**
   * The problem that stopped the reading. Null if there was none. After a problem, an element whose end was not read is
   * incomplete.
   */
  readonly problem: string | null;
  /** The namespaces that the root declares, by prefix. */
  readonly namespaces: Readonly<Record<string, string>>;
}

/** Returns a qualified name in Clark notation, `{uri}local`. This folder uses that notation. */
export const clark = (uri: string, local: string): string => `{${uri}}${local}`;

/** The maximum depth. No WSDL is deeper than 10, and no request is deeper than 6. */
const MAX_DEPTH = 32;
const XMLNS = 'http://www.w3.org/2000/xmlns/';
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

interface OpenElement extends XmlElement {
  readonly children: OpenElement[];
  text: string;
}

/**
 * Reads a document into a tree. Stops at the first problem. Problems are XML that is not well-formed (XML 1.0 with
 * namespaces), another encoding than UTF-8, and too many levels. SOAP forbids document types and processing
 * instructions. They are problems, too, but processing instructions only without `skipsInstructions`. The caller
 * bounds the length.
 */
export function readXml(
  text: string,
  { skipsInstructions = false, maxDepth = MAX_DEPTH }: ReadingOptions = {},
): XmlDocument {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: OpenElement[] = [];
  let root: OpenElement | null = null;
  let namespaces: Readonly<Record<string, string>> = {};
  const addText = (chunk: string) => {
    const element = open.at(-1);
    if (element !== undefined) {
      element.text += chunk;
    }
  };
  // The parser must not get more than six handlers. With a seventh, V8 would store the parser's properties in a hash
  // table, and parsing would take four times as long.
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => open.pop());
  parser.on('doctype', () => refuse('a document type declaration'));
  if (!skipsInstructions) {
    parser.on('processinginstruction', () => refuse('a processing instruction'));
  }
  parser.on('opentag', (tag) => {
    const { uri, local } = tag;
    checkLocal(local);
    const element: OpenElement = {
      uri,
      local,
      attributes: attributesOf(tag, parser),
      children: [],
      text: '',
    };
    if (root === null) {
      checkDeclaration(parser.xmlDecl);
      root = element;
      namespaces = tag.ns;
    }
    if (open.length >= maxDepth) {
      refuse(`elements deeper than ${maxDepth}`);
    }
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  try {
    parser.write(text).close();
  } catch (error) {
    // An error in the XML, from saxes or from `refuse`, is a plain `Error`. An error of a subclass is a bug, so it is
    // thrown again.
    if (!(error instanceof Error) || error.constructor !== Error) {
      throw error;
    }
    return { root, namespaces, problem: error.message };
  }
  return { root, namespaces, problem: null };
}

function refuse(problem: string): never {
  throw new Error(problem);
}

function checkDeclaration({ version = '1.0', encoding = 'utf-8' }: XMLDecl): void {
  if (version !== '1.0') {
    refuse('not XML 1.0');
  }
  if (encoding.toLowerCase() !== 'utf-8') {
    refuse('the document does not declare UTF-8');
  }
}

/** Matches a name whose first character XML doesn't allow. saxes doesn't check the first character after a prefix. */
const notAtStart = /^(?:[-.0-9\u00b7\u203f\u2040]|[\u0300-\u036f])/;

function checkLocal(local: string): void {
  if (notAtStart.test(local)) {
    refuse(`${local} is not a name`);
  }
}

/** Returns the attributes of a tag without its declarations of namespaces. */
const attributesOf = ({ attributes }: SaxesTagNS, parser: SaxesParser<{ xmlns: true }>): XmlAttribute[] =>
  Object.values(attributes)
    .filter(({ uri, local, value }) => {
      checkLocal(local);
      // saxes would trim the URI of a namespace, and two different namespaces could then become the same.
      if (uri === XMLNS && value !== value.trim()) {
        refuse('white space around the name of a namespace');
      }
      return uri !== XMLNS;
    })
    .map((one) =>
      one.uri === XSI && one.local === 'type'
        ? { uri: one.uri, local: one.local, value: typeName(one.value.trim(), parser) }
        : one,
    );

/** Returns the name in Clark notation. Empty if its prefix is not declared. */
function typeName(name: string, parser: SaxesParser<{ xmlns: true }>): string {
  const [local = '', prefix = ''] = name.split(':').reverse();
  const uri = parser.resolve(prefix) ?? (prefix === '' ? '' : null);
  return uri === null ? '' : clark(uri, local);
}

/**
 * Returns a function that resolves prefixed names to Clark notation. The vendors' documents declare all prefixes at
 * their root.
 */
export function qualifier(namespaces: Readonly<Record<string, string>>): (name: string) => string {
  return (name) => {
    const [prefix = '', local = ''] = name.split(':');
    const uri = namespaces[prefix];
    if (uri === undefined) {
      throw new Error(`the prefix of ${name} is not declared at the root`);
    }
    return clark(uri, local);
  };
}

/** Returns the children with this qualified name, in document order. */
export function childrenOf(element: XmlElement, uri: string, local: string): XmlElement[] {
  return element.children.filter((child) => child.uri === uri && child.local === local);
}

/** Returns the only child with this name. @throws Error if there is none, or more than one. */
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

/** Returns the value of an attribute. Undefined if it is absent. */
export const optionalAttribute = ({ attributes }: XmlElement, local: string, uri = ''): string | undefined =>
  attributes.find((one) => one.local === local && one.uri === uri)?.value;

/** Returns the value of a required attribute without a namespace. @throws Error if it is missing. */
export function attribute(element: XmlElement, local: string): string {
  const value = optionalAttribute(element, local);
  if (value === undefined) {
    throw new Error(`${element.local} has no attribute ${local}`);
  }
  return value;
}
