import type { WhiteSpace } from '../contract-types.ts';

/** The characters that XML 1.0 can't carry. Lone surrogates are checked separately. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** Whether XML 1.0 can carry the text. */
export const isXmlText = (text: string): boolean => !notXml.test(text) && text.isWellFormed();

const whiteSpace = /[ \t\r\n]+/g;

/** Makes each run of white space one space, and drops it at both ends. */
export const collapse = (text: string): string =>
  /[ \t\r\n]/.test(text) ? text.replace(whiteSpace, ' ').replace(/^ | $/g, '') : text;

export function normalized(text: string, how: WhiteSpace): string {
  if (how === 'preserve') {
    return text;
  }
  return how === 'collapse' ? collapse(text) : text.replace(/[\t\r\n]/g, ' ');
}

/** The items of a list: the words between white space. */
export const wordsOf = (text: string): string[] => text.split(/[ \t\r\n]+/).filter((word) => word !== '');
