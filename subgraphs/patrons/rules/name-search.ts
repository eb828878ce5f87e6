/**
 * Finds people by their names as somebody types them. The registry finds one text in its form of a name: `TO, KA HO`.
 * People type the words in any order, without the comma, in any case and in full width.
 */
import type { Patron } from '../../../adapters/patrons/port.ts';
import { wordsOf } from '../../library/words.ts';

type Names = Pick<Patron, 'englishName' | 'chineseName'>;

/**
 * The texts with which the registry may find the words, in its own form of a name. The first or the last word may be
 * the surname. Or the words may be only given names, or a Chinese name.
 * @example registryForms(['KA', 'HO', 'TO']) // ['KA, HO TO', 'TO, KA HO', 'KA HO TO', 'KAHOTO']
 */
export function registryForms(words: readonly string[]): readonly string[] {
  const [first = '', ...others] = words;
  const [last = '', ...before] = words.toReversed();
  return others.length === 0
    ? [first]
    : [
        `${first}, ${others.join(' ')}`,
        `${last}, ${before.toReversed().join(' ')}`,
        words.join(' '),
        words.join(''),
      ];
}

/**
 * How well a name fits the words: one digit for each word, the worst first. The digit is 0 for a whole word of the
 * name, 1 for the beginning of a word, and 2 for any other part: `KAHO` is a part of `KA HO`. After these digits comes
 * one more: 0 if the first of the given words is the surname, and 1 otherwise. Ranks are compared as texts, and the
 * smaller one is better. Null if a word is not in the name.
 * @example rankOf(['TO', 'KA'], { englishName: 'TO, KA HO', chineseName: null }) // '000'
 */
export function rankOf(words: readonly string[], { englishName, chineseName }: Names): string | null {
  const english = wordsOf(englishName);
  const chinese = wordsOf(chineseName ?? '');
  const all = [...english, ...chinese];
  const joined = [english, chinese].map((parts) => parts.join(''));
  const fits = words.map((word) => {
    if (all.includes(word)) {
      return 0;
    }
    if (all.some((part) => part.startsWith(word))) {
      return 1;
    }
    return joined.some((name) => name.includes(word)) ? 2 : null;
  });
  const surname = english[0] === words[0] ? 0 : 1;
  return fits.includes(null) ? null : [...fits.toSorted().reverse(), surname].join('');
}
