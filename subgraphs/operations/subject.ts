/** The subject of an operation: the copy, the title and the card, if its record has them. */
import { z } from 'zod';
import type { Json, Operation, PatronPlace } from '../../store/journal/port.ts';
import { hasLuhnCheckDigit, isVendorNumber } from '../library/card-and-identity-numbers.ts';

/** A number that somebody typed may be any text. It is left out if no copy, title or card can have it. */
const numberThat = (canExist: (text: string) => boolean) =>
  z.string().refine(canExist).optional().catch(undefined);

/** The stored form of a {@link Subject}. */
export const subject = z.object({
  itemNumber: numberThat(hasLuhnCheckDigit),
  titleNumber: numberThat(isVendorNumber),
  libraryCardNumber: numberThat(hasLuhnCheckDigit),
});

/** The numbers of one copy, one title and one card. Unknown numbers are absent. */
export type Subject = Readonly<z.infer<typeof subject>>;

/**
 * The subject in the details or the result of an operation. Its numbers are in `about`, in the object itself, or in the
 * plan or the input of a procedure. Each number is taken from the first of these that has it.
 */
const record = subject.extend({
  about: subject.optional(),
  plan: subject.nullish(),
  input: subject.optional(),
});

/** The subject in the details of a procedure or of a lending operation. Empty if the details have none. */
export function subjectIn(stored: Json): Subject {
  const { about, plan, input, ...own } = record.catch({}).parse(stored);
  return firstOfEach([about, own, plan, input]);
}

/** The loans that one operation was to renew together, from its details. Release 0.2 stored only the list. */
const renewedLoans = z
  .object({ loans: z.array(subject) })
  .transform(({ loans }) => loans)
  .or(z.array(subject));

/**
 * The numbers of all copies, titles and cards that an operation is about. If several loans were renewed together, the
 * numbers are in the operation's details. Otherwise, they are in its result, in its reservation (`place`) and in its
 * details. The result's own numbers are used only if the change was made: the result of a refusal may name the card of
 * another loan or hold.
 */
export function subjectsOf({ state, result, place, details }: Operation): readonly Subject[] {
  const renewed = renewedLoans.safeParse(details);
  if (renewed.success) {
    return renewed.data;
  }
  const { about, ...others } = record.catch({}).parse(result);
  return [firstOfEach([state === 'DONE' ? others : null, about, subjectOfPlace(place), subjectIn(details)])];
}

function subjectOfPlace(place: PatronPlace | null): Subject | null {
  if (place === null) {
    return null;
  }
  const { kind, subject, libraryCardNumber } = place;
  return { [kind === 'LOAN' ? 'itemNumber' : 'titleNumber']: subject, libraryCardNumber };
}

function firstOfEach(subjects: readonly (Subject | null | undefined)[]): Subject {
  const first = (key: keyof Subject) => subjects.find((subject) => subject?.[key] !== undefined)?.[key];
  return {
    itemNumber: first('itemNumber'),
    titleNumber: first('titleNumber'),
    libraryCardNumber: first('libraryCardNumber'),
  };
}
