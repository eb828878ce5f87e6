/**
 * The given name for a greeting on a screen. `CHAN, TAI MAN` and `CHAN TAI MAN` both give `Tai Man`. The surname comes
 * first in the registry, and a station must not learn it (R29). A single word is the whole name: `MADONNA` gives
 * `Madonna`.
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
