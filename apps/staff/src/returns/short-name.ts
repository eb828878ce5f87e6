interface Name {
  readonly english: string | null;
  readonly chinese: string | null;
}

/**
 * The form of a name on a hold shelf: the family name and initials. `WONG, KA YAN` becomes `WONG K.Y.`. A name without
 * a comma stays whole. Without an English name, the result is the Chinese name. Null if there is no name.
 */
export function shortName({ english, chinese }: Name): string | null {
  const [family = '', given = ''] = (english ?? '').split(',', 2).map((part) => part.trim());
  if (family === '') {
    return chinese;
  }
  const initials = given.split(/\s+/).map(([initial]) => (initial === undefined ? '' : `${initial}.`));
  return `${family} ${initials.join('')}`.trim();
}
