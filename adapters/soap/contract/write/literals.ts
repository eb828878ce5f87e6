export const quoted = (text: string): string =>
  `'${text.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}'`;

export const propertyName = (name: string): string =>
  /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : quoted(name);

/**
 * The text of an options argument. It contains the options that differ from their defaults. Empty if no option differs.
 */
export function options(members: readonly (string | false)[]): string {
  const given = members.filter((member) => member !== false);
  return given.length === 0 ? '' : `, { ${given.join(', ')} }`;
}

/** An array with a row for each item. */
export const rows = (items: readonly string[], indent = ''): string =>
  items.length === 0 ? '[]' : `[\n${items.map((item) => `${indent}  ${item},\n`).join('')}${indent}]`;
