import fc from 'fast-check';
import { XmlDocument, XmlParseError } from 'libxml2-wasm';

/** A reference to a character by its number, with many leading zeros, as `&#x0000000007d05;`. libxml2 rejects some of them. */
const manyZeros = /&#x?0{6}/;

/**
 * Whether libxml2 accepts the text. Null if it rejects what the recommendation allows: the number of a character with many
 * leading zeros, and a namespace name that is not a URI, after which libxml2 reports nothing else.
 */
export function isWellFormed(text: string): boolean | null {
  try {
    XmlDocument.fromString(text).dispose();
    return true;
  } catch (error) {
    if (!(error instanceof XmlParseError)) {
      throw error;
    }
    const isNoUri = error.details.some(({ message }) => message.includes('is not a valid URI'));
    return isNoUri || manyZeros.test(text) ? null : false;
  }
}

const name = fc.constantFrom(
  'a',
  'b',
  'p:a',
  'q:b',
  'xml:lang',
  'é',
  '名',
  'a.b-c_1',
  'p:p:a',
  '1a',
  ':a',
  'xmlns:a',
);
const text = fc.constantFrom(
  '',
  ' ',
  'x',
  '紅樓夢',
  '&amp;',
  '&#x7d05;',
  '&#x00000000007d05;',
  '&#0;',
  '&#xD800;',
  '&#x10FFFF;',
  '&x;',
  '&',
  ']]>',
  ']]',
  '>',
  '\r\n',
  '\r',
  '\t',
  '\u0001',
  '\ufffe',
  '😀',
  '<![CDATA[<&\r\n]]>',
  '<![CDATA[]]]]>',
  '<!-- c -->',
  '<!-- c -- -->',
  '<!--->',
  '"',
  "'",
  '<?p i?>',
);
const space = fc.constantFrom('', '', ' ', '\n ', '\t');
const value = fc.constantFrom(
  '',
  'v',
  ' v\tw\n',
  '&lt;',
  "'",
  '"',
  '<',
  '>',
  '&#10;',
  'urn:x',
  'urn:y',
  'http://www.w3.org/XML/1998/namespace',
  'http://www.w3.org/2000/xmlns/',
);
const attributeName = fc.constantFrom(
  'a',
  'b',
  'p:a',
  'q:a',
  'xmlns',
  'xmlns:p',
  'xmlns:q',
  'xmlns:xml',
  'xmlns:xmlns',
  'xml:lang',
  '1',
);
const attribute = fc
  .tuple(fc.constantFrom(' ', '\n', ''), attributeName, space, space, fc.constantFrom('"', "'", ''), value)
  .map(
    ([before, key, left, right, quote, content]) =>
      `${before}${key}${left}=${right}${quote}${content}${quote}`,
  );
const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc
    .tuple(
      name,
      fc.array(attribute, { maxLength: 3 }),
      space,
      fc.array(tie('content'), { maxLength: 4 }),
      space,
      fc.boolean(),
    )
    .map(([tag, attributes, end, content, after, isEmpty]) => {
      const start = `<${tag}${attributes.join('')}${end}`;
      return isEmpty ? `${start}/>` : `${start}>${content.join('')}</${tag}${after}>`;
    }),
  content: fc.oneof({ depthSize: 'small' }, text, tie('element')),
}));
const prologue = fc.constantFrom(
  '',
  '',
  '<?xml version="1.0"?>',
  "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n",
  '<?xml version="1.1"?>',
  '<?xml encoding="UTF-8"?>',
  ' <?xml version="1.0"?>',
  '<!-- c -->',
  '<!DOCTYPE a>',
  '\n',
  'x',
);
const bound = '<r xmlns:p="urn:p" xmlns:q="urn:q">';
/** Random documents, most of them well-formed. */
export const document = fc.oneof(
  fc
    .tuple(prologue, element, fc.constantFrom('', '\n', '<!-- c -->', '<a/>', 'x'))
    .map((parts) => parts.join('')),
  fc.array(element, { maxLength: 3 }).map((elements) => `${bound}${elements.join('')}</r>`),
);
/** Documents with one changed place. Documents that are nearly well-formed find the most errors. */
export const damaged = fc
  .tuple(
    document,
    fc.nat(),
    fc.constantFrom('', '<', '>', '/', '&', '"', "'", ':', ' ', '=', ']', '-', '!', '?', 'x', '\0'),
    fc.nat(2),
  )
  .map(([whole, place, piece, length]) => {
    const at = place % (whole.length + 1);
    return whole.slice(0, at) + piece + whole.slice(at + length);
  });

/** Whether the text has something that SOAP forbids. Such a text is rejected even if it is well-formed. */
export const isForbiddenBySoap = (xml: string): boolean =>
  /<!DOCTYPE|<\?/.test(xml.replace(/^<\?xml[ \t\r\n]/, '')) || /^<\?xml[^>]*1\.[^0]/.test(xml);

/**
 * Whether the declaration names another charset. The scanner gets decoded text, so it ignores the charset. `decodeText`
 * checks it.
 */
export const isOfOtherCharset = (xml: string): boolean =>
  /^<\?xml[^>]*encoding\s*=\s*["'](?!UTF-8["'])/i.test(xml);
