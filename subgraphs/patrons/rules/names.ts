/**
 * The given name for a greeting on a screen: `CHAN, TAI MAN` gives `Tai Man`, and so does `CHAN TAI MAN`. The surname comes first
 * in the registry, and a station must not learn it (R29). One word alone is all of a name: `MADONNA` gives `Madonna`.
 */
export function givenName(englishName: string): string {
  const name = englishName.trim();
  const surname = /^(?:[^,]*,|\S+(?=\s))/.exec(name)?.[0] ?? '';
  return name
    .slice(surname.length)
    .trim()
    .toLowerCase()
    .replace(/\p{L}+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}
