import { isPlain, oneLine } from '../../library/contact.ts';
import { badInput } from '../../runtime/pagination.ts';

const minCharacters = 2;
const maxCharacters = 100;

/**
 * The part of a title that a person typed, in one line, without spaces around it. It has at least two characters,
 * because a single letter would match half the catalogue.
 * @throws GraphQLError BAD_USER_INPUT that names the argument.
 */
export function searchText(argument: string, typed: string): string {
  const text = oneLine(typed);
  const { length } = [...text];
  if (length < minCharacters || length > maxCharacters) {
    throw badInput(
      `\`${argument}\` must have ${minCharacters} to ${maxCharacters} characters, not ${length}.`,
    );
  }
  if (!isPlain(text)) {
    throw badInput(`\`${argument}\` has invisible characters in it: leave them out.`);
  }
  return text;
}
