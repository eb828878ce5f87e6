import type { AtomicType, SimpleType } from '../../../adapters/soap/contract/contract-types.ts';
import { parsePattern } from '../../../adapters/soap/contract/simple/pattern/parse-pattern.ts';
import type { PatternNode } from '../../../adapters/soap/contract/simple/pattern/syntax-tree.ts';
import { readSimple, type SimpleValue } from '../../../adapters/soap/contract/simple/simple-values.ts';
import { pick } from '../random.ts';

/** The generator found no value of a type. Some types have none. */
export class NoValue extends Error {
  override readonly name = 'NoValue';
}

const maxAttempts = 300;

/**
 * A random value of a simple type, by its tables.
 *
 * @throws {NoValue} None was found.
 */
export function randomSimple(type: SimpleType, random: () => number): SimpleValue {
  const values = type.enumeration === null ? null : [...type.enumeration.values()];
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const text = values === null ? randomText(type, random) : pick(random, values);
    const [, uri, local] = /^\{(.*)\}([^}]*)$/.exec(text) ?? [];
    const value =
      uri === undefined
        ? readSimple(type, text, scope)
        : readSimple(type, local ?? '', { namespaceOf: () => uri });
    if (value !== undefined) {
      return value;
    }
  }
  throw new NoValue(`no value of ${type.name} was found`);
}

const scope = { namespaceOf: (prefix: string) => (prefix === '' ? '' : `urn:prefix:${prefix}`) };

function randomText(type: SimpleType, random: () => number): string {
  switch (type.kind) {
    case 'list': {
      const min = type.bounds?.minLength ?? 0;
      const length = min + Math.floor(random() * Math.min(4, (type.bounds?.maxLength ?? 9) - min + 1));
      return Array.from({ length }, () => randomText(type.item, random)).join(' ');
    }
    case 'union':
      return randomText(pick(random, type.members), random);
    case 'atomic': {
      const { enumeration, patterns } = type;
      const pattern = patterns.at(-1);
      if (enumeration !== null) {
        return pick(random, [...enumeration.values()]);
      }
      if (pattern !== undefined && random() < (type.primitive === 'string' ? 0.9 : 0.5)) {
        return matching(parsePattern(pattern.source), random);
      }
      return random() < 0.3 ? pick(random, boundsOf(type)) : atomicText(type, random);
    }
    default:
      return type satisfies never;
  }
}

/** Texts at the bounds of a type, or a text of none. */
function boundsOf({ bounds }: AtomicType): string[] {
  const { minInclusive, maxInclusive, minExclusive, maxExclusive } = bounds ?? {};
  const texts = [minInclusive, maxInclusive, minExclusive, maxExclusive]
    .filter((bound) => bound !== null && bound !== undefined)
    .map(String);
  const beside = texts.flatMap((text) =>
    /^-?[0-9]{1,15}$/.test(text) ? [String(Number(text) + 1), String(Number(text) - 1)] : [],
  );
  return [...texts, ...beside, '0'];
}

const words = ['', ' ', 'a', 'B7', 'x y', 'é', '中文', ']]>', '\t', '-', '_', 'Ab-9', 'true'];

function atomicText(type: AtomicType, random: () => number): string {
  const number = (digits: number) => String(Math.floor(random() * 10 ** Math.ceil(random() * digits)));
  const sign = random() < 0.3 ? '-' : '';
  const two = (max: number, min = 0) => String(min + Math.floor(random() * (max - min + 1))).padStart(2, '0');
  const zone = pick(random, ['', 'Z', '+08:00', '-14:00', '-05:30']);
  const year = pick(random, ['2026', '1999', '2000', '-0044', '12026']);
  const time = `${two(23)}:${two(59)}:${two(59)}${pick(random, ['', '.5', '.123456'])}`;
  switch (type.primitive) {
    case 'string':
    case 'anyURI':
      return stringText(type, random);
    case 'boolean':
      return pick(random, ['true', 'false', '0', '1']);
    case 'int':
    case 'long':
      return sign + number(9);
    case 'decimal':
      return `${sign}${number(6)}${pick(random, ['', `.${number(4)}`, '.50'])}`;
    case 'float':
    case 'double':
      return pick(random, [`${sign}${number(4)}.5`, 'INF', '-INF', 'NaN', '1.5E10', '-2e-3', '0']);
    case 'duration':
      return `${sign}P${number(2)}${pick(random, ['Y', 'D', 'M', 'Y2M', 'DT5H', 'DT1.5S'])}`;
    case 'dateTime':
      return `${year}-${two(12, 1)}-${two(28, 1)}T${time}${zone}`;
    case 'date':
      return `${year}-${two(12, 1)}-${two(28, 1)}${zone}`;
    case 'time':
      return time + zone;
    case 'gYearMonth':
      return `${year}-${two(12, 1)}${zone}`;
    case 'gYear':
      return year + zone;
    case 'gMonthDay':
      return `--${two(12, 1)}-${two(28, 1)}${zone}`;
    case 'gDay':
      return `---${two(31, 1)}${zone}`;
    case 'gMonth':
      return `--${two(12, 1)}${zone}`;
    case 'hexBinary':
      return Buffer.from(stringText(type, random)).toString('hex');
    case 'base64Binary':
      return Buffer.from(stringText(type, random)).toString('base64');
    case 'QName':
      return pick(random, ['a', 'p:a', 'q:B-1', 'p:_']);
    default:
      return type.primitive satisfies never;
  }
}

function stringText({ bounds }: AtomicType, random: () => number): string {
  const min = bounds?.minLength ?? 0;
  const length = min + Math.floor(random() * Math.min(6, (bounds?.maxLength ?? 99) - min + 1));
  if (random() < 0.3) {
    return Array.from({ length }, () => pick(random, [...'aZ09_-'])).join('');
  }
  const text = Array.from({ length: length + 1 }, () => pick(random, words)).join('');
  return bounds === null ? text : Array.from(text).slice(0, length).join('').padEnd(min, 'x');
}

/** A random text that the pattern matches, as far as the classes have one of the tried characters. */
function matching(node: PatternNode, random: () => number): string {
  switch (node.kind) {
    case 'set': {
      const set = new RegExp(`^${node.source}$`, 'v');
      const candidates = characters.filter((character) => set.test(character));
      return candidates.length === 0 ? '' : pick(random, candidates);
    }
    case 'sequence':
      return node.items.map((item) => matching(item, random)).join('');
    case 'choice':
      return matching(pick(random, node.options), random);
    case 'repeat': {
      const more = Math.min(4, node.max - node.min);
      const count = node.min + Math.floor(random() * (more + 1));
      return Array.from({ length: count }, () => matching(node.body, random)).join('');
    }
    default:
      return node satisfies never;
  }
}

const characters = [
  ...Array.from({ length: 95 }, (_, code) => String.fromCharCode(32 + code)),
  ...['é', 'ß', 'α', 'Ж', '中', '文', 'あ'],
];
