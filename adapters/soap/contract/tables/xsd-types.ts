/** XML Schema's own simple types (part 2, section 3). */
import type { AtomicType, ListType, SchemaType, SimpleType } from '../contract-types.ts';
import { list, primitive, restriction } from './simple.ts';

export const anySimpleType = primitive('anySimpleType', 'string', 'preserve', null);

const string = primitive('string', 'string', 'preserve', anySimpleType);
const normalizedString = restriction('normalizedString', string, { whiteSpace: 'replace' });
const token = restriction('token', normalizedString, { whiteSpace: 'collapse' });
const language = restriction('language', token, { patterns: ['[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*'] });
const NMTOKEN = restriction('NMTOKEN', token, { patterns: ['\\c+'] });
const Name = restriction('Name', token, { patterns: ['\\i\\c*'] });
const NCName = restriction('NCName', Name, { patterns: ['[\\i-[:]][\\c-[:]]*'] });
const ID = restriction('ID', NCName, {});
const IDREF = restriction('IDREF', NCName, {});
const ENTITY = restriction('ENTITY', NCName, {});

const words = (name: string, item: AtomicType): ListType =>
  restriction(name, list(name, item, anySimpleType), { minLength: 1 });

const collapsed = (name: Parameters<typeof primitive>[1]): AtomicType =>
  primitive(name, name, 'collapse', anySimpleType);

const decimal = collapsed('decimal');
/** Whole numbers of any size, as bigint. */
const integer = primitive('integer', 'long', 'collapse', decimal);
const whole = (
  name: string,
  base: AtomicType,
  min: string | undefined,
  max: string | undefined,
): AtomicType => restriction(name, base, { minInclusive: min, maxInclusive: max });
const nonPositiveInteger = whole('nonPositiveInteger', integer, undefined, '0');
const long = whole('long', integer, String(-(2n ** 63n)), String(2n ** 63n - 1n));
const nonNegativeInteger = whole('nonNegativeInteger', integer, '0', undefined);
const unsignedLong = whole('unsignedLong', nonNegativeInteger, undefined, String(2n ** 64n - 1n));

/** A type of whole numbers in a range that a JavaScript number represents exactly. */
const small = (name: string, base: AtomicType, min: string, max: string): AtomicType => ({
  ...whole(name, primitive(name, 'int', 'collapse', base), min, max),
  base,
});
const int = small('int', long, '-2147483648', '2147483647');
const short = small('short', int, '-32768', '32767');
const unsignedInt = small('unsignedInt', unsignedLong, '0', '4294967295');
const unsignedShort = small('unsignedShort', unsignedInt, '0', '65535');

export const xs = {
  anySimpleType,
  string,
  normalizedString,
  token,
  language,
  NMTOKEN,
  NMTOKENS: words('NMTOKENS', NMTOKEN),
  Name,
  NCName,
  ID,
  IDREF,
  IDREFS: words('IDREFS', IDREF),
  ENTITY,
  ENTITIES: words('ENTITIES', ENTITY),
  boolean: collapsed('boolean'),
  decimal,
  integer,
  nonPositiveInteger,
  negativeInteger: whole('negativeInteger', nonPositiveInteger, undefined, '-1'),
  long,
  int,
  short,
  byte: small('byte', short, '-128', '127'),
  nonNegativeInteger,
  unsignedLong,
  unsignedInt,
  unsignedShort,
  unsignedByte: small('unsignedByte', unsignedShort, '0', '255'),
  positiveInteger: whole('positiveInteger', nonNegativeInteger, '1', undefined),
  float: collapsed('float'),
  double: collapsed('double'),
  duration: collapsed('duration'),
  dateTime: collapsed('dateTime'),
  date: collapsed('date'),
  time: collapsed('time'),
  gYearMonth: collapsed('gYearMonth'),
  gYear: collapsed('gYear'),
  gMonthDay: collapsed('gMonthDay'),
  gDay: collapsed('gDay'),
  gMonth: collapsed('gMonth'),
  hexBinary: collapsed('hexBinary'),
  base64Binary: collapsed('base64Binary'),
  anyURI: collapsed('anyURI'),
  QName: collapsed('QName'),
  NOTATION: primitive('NOTATION', 'QName', 'collapse', anySimpleType),
} as const satisfies Readonly<Record<string, SimpleType>>;

const byName: ReadonlyMap<string, SimpleType> = new Map(Object.entries(xs));

const all: ReadonlySet<unknown> = new Set(byName.values());

/** Whether the type is one of XML Schema's own. */
export const isXsdType = (type: SchemaType): boolean => type.kind === 'any' || all.has(type);

/** The type with the local name. Undefined if XML Schema has no such type. */
export const xsdType = (name: string): SimpleType | undefined => byName.get(name);
