import type { AtomicValue, SchemaType, SimpleType } from '../contract-types.ts';
import { writeHex } from '../simple/binary.ts';
import { options, quoted } from './literals.ts';

/** The call that makes a simple type, with the facets that differ from the facets of the base. */
export function simpleDefinition(type: SimpleType, reference: (type: SchemaType) => string): string {
  if (type.base !== null) {
    return `restriction('${type.name}', ${reference(type.base)}, {${facetsOf(type, type.base)}})`;
  }
  switch (type.kind) {
    case 'list':
      return `list('${type.name}', ${reference(type.item)})`;
    case 'union':
      return `union('${type.name}', [${type.members.map(reference).join(', ')}])`;
    case 'atomic':
      return `restriction('${type.name}', xs.anySimpleType, {})`;
    default:
      return type satisfies never;
  }
}

function facetsOf(type: SimpleType, base: SimpleType): string {
  const { enumeration, patterns, bounds } = type;
  const changed = Object.entries(bounds ?? {}).filter(
    ([facet, bound]) => bound !== null && bound !== Reflect.get(base.bounds ?? {}, facet),
  );
  const facets = options([
    enumeration !== null && enumeration !== base.enumeration && `enumeration: ${texts(enumeration.values())}`,
    patterns.length > base.patterns.length &&
      `patterns: ${texts(patterns.slice(base.patterns.length).map(({ source }) => source))}`,
    type.kind === 'atomic' &&
      base.kind === 'atomic' &&
      type.whiteSpace !== base.whiteSpace &&
      `whiteSpace: '${type.whiteSpace}'`,
    ...changed.map(
      ([facet, bound]) =>
        `${facet}: ${typeof bound === 'number' && isCount(facet) ? bound : quoted(textOf(bound))}`,
    ),
  ]);
  return facets.replace(/^, \{ /, ' ').replace(/ \}$/, ' ');
}

const isCount = (facet: string): boolean => /Length|Digits/.test(facet);

const texts = (values: Iterable<string>): string => `[${[...values].map(quoted).join(', ')}]`;

function textOf(value: AtomicValue): string {
  return value instanceof Uint8Array ? writeHex(value) : String(value);
}
