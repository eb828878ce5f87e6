/** The values that a simulator starts with. They are valid under the contract, and the same each time. */
import type { AtomicType, SchemaType, SimpleType } from '../soap/contract/contract-types.ts';
import { parsePattern } from '../soap/contract/simple/pattern/parse-pattern.ts';
import type { PatternNode } from '../soap/contract/simple/pattern/syntax-tree.ts';
import { readSimple } from '../soap/contract/simple/simple-values.ts';
import type { Member } from './members.ts';
import { capital, isPatronName, spaced } from './words.ts';

/** The patron numbers in sample records. The simulated registry has patrons with the same numbers. */
const patrons = ['P0000001', 'P0000001', 'P0000002'];

/**
 * A sample text for a member. `number` counts the records from 1. `isKey`: whether the member is the key of its record,
 * so that each record needs another text. Empty if no valid text was found.
 */
export function sampleOf(
  { name, type }: Pick<Member, 'name' | 'type'>,
  number: number,
  isKey = false,
): string {
  if (type.kind === 'complex' || type.kind === 'any') {
    return '';
  }
  const patronNo = isKey
    ? `P${String(number).padStart(7, '0')}`
    : (patrons[(number - 1) % patrons.length] ?? '');
  const patron = isPatronName(name) ? patronNo : '';
  if (patron !== '' && readSimple(type, patron) !== undefined) {
    return patron;
  }
  return (
    [`${capital(spaced(name))} ${number}`, ...candidates(type, number)].find(
      (text) => readSimple(type, text) !== undefined,
    ) ?? ''
  );
}

function candidates(type: SimpleType, number: number): string[] {
  switch (type.kind) {
    case 'list':
      return candidates(type.item, number);
    case 'union':
      return type.members.flatMap((member) => candidates(member, number));
    case 'atomic':
      return atomicCandidates(type, number);
    default:
      return type satisfies never;
  }
}

function atomicCandidates(type: AtomicType, number: number): string[] {
  const { enumeration, patterns, bounds, primitive } = type;
  if (enumeration !== null) {
    const values = [...enumeration.values()];
    return [values[(number - 1) % values.length] ?? ''];
  }
  const pattern = patterns.at(-1);
  const day = String(number).padStart(2, '0');
  const { minInclusive, maxInclusive, minLength, maxLength } = bounds ?? {};
  const matching = pattern === undefined ? [] : [matchOf(parsePattern(pattern.source), number)];
  const lengths = [minLength, maxLength]
    .filter((length) => typeof length === 'number')
    .map((length) => 'X'.repeat(Math.min(length, 200)));
  const typical: Partial<Record<AtomicType['primitive'], readonly string[]>> = {
    boolean: [number % 2 === 1 ? 'true' : 'false'],
    decimal: [`${number}0.00`, `${number}.0`],
    date: [`2026-12-${day}`],
    dateTime: [`2026-12-${day}T10:00:00+08:00`],
    time: [`1${number % 10}:00:00`],
    duration: [`PT${number}H`],
    gYear: ['2026'],
    gYearMonth: ['2026-12'],
    anyURI: [`https://library.example/${number}`],
    base64Binary: ['AA=='],
    hexBinary: ['00'],
  };
  const bound = [minInclusive, maxInclusive].filter((value) => value != null).map(String);
  return [
    ...matching,
    ...(typical[primitive] ?? []),
    String(number),
    `${number}`.padStart(8, '0'),
    ...bound,
    ...lengths,
    'A',
    '',
  ];
}

/** The characters that are tried for a character class of a pattern, in this order. */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_./:@ +#';

/** A text that matches a pattern. If the text ends with enough zeros, `number` replaces the last of them. */
function matchOf(node: PatternNode, number: number): string {
  const text = plainMatch(node);
  const digits = String(number);
  const end = /0+$/.exec(text)?.[0].length ?? 0;
  return end >= digits.length ? text.slice(0, -digits.length) + digits : text;
}

function plainMatch(node: PatternNode): string {
  switch (node.kind) {
    case 'set': {
      const set = new RegExp(`^${node.source}$`, 'v');
      return [...alphabet].find((character) => set.test(character)) ?? '';
    }
    case 'sequence':
      return node.items.map(plainMatch).join('');
    case 'choice':
      return plainMatch(node.options[0] ?? { kind: 'sequence', items: [] });
    case 'repeat':
      return plainMatch(node.body).repeat(Math.max(node.min, Math.min(1, node.max)));
    default:
      return node satisfies never;
  }
}

export const isWhole = (type: SchemaType): boolean =>
  type.kind === 'atomic' && ['int', 'long'].includes(type.primitive) && type.enumeration === null;
