import { GraphQLError } from 'graphql';

/** `ReaderPresented` of the schema: the patron that an input is about. Exactly one of the two fields is set. */
export interface ReaderPresented {
  readonly patronId?: string | null;
  readonly cardAndPin?: CardAndPin | null;
}

/** `CardAndPin` of the schema. */
export interface CardAndPin {
  readonly libraryCardNumber: string;
  readonly pin: string;
}

/**
 * The patron's number, for a mutation that accepts no PIN. A PIN that was sent is neither verified nor stored, so a
 * wrong one does not count as a failed attempt.
 *
 * @param reason the reason why card number and PIN are not accepted, for the caller
 * @throws GraphQLError BAD_USER_INPUT if the reader is named by card number and PIN.
 */
export function patronIdOf({ patronId }: ReaderPresented, reason: string): string {
  if (patronId == null) {
    throw new GraphQLError(`\`reader\` must be a \`patronId\` here: ${reason}`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return patronId;
}
