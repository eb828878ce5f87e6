import fc from 'fast-check';

/** An element of a request that is damaged before it is written. */
export interface Node {
  readonly name: string;
  readonly attributes: string;
  readonly text: string;
  readonly children: readonly Node[];
}

export const leaf = (name: string, text: string): Node => ({ name, attributes: '', text, children: [] });
export const branch = (name: string, ...children: Node[]): Node => ({
  name,
  attributes: '',
  text: '',
  children,
});
export const nil = (name: string): Node => ({ ...leaf(name, ''), attributes: ' xsi:nil="true"' });

type Change =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'attribute'; readonly attribute: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'remove' | 'double' | 'empty' | 'comment' | 'reverse' | 'wrap' | 'many' };

/** What a change writes into a request. */
export interface Ammunition {
  readonly texts: readonly string[];
  /** Each begins with a space: ` xsi:nil="true"`. */
  readonly attributes: readonly string[];
  readonly names: readonly string[];
}

const change = ({ texts, attributes, names }: Ammunition): fc.Arbitrary<Change> =>
  fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text: fc.constantFrom(...texts) }),
    fc.record({ kind: fc.constant('attribute' as const), attribute: fc.constantFrom(...attributes) }),
    fc.record({ kind: fc.constant('name' as const), name: fc.constantFrom(...names) }),
    fc.record({
      kind: fc.constantFrom('remove', 'double', 'empty', 'comment', 'reverse', 'wrap', 'many'),
    }),
  );

/** One of the samples with up to three changes. */
export const damaged = (samples: readonly Node[], ammunition: Ammunition): fc.Arbitrary<Node> =>
  fc
    .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(40), change(ammunition)), { maxLength: 3 }))
    .map(([sample, changes]) => changes.reduce((node, [index, what]) => changeAt(node, index, what), sample));

/** A changed node: no node, one node, or several. */
function changed(node: Node, what: Change): readonly Node[] {
  switch (what.kind) {
    case 'text':
      return [{ ...node, text: what.text }];
    case 'attribute': {
      const name = /^ ([^=]+)=/.exec(what.attribute)?.[1] ?? '';
      return node.attributes.includes(` ${name}=`)
        ? [node]
        : [{ ...node, attributes: node.attributes + what.attribute }];
    }
    case 'name':
      return [{ ...node, name: what.name }];
    case 'remove':
      return [];
    case 'double':
      return [node, node];
    case 'many':
      return Array.from({ length: 60 }, () => node);
    case 'empty':
      return [{ ...node, text: '', children: [] }];
    case 'comment':
      return [{ ...node, text: `${node.text}<!-- c -->` }];
    case 'reverse':
      return [{ ...node, children: node.children.toReversed() }];
    case 'wrap':
      return [branch('DETAILS', node)];
    default: {
      const missed: never = what;
      throw new Error(String(missed));
    }
  }
}

/** Changes the node at `index` in document order. The root itself is not counted. */
function changeAt(root: Node, index: number, what: Change): Node {
  let left = index % Math.max(1, count(root) - 1);
  const walk = (node: Node): Node => ({
    ...node,
    children: node.children.flatMap((child) => (left-- === 0 ? changed(child, what) : [walk(child)])),
  });
  return walk(root);
}

const count = (node: Node): number => 1 + node.children.reduce((sum, child) => sum + count(child), 0);

export const write = ({ name, attributes, text, children }: Node): string =>
  `<${name}${attributes}>${text}${children.map(write).join('')}</${name}>`;
