/**
 * The words of a name as somebody types it, in upper case. Anything but letters and digits separates words.
 * @example wordsOf('ｔｏ，ka-ho') // ['TO', 'KA', 'HO']
 */
export function wordsOf(typed: string): readonly string[] {
  const words = typed
    .normalize('NFKC')
    .toUpperCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  return words.filter((word) => word !== '');
}
