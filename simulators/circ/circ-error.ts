/** The vendor's return codes (`RC`). */
export type CircCode = 10 | 11 | 20 | 21 | 30 | 31 | 33 | 40 | 41 | 42 | 50 | 60 | 61 | 70 | 80 | 90 | 99;

export const MESSAGES: Readonly<Record<CircCode, string>> = {
  10: 'SESSION UNKNOWN OR EXPIRED',
  11: 'WRONG USER OR PASSWORD',
  20: 'UNKNOWN CARD',
  21: 'CARD BLOCKED',
  30: 'UNKNOWN ITEM',
  31: 'ITEM NOT AVAILABLE',
  33: 'NOT FOR LOAN',
  40: 'CARD HAS TEN LOANS',
  41: 'NO RENEWALS LEFT',
  42: 'WANTED BY ANOTHER READER',
  50: 'UNKNOWN LOAN',
  60: 'TEN HOLDS ON THIS CARD',
  61: 'ALREADY HELD',
  70: 'UNKNOWN HOLD',
  80: 'TOO MANY KEYS',
  90: 'BUSY, TRY LATER',
  99: 'INTERNAL OR NOT UNDERSTOOD',
};

export class CircError extends Error {
  override readonly name = 'CircError';
  readonly code: CircCode;

  constructor(code: CircCode, message: string = MESSAGES[code]) {
    super(message);
    this.code = code;
  }
}
