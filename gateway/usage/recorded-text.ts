import { Kind, type NameNode, parse, print, visit } from 'graphql';
import { InventedNames, namesIn } from '../executor/index.ts';

/**
 * The text under which an operation is recorded. It has no values, and no names that the client invented: an alias or
 * the name of a variable could be a person's number (R30). It asks for the same.
 *
 * Before: `query Loans_21852000000017($card: ID = "21852000000017") { mine: patron(card: $card) { name } }`
 * After: `query ($_variable: ID = "") { _alias: patron(card: $_variable) { name } }`
 */
export function recordedText(text: string): string {
  const document = parse(text, { noLocation: true });
  const taken = namesIn(document);
  const names = new InventedNames((name) => taken.has(name));
  const renamed = (node: NameNode, kind: 'alias' | 'fragment' | 'variable'): NameNode => ({
    ...node,
    value: names.choose(`${kind} ${node.value}`, `_${kind}`),
  });
  return print(
    visit(document, {
      [Kind.OPERATION_DEFINITION]: ({ name: _name, ...unnamed }) => unnamed,
      [Kind.FIELD]: (node) =>
        node.alias === undefined ? undefined : { ...node, alias: renamed(node.alias, 'alias') },
      [Kind.VARIABLE]: (node) => ({ ...node, name: renamed(node.name, 'variable') }),
      [Kind.FRAGMENT_DEFINITION]: (node) => ({ ...node, name: renamed(node.name, 'fragment') }),
      [Kind.FRAGMENT_SPREAD]: (node) => ({ ...node, name: renamed(node.name, 'fragment') }),
      [Kind.STRING]: (node) => ({ ...node, value: '', block: false }),
      // A shorter number is no number of a person, but may be the size of a list, on which the cost depends.
      [Kind.INT]: (node) => (/\d{4}/.test(node.value) ? { ...node, value: '0' } : undefined),
      [Kind.FLOAT]: (node) => ({ ...node, value: '0.0' }),
    }),
  );
}
