import type { UpstreamReason } from '../soap/port.ts';
import { type CodeMeaning, type RefusalIn, reasonForRead } from '../soap/vendor-codes.ts';
import type * as circ from './contract.generated.ts';
import type { CirculationRefusal } from './port.ts';

/**
 * CIRC's return codes and what they mean: the only file of this adapter that knows them. HTTP is always 200; the code
 * stands as `RC` in every reply.
 *
 * A new code of CIRC: name it in `returnCodes`, and `tsc` asks for its meaning. A new refusal of the port: add it to
 * `CirculationRefusal`, and `tsc` asks below for the code that it stands for.
 */
const returnCodes = {
  SUCCESS: 0,
  /** The session is unknown, or has expired: ten minutes idle. Nothing was done. */
  SESSION_UNKNOWN: 10,
  WRONG_USER_OR_PASSWORD: 11,
  UNKNOWN_CARD: 20,
  CARD_BLOCKED: 21,
  /** Also an unknown title. */
  UNKNOWN_ITEM: 30,
  ITEM_NOT_AVAILABLE: 31,
  NOT_FOR_LOAN: 33,
  TEN_LOANS_ON_THIS_CARD: 40,
  /** After five. */
  NO_RENEWALS_LEFT: 41,
  WANTED_BY_ANOTHER_READER: 42,
  /** Also the check-in of an item that is not on loan. */
  UNKNOWN_LOAN: 50,
  TEN_HOLDS_ON_THIS_CARD: 60,
  ALREADY_HELD: 61,
  UNKNOWN_HOLD: 70,
  TOO_MANY_KEYS: 80,
  BUSY_TRY_LATER: 90,
  /** An internal error, or a request that CIRC did not understand. It may have done something. */
  INTERNAL: 99,
} as const;

type ReturnCode = (typeof returnCodes)[keyof typeof returnCodes];

type Meaning = 'success' | 'session-unknown' | CodeMeaning<CirculationRefusal>;

/** What each code means in the answer to a change. */
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

/** Codes that mean something else in the answer to one operation. */
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
// `tsc` names here a refusal of the port that no code stands for.
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
 * What a return code means in the answer to an operation. With a code that the contract doesn't have, nobody knows what
 * was done: `outcome-unknown`.
 */
export function meaningOf(operation: keyof circ.Operations, code: number): Meaning {
  return (
    meaningByOperation.get(operation)?.get(code) ?? meaningByCode.get(code) ?? { failed: 'outcome-unknown' }
  );
}

export const isSessionUnknown = (code: number): boolean => code === returnCodes.SESSION_UNKNOWN;

/**
 * The reason that a read rejects with; null for success, and for an unknown session, which `with-session.ts` renews.
 */
export function reasonOfCode(code: number): UpstreamReason | null {
  const meaning = meaningByCode.get(code);
  return meaning === 'success' || meaning === 'session-unknown' ? null : reasonForRead(meaning);
}
