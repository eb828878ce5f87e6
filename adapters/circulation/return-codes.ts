import type { UpstreamReason } from '../soap/port.ts';
import { type CodeMeaning, type RefusalIn, reasonForRead } from '../soap/vendor-codes.ts';
import type * as circ from './contract.generated.ts';
import type { CirculationRefusal } from './port.ts';

/**
 * CIRC's return codes and their meanings. No other file of this adapter knows the codes. The HTTP status is always 200,
 * and the code is `RC` in every reply.
 *
 * To add a code of CIRC, name it in `returnCodes`: `tsc` then asks for its meaning. To add a refusal of the port, add
 * it to `CirculationRefusal`: `tsc` then asks below for its code.
 */
export const returnCodes = {
  SUCCESS: 0,
  /** The session is unknown, or it expired after ten idle minutes. Nothing was done. */
  SESSION_UNKNOWN: 10,
  WRONG_USER_OR_PASSWORD: 11,
  UNKNOWN_CARD: 20,
  CARD_BLOCKED: 21,
  /** Also the code for an unknown title. */
  UNKNOWN_ITEM: 30,
  ITEM_NOT_AVAILABLE: 31,
  NOT_FOR_LOAN: 33,
  TEN_LOANS_ON_THIS_CARD: 40,
  /** CIRC allows five renewals. */
  NO_RENEWALS_LEFT: 41,
  WANTED_BY_ANOTHER_READER: 42,
  /** Also the code for the check-in of an item that is not on loan. */
  UNKNOWN_LOAN: 50,
  TEN_HOLDS_ON_THIS_CARD: 60,
  ALREADY_HELD: 61,
  UNKNOWN_HOLD: 70,
  TOO_MANY_KEYS: 80,
  BUSY_TRY_LATER: 90,
  /** An internal error, or a request that CIRC did not understand. CIRC may have done something. */
  INTERNAL: 99,
} as const;

type ReturnCode = (typeof returnCodes)[keyof typeof returnCodes];

type Meaning = 'success' | 'session-unknown' | CodeMeaning<CirculationRefusal>;

/** The meaning of each code in the answer to a change. */
const meanings = {
  [returnCodes.SUCCESS]: 'success',
  [returnCodes.SESSION_UNKNOWN]: 'session-unknown',
  [returnCodes.WRONG_USER_OR_PASSWORD]: { failed: 'unauthorized' },
  [returnCodes.UNKNOWN_CARD]: { refused: 'CARD_UNKNOWN' },
  [returnCodes.CARD_BLOCKED]: { refused: 'CARD_BLOCKED' },
  [returnCodes.UNKNOWN_ITEM]: { refused: 'ITEM_UNKNOWN' },
  [returnCodes.ITEM_NOT_AVAILABLE]: { refused: 'ITEM_NOT_AVAILABLE' },
  [returnCodes.NOT_FOR_LOAN]: { refused: 'ITEM_NOT_FOR_LOAN' },
  [returnCodes.TEN_LOANS_ON_THIS_CARD]: { refused: 'CARD_LIMIT_REACHED' },
  [returnCodes.NO_RENEWALS_LEFT]: { refused: 'NO_RENEWALS_LEFT' },
  [returnCodes.WANTED_BY_ANOTHER_READER]: { refused: 'WANTED_BY_ANOTHER' },
  [returnCodes.UNKNOWN_LOAN]: { refused: 'LOAN_UNKNOWN' },
  [returnCodes.TEN_HOLDS_ON_THIS_CARD]: { refused: 'HOLD_LIMIT_REACHED' },
  [returnCodes.ALREADY_HELD]: { refused: 'ALREADY_HELD' },
  [returnCodes.UNKNOWN_HOLD]: { refused: 'HOLD_UNKNOWN' },
  [returnCodes.TOO_MANY_KEYS]: { failed: 'rejected' },
  [returnCodes.BUSY_TRY_LATER]: { failed: 'busy' },
  [returnCodes.INTERNAL]: { failed: 'outcome-unknown' },
} as const satisfies Record<ReturnCode, Meaning>;

/** The codes with another meaning in the answer to a check-in. */
const checkInMeanings = {
  [returnCodes.UNKNOWN_LOAN]: { refused: 'ITEM_NOT_ON_LOAN' },
} as const satisfies Partial<Record<ReturnCode, Meaning>>;
const placeHoldMeanings = {
  [returnCodes.UNKNOWN_ITEM]: { refused: 'TITLE_UNKNOWN' },
} as const satisfies Partial<Record<ReturnCode, Meaning>>;

type RefusalWithCode =
  | RefusalIn<typeof meanings>
  | RefusalIn<typeof checkInMeanings>
  | RefusalIn<typeof placeHoldMeanings>;
// If a refusal of the port has no code, this line does not compile.
({}) satisfies Record<Exclude<CirculationRefusal, RefusalWithCode>, never>;

const meaningByCode: ReadonlyMap<number, Meaning> = mapOf(meanings);
const meaningByOperation: ReadonlyMap<string, ReadonlyMap<number, Meaning>> = new Map([
  ['CheckIn', mapOf(checkInMeanings)],
  ['PlaceHold', mapOf(placeHoldMeanings)],
]);

function mapOf(table: Readonly<Record<number, Meaning>>): ReadonlyMap<number, Meaning> {
  return new Map(Object.entries(table).map(([code, meaning]) => [Number(code), meaning]));
}

/**
 * The meaning of a return code in the answer to an operation. For a code that the contract doesn't have, the meaning is
 * `outcome-unknown`, because nobody knows what was done.
 */
export function meaningOf(operation: keyof circ.Operations, code: number): Meaning {
  return (
    meaningByOperation.get(operation)?.get(code) ?? meaningByCode.get(code) ?? { failed: 'outcome-unknown' }
  );
}

export const isSessionUnknown = (code: number): boolean => code === returnCodes.SESSION_UNKNOWN;

/**
 * The reason with which a read rejects. Null for success, and for an unknown session, which `with-session.ts` renews.
 */
export function reasonOfCode(code: number): UpstreamReason | null {
  const meaning = meaningByCode.get(code);
  return meaning === 'success' || meaning === 'session-unknown' ? null : reasonForRead(meaning);
}
