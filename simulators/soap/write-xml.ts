/**
 * Escapes markup for element content. Also escapes carriage returns, which an XML parser would turn into line feeds.
 */
export function escapeText(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (char) => ESCAPES[char] ?? char) : text;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

export const tag = (name: string, value: string | number | boolean): string =>
  `<${name}>${typeof value === 'string' ? escapeText(value) : value}</${name}>`;

/** Returns the element, or an empty text if `value` is null. */
export const optionalTag = (name: string, value: string | null): string =>
  value === null ? '' : tag(name, value);

/** Returns the element, with `xsi:nil` if `value` is null. The document must declare `xsi`. */
export const nillableTag = (name: string, value: string | null): string =>
  value === null ? `<${name} xsi:nil="true"/>` : tag(name, value);

/** Renders each row with the template, and concatenates the results. */
export const each = <Row>(rows: Iterable<Row>, template: (row: Row) => string): string => {
  let text = '';
  for (const row of rows) {
    text += template(row);
  }
  return text;
};
