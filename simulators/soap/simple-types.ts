/** A type whose value is text. */
export interface SimpleType {
  readonly kind: 'simple';
  /** The rule of XML Schema: `preserve` for strings and their restrictions, `collapse` for all other types. */
  readonly whitespace: 'preserve' | 'collapse';
  /** Returns whether the text is a value of the type. Its white space is already normalised. */
  readonly accepts: (text: string) => boolean;
}

/** Collapses white space as XML Schema does. White space is only space, tab, line feed and carriage return. */
export const collapse = (text: string): string => text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');

/** Returns the text as a value of the type. Null if it is not a value of the type. */
export function typedValue(type: SimpleType, text: string): string | null {
  const value = type.whitespace === 'collapse' ? collapse(text) : text;
  return type.accepts(value) ? value : null;
}

const integer = (min: bigint, max: bigint) => (text: string) => {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    return false;
  }
  const value = BigInt(text.replace(/^\+/, ''));
  return value >= min && value <= max;
};

const collapsing = (accepts: (text: string) => boolean): SimpleType => ({
  kind: 'simple',
  whitespace: 'collapse',
  accepts,
});

/** The built-in types that the three WSDLs use, by local name. */
export const builtIn: ReadonlyMap<string, SimpleType> = new Map([
  ['string', { kind: 'simple', whitespace: 'preserve', accepts: () => true }],
  ['int', collapsing(integer(-(2n ** 31n), 2n ** 31n - 1n))],
  ['long', collapsing(integer(-(2n ** 63n), 2n ** 63n - 1n))],
  ['boolean', collapsing((text) => /^(?:true|false|1|0)$/.test(text))],
  ['dateTime', collapsing(isDateTime)],
]);

const DATE_TIME =
  /^-?([0-9]{4,})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:Z|[+-]([0-9]{2}):([0-9]{2}))?$/;

function isDateTime(text: string): boolean {
  const match = DATE_TIME.exec(text);
  if (match === null) {
    return false;
  }
  const part = (index: number) => Number(match[index] ?? '0');
  const day = new Date(0);
  day.setUTCFullYear(part(1), part(2) - 1, part(3));
  const isDay = day.getUTCMonth() === part(2) - 1 && day.getUTCDate() === part(3) && part(1) !== 0;
  const isTime = part(4) < 24 && part(5) < 60 && part(6) < 60;
  const isZone = part(8) < 60 && part(7) * 60 + part(8) <= 14 * 60;
  return isDay && isTime && isZone;
}

/**
 * Restricts `base` by facets. A value must match one of the patterns and be one of the enumerated values. An empty list
 * of patterns or values doesn't restrict anything.
 */
export function restriction(
  base: SimpleType,
  patterns: readonly string[],
  enumeration: readonly string[],
): SimpleType {
  const unsupported = patterns.find((pattern) => /\\[icpICP]|-\[|[$^](?!\])/.test(pattern));
  if (unsupported !== undefined) {
    throw new Error(`pattern ${unsupported} has another meaning in JavaScript`);
  }
  const pattern = new RegExp(`^(?:${patterns.join('|')})$`, 'u');
  const values = new Set(enumeration);
  return {
    kind: 'simple',
    whitespace: base.whitespace,
    accepts: (text) =>
      base.accepts(text) &&
      (patterns.length === 0 || pattern.test(text)) &&
      (values.size === 0 || values.has(text)),
  };
}

/** Returns the type of lists of `item`. The values in a list are separated by spaces. */
export function list(item: SimpleType): SimpleType {
  return collapsing((text) => text === '' || text.split(' ').every((one) => item.accepts(one)));
}
