import type { SimpleType } from './simple-types.ts';
import { clark } from './xml.ts';

const XSD = 'http://www.w3.org/2001/XMLSchema';
const nameOf = (local: string): string => clark(XSD, local);

const integer = (min: bigint, max: bigint) => (text: string) => {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    return false;
  }
  const value = BigInt(text.replace(/^\+/, ''));
  return value >= min && value <= max;
};

const builtInType = (
  local: string,
  accepts: (text: string) => boolean,
  whitespace: SimpleType['whitespace'] = 'collapse',
): readonly [string, SimpleType] => [
  nameOf(local),
  { kind: 'simple', name: nameOf(local), members: [], whitespace, accepts },
];

/** The built-in types that the requests of the vendors use, by name in Clark notation. */
export const builtIn: ReadonlyMap<string, SimpleType> = new Map([
  builtInType('string', () => true, 'preserve'),
  builtInType('int', integer(-(2n ** 31n), 2n ** 31n - 1n)),
  builtInType('long', integer(-(2n ** 63n), 2n ** 63n - 1n)),
  builtInType('decimal', (text) => /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/.test(text)),
  builtInType('boolean', (text) => /^(?:true|false|1|0)$/.test(text)),
  builtInType('dateTime', isDateTime),
  builtInType('anyURI', isUriReference),
]);

/** The base type of each built-in type that is derived from another type in `builtIn`. */
export const builtInBases: ReadonlyMap<string, string> = new Map([
  [nameOf('int'), nameOf('long')],
  [nameOf('long'), nameOf('decimal')],
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

const UNRESERVED = "[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}";
const SEGMENT = `(?:${UNRESERVED}|[:@])*`;
const AUTHORITY = `(?:(?:${UNRESERVED}|:)*@)?(?:\\[[^\\]]*\\]|(?:${UNRESERVED})*)(?::[0-9]+)?`;
const PATH = `(?:/${SEGMENT})*`;
/** A URI or a relative reference (RFC 3986, section 4.1). A relative path has no colon in its first segment. */
const URI_REFERENCE = new RegExp(
  `^(?:[A-Za-z][A-Za-z0-9+.-]*:(?:(?!//)${SEGMENT}${PATH}|//${AUTHORITY}${PATH})|` +
    `(?!//)(?:${UNRESERVED}|@)*${PATH}|//${AUTHORITY}${PATH})` +
    `(?:\\?(?:${UNRESERVED}|[:@/?])*)?(?:#(?:${UNRESERVED}|[:@/?[\\]])*)?$`,
);

/**
 * Returns whether the text is an `xsd:anyURI`. XML Schema also allows characters that a URI would have to escape. libxml2
 * accepts the same texts.
 */
function isUriReference(text: string): boolean {
  return URI_REFERENCE.test(text.replace(/[^\x21-\x7e]|[<>"{}|\\^`]/gu, '_'));
}
