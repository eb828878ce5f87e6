/** Text for between tags: markup escaped, and carriage returns too, which a reader would else turn into line feeds. */
export function escapeText(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (char) => ESCAPES[char] ?? char) : text;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** `<name>value</name>`. */
export const tag = (name: string, value: string | number | boolean): string =>
  `<${name}>${typeof value === 'string' ? escapeText(value) : value}</${name}>`;

/** The element, or nothing at all where there is no value. */
export const optionalTag = (name: string, value: string | null): string =>
  value === null ? '' : tag(name, value);

/** The element, with `xsi:nil` where there is no value. Whoever uses it declares `xsi`. */
export const nillableTag = (name: string, value: string | null): string =>
  value === null ? `<${name} xsi:nil="true"/>` : tag(name, value);

/** All rows through one template. */
export const each = <Row>(rows: Iterable<Row>, template: (row: Row) => string): string => {
  let text = '';
  for (const row of rows) {
    text += template(row);
  }
  return text;
};
