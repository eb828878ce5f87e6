import { isPlain, oneLine } from '../../library/contact.ts';
import { searchErrors } from '../../library/errors/error-texts.ts';
import { badInput } from '../../runtime/pagination.ts';

/** The maximum length of a search text. */
export const maxCharacters = 100;

/** The minimum length of a search. One Chinese character is a word, but one letter would match half the catalogue. */
const minCharacters = (text: string): 1 | 2 => (/\p{Script=Han}/u.test(text) ? 1 : 2);

/**
 * The search text that a person typed, made ready for circulation: one line, without spaces at its ends, and with
 * full-width letters replaced. It must have at least two characters, or one Chinese character.
 * @throws GraphQLError BAD_USER_INPUT that names the argument.
 */
export function searchText(argument: string, typed: string): string {
  const text = oneLine(typed.normalize('NFKC'));
  const { length } = [...text];
  if (length < minCharacters(text) || length > maxCharacters) {
    throw badInput(searchErrors.titleLength(argument, maxCharacters));
  }
  if (!isPlain(text)) {
    throw badInput(searchErrors.invisible(argument));
  }
  return text;
}
