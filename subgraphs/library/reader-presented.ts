import { GraphQLError } from 'graphql';

/** `ReaderPresented` of the schema: which patron is meant. Exactly one of the two is set. */
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
 * The patron's number, for a mutation that takes no PIN. No system is asked about the PIN, so that none is counted, and none is
 * stored.
 *
 * @param reason - Why a number and its PIN are not taken, for the caller.
 * @throws GraphQLError BAD_USER_INPUT for a reader who is presented by number and PIN.
 */
export function patronIdOf({ patronId }: ReaderPresented, reason: string): string {
  if (patronId == null) {
    throw new GraphQLError(`\`reader\` must be a \`patronId\` here: ${reason}`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return patronId;
}
