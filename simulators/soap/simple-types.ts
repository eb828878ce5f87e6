export interface SimpleType {
  readonly kind: 'simple';
  /** In Clark notation. Null for a type without a name. */
  readonly name: string | null;
  /** The member types of a union. `xsi:type` may name one of them. */
  readonly members: readonly SimpleType[];
  /**
   * How white space is normalised, by the rule of XML Schema: `preserve` for strings and their restrictions, `collapse`
   * for all other types.
   */
  readonly whitespace: 'preserve' | 'collapse';
  /** Returns whether the text is a value of the type. The caller must have normalised the text's white space. */
  readonly accepts: (text: string) => boolean;
}

/** Collapses white space as XML Schema does. White space is only space, tab, line feed and carriage return. */
export const collapse = (text: string): string => text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');

/** Returns the text as a value of the type. Null if the type does not accept the text. */
export function typedValue(type: SimpleType, text: string): string | null {
  const value = type.whitespace === 'collapse' ? collapse(text) : text;
  return type.accepts(value) ? value : null;
}

/** The rules of a restriction. An empty list restricts nothing. */
export interface Facets {
  /** A value must match one of these patterns. */
  readonly patterns: readonly string[];
  /** A value must be one of these texts. */
  readonly enumeration: readonly string[];
  /** The maximum number of digits after the point, not counting zeros at the end. Null for no limit. */
  readonly fractionDigits: number | null;
}

/** Restricts `base` by facets. `name` is the name of the new type, in Clark notation. */
export function restriction(
  base: SimpleType,
  { patterns, enumeration, fractionDigits }: Facets,
  name: string | null = null,
): SimpleType {
  const unsupported = patterns.find((pattern) => /\\[icpICPDsSwW]|\[[^\]]*-\[|[$^](?!\])/.test(pattern));
  if (unsupported !== undefined) {
    throw new Error(`pattern ${unsupported} has another meaning in JavaScript`);
  }
  // In XML Schema, `\d` matches the digits of all scripts, but in JavaScript only 0 to 9. So `\p{Nd}` replaces it.
  const pattern = new RegExp(`^(?:${patterns.join('|').replaceAll('\\d', '\\p{Nd}')})$`, 'u');
  const values = new Set(enumeration);
  return {
    kind: 'simple',
    name,
    members: [],
    whitespace: base.whitespace,
    accepts: (text) =>
      base.accepts(text) &&
      (patterns.length === 0 || pattern.test(text)) &&
      (values.size === 0 || values.has(text)) &&
      (fractionDigits === null || (/\.(\d*?)0*$/.exec(text)?.[1] ?? '').length <= fractionDigits),
  };
}

/** Returns the type of lists of `item`. The values in a list are separated by spaces. */
export function list(item: SimpleType, name: string | null): SimpleType {
  return {
    kind: 'simple',
    name,
    members: [],
    whitespace: 'collapse',
    accepts: (text) => text === '' || text.split(' ').every((one) => item.accepts(one)),
  };
}

/**
 * Returns the union of the types: every value that one of them accepts. @throws Error if their rules for white space
 * differ
 */
export function union(members: readonly SimpleType[], name: string | null): SimpleType {
  const rules = new Set(members.map(({ whitespace }) => whitespace));
  const [whitespace] = rules;
  if (whitespace === undefined || rules.size > 1) {
    throw new Error('a union whose members treat white space differently is not supported here');
  }
  return {
    kind: 'simple',
    name,
    members,
    whitespace,
    accepts: (text) => members.some((one) => one.accepts(text)),
  };
}
