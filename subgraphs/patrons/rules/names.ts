/**
 * The given name for a greeting on a screen: `CHAN, TAI MAN` gives `Tai Man`. A name without a comma is taken whole.
 */
export function givenName(englishName: string): string {
  const comma = englishName.indexOf(',');
  return englishName
    .slice(comma + 1)
    .trim()
    .toLowerCase()
    .replace(/\p{L}+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}
