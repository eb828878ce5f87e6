import type { ListType, SimpleType } from '../../contract/contract-types.ts';
import { hasNames, writeItem, writeSimple } from '../../contract/simple/simple-values.ts';
import { Unencodable } from './encode-error.ts';
import { escapeText } from './escape.ts';
import { LocalPrefixes } from './prefixes.ts';

const noPrefixes = new LocalPrefixes();

/** Compiles the encoder of a simple type. The encoder returns the end of a start tag and the text after it: `>12`. */
export function simpleContent(type: SimpleType): (value: unknown) => string {
  if (hasNames(type)) {
    return (value) => {
      const prefixes = new LocalPrefixes();
      const text = simpleText(type, value, prefixes);
      return `${prefixes.declarations}>${escapeText(text)}`;
    };
  }
  return (value) => `>${escapeText(simpleText(type, value, noPrefixes))}`;
}

/** The text of a value, not escaped yet. Throws an `Unencodable`. */
export function simpleText(type: SimpleType, value: unknown, prefixes: LocalPrefixes): string {
  const text = writeSimple(type, value, prefixes.declare);
  if (text !== undefined) {
    return text;
  }
  throw type.kind === 'list'
    ? listProblem(type, value)
    : new Unencodable(`expected a value of type ${type.name}`);
}

/** The error for a list that can't be written. The error names the first wrong item, if there is one. */
function listProblem(type: ListType, value: unknown): Unencodable {
  if (!Array.isArray(value)) {
    return new Unencodable('expected an array');
  }
  const wrong = Array.from<unknown>(value).findIndex(
    (item) => writeItem(type.item, item, new LocalPrefixes().declare) === undefined,
  );
  return wrong === -1
    ? new Unencodable(`expected a value of type ${type.name}`)
    : new Unencodable(`expected a value of type ${type.item.name}`).below(`[${wrong + 1}]`);
}
