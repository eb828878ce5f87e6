import type { Draft } from './draft.ts';

/** The maximum length of a line of the draft, in characters. */
const maxColumns = 110;

/**
 * Writes a draft as JSON with comments. A comment that begins with `guess:` stands after or above each guessed value.
 *
 *     "key": "roomNo", // guess: `GetRooms` reads by it
 */
export function writeDraft({ mapping, guesses }: Draft, source: string): string {
  const heading = [
    `// Drafted by \`npm run adopt\` from ${source}. What has "guess:" behind it was guessed: check it, and take the`,
    '// comment away. Take away what is not to be in the graph. Then run `npm run adopt` again.',
  ];
  return `${heading.join('\n')}\n${written(mapping, '', '', guesses)}\n`;
}

function written(value: unknown, path: string, indent: string, guesses: Draft['guesses']): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const entries = Object.entries(value);
  const isPlain = entries.every(([, inner]) => typeof inner !== 'object' || inner === null);
  const isMarked = entries.some(([key]) => guesses.has(under(path, key)));
  const line = `{ ${entries.map(([key, inner]) => `${JSON.stringify(key)}: ${JSON.stringify(inner)}`).join(', ')} }`;
  if (isPlain && !isMarked && indent.length + line.length <= maxColumns - 30) {
    return entries.length === 0 ? '{}' : line;
  }
  const lines = entries.map(([key, inner], index) => {
    const at = under(path, key);
    const guess = guesses.get(at);
    const comma = index === entries.length - 1 ? '' : ',';
    const text = written(inner, at, `${indent}  `, guesses);
    const own = `${indent}  ${JSON.stringify(key)}: ${text}${comma}`;
    return guess === undefined ? own : marked(own, guess, indent);
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

/** Puts the comment after the value, or above it if the value has several lines or the line would be too long. */
function marked(own: string, guess: string, indent: string): string {
  return own.includes('\n') || own.length + guess.length + 11 > maxColumns
    ? `${indent}  // guess: ${guess}\n${own}`
    : `${own} // guess: ${guess}`;
}

const under = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
