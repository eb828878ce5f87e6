/** A hash. Different texts usually have different numbers. */
export function digest(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 99_991, 7);
}
