import { SaxesParser } from 'saxes';

/** An element of a small XML document that is read at once. For WSDLs at start, not for requests. */
export interface XmlTree {
  readonly uri: string;
  readonly local: string;
  /** Unqualified attributes by name. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlTree[];
  /** Resolves a prefixed name at this element to `{uri}local`. */
  readonly qualify: (name: string) => string;
}

/** A qualified name in Clark notation, `{uri}local`, which this folder uses. */
export const clark = (uri: string, local: string): string => `{${uri}}${local}`;

/** Reads a trusted document into a tree. @throws saxes' Error if it is not well-formed. */
export function readTree(xml: string): XmlTree {
  const parser = new SaxesParser({ xmlns: true });
  const root: XmlTree = { uri: '', local: '', attributes: new Map(), children: [], qualify: (name) => name };
  const open: { tree: XmlTree; scope: ReadonlyMap<string, string> }[] = [{ tree: root, scope: new Map() }];
  parser.on('opentag', (tag) => {
    const parent = open.at(-1);
    if (parent === undefined) {
      throw new Error(`element ${tag.name} after the end`);
    }
    const scope = new Map([...parent.scope, ...Object.entries(tag.ns)]);
    const attributes = Object.values(tag.attributes).filter(({ uri }) => uri === '');
    const tree: XmlTree = {
      uri: tag.uri,
      local: tag.local,
      attributes: new Map(attributes.map(({ local, value }) => [local, value])),
      children: [],
      qualify: (name) => qualify(name, scope),
    };
    parent.tree.children.push(tree);
    open.push({ tree, scope });
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml).close();
  const [top] = root.children;
  if (top === undefined) {
    throw new Error('a document without an element');
  }
  return top;
}

function qualify(name: string, scope: ReadonlyMap<string, string>): string {
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  const uri = scope.get(prefix);
  if (uri === undefined && prefix !== '') {
    throw new Error(`prefix of ${name} is not declared`);
  }
  return clark(uri ?? '', name.slice(colon + 1));
}

/** The children with this qualified name, in document order. */
export function childrenOf(tree: XmlTree, uri: string, local: string): XmlTree[] {
  return tree.children.filter((child) => child.uri === uri && child.local === local);
}

/** The only child with this name. @throws Error if there is none, or more than one. */
export function onlyChild(tree: XmlTree, uri: string, local: string): XmlTree {
  const [found, another] = childrenOf(tree, uri, local);
  if (found === undefined) {
    throw new Error(`${tree.local} has no ${local}`);
  }
  if (another !== undefined) {
    throw new Error(`${tree.local} has more than one ${local}`);
  }
  return found;
}

/** The value of a required attribute. @throws Error if it is missing. */
export function attribute(tree: XmlTree, name: string): string {
  const value = tree.attributes.get(name);
  if (value === undefined) {
    throw new Error(`${tree.local} has no attribute ${name}`);
  }
  return value;
}
