import { SaxesParser } from 'saxes';
import { pick } from '../random.ts';

/** An element as it is written, with its prefixes. */
interface Node {
  readonly name: string;
  readonly attributes: [name: string, value: string][];
  children: (Node | string)[];
}

/** Changes one place of a message below its root. The result is well-formed, and may still be valid. */
export function damaged(xml: string, random: () => number): string {
  const root = parse(xml);
  const all = elementsIn(root);
  const node = pick(random, all);
  pick(random, damages)(node, all, random);
  return print(root);
}

type Damage = (node: Node, all: readonly Node[], random: () => number) => void;

const texts = [
  '',
  ' ',
  'x',
  '0',
  '-1',
  '7',
  '99999999999999999999',
  'true',
  '2026-02-30',
  '2026-01-01',
  'a b',
  'é',
];

const damages: readonly Damage[] = [
  // A child is dropped, doubled, moved or copied from elsewhere.
  (node, _all, random) => {
    node.children.splice(Math.floor(random() * node.children.length), 1);
  },
  (node, _all, random) => {
    const at = Math.floor(random() * node.children.length);
    node.children.splice(at, 0, ...node.children.slice(at, at + 1));
  },
  (node, _all, random) => {
    const [moved] = node.children.splice(Math.floor(random() * node.children.length), 1);
    if (moved !== undefined) {
      node.children.splice(Math.floor(random() * (node.children.length + 1)), 0, moved);
    }
  },
  (node, all, random) => {
    const copy = pick(random, all);
    if (!elementsIn(copy).includes(node)) {
      node.children.splice(Math.floor(random() * (node.children.length + 1)), 0, copy);
    }
  },
  (node, _all, random) => {
    node.children.push({ name: 'unknown', attributes: [], children: [pick(random, texts)] });
  },
  // A text is changed, or text stands among elements.
  (node, _all, random) => {
    node.children = [pick(random, texts)];
  },
  (node, _all, random) => {
    const isText = node.children.every((child) => typeof child === 'string');
    node.children.push(isText ? '7' : pick(random, texts));
  },
  // Attributes are dropped, changed or added.
  (node, _all, random) => {
    node.attributes.splice(Math.floor(random() * node.attributes.length), 1);
  },
  (node, _all, random) => {
    const attribute = node.attributes.length === 0 ? undefined : pick(random, node.attributes);
    if (attribute !== undefined && !attribute[0].startsWith('xmlns')) {
      attribute[1] = pick(random, texts);
    }
  },
  (node) => {
    node.attributes.push(['unknown', 'x']);
  },
  (node) => {
    if (!node.attributes.some(([name]) => name === 'xsi:nil')) {
      node.attributes.push(['xsi:nil', 'true']);
      node.children = [];
    }
  },
];

function parse(xml: string): Node {
  const parser = new SaxesParser();
  const outermost: Node = { name: '', attributes: [], children: [] };
  const open = [outermost];
  parser.on('opentag', ({ name, attributes }) => {
    const node: Node = { name, attributes: Object.entries(attributes), children: [] };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on('text', (text) => open.at(-1)?.children.push(text));
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  const root = outermost.children.find((child) => typeof child !== 'string');
  if (root === undefined) {
    throw new Error('no root');
  }
  return root;
}

const elementsIn = (node: Node): Node[] => [
  node,
  ...node.children.flatMap((child) => (typeof child === 'string' ? [] : elementsIn(child))),
];

function print({ name, attributes, children }: Node): string {
  const written = attributes.map(([key, value]) => ` ${key}="${escaped(value)}"`).join('');
  const inside = children
    .map((child) => (typeof child === 'string' ? escaped(child) : print(child)))
    .join('');
  return `<${name}${written}>${inside}</${name}>`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
