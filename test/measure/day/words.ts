/** Words that people must never read on a page: codes, names of enums, and the words of other people. */

const forNobody: readonly RegExp[] = [
  // The name of an enum: READY, and TOO_MANY_REQUESTS. Names of people and of branches have other letters or no underscore.
  /\b[A-Z]+(?:_[A-Z]+)+\b/g,
  /\b(?:undefined|null|NaN)\b|\[object /g,
  /\b(?:GraphQL|SOAP|subgraph|gateway|payload|enum|HTTP \d+)\b/gi,
];
const forReaders: readonly RegExp[] = [
  ...forNobody,
  /\b(?:patrons?|credentials?|circulation|scopes?|operations?|findings?|checkout|check-in)\b/gi,
];

/** The wrong words in a visible text, each once. */
export function wrongWords(text: string, reader: 'staff' | 'public'): readonly string[] {
  const patterns = reader === 'staff' ? forNobody : forReaders;
  return [...new Set(patterns.flatMap((pattern) => text.match(pattern) ?? []))];
}
