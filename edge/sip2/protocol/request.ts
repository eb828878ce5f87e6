/**
 * Parses the messages of terminals. A message has two digits, then fields of fixed length, then variable fields. A
 * variable field has two letters and a text, and ends with `|`.
 *
 *     11 N N 20261125    093000 20261125    093000 AO|AA21852000000033|AB31852000000494|AC|AY1AZEF4A
 */

import { type Charset, decode } from './charset.ts';
import { checksumOf } from './checksum.ts';

/**
 * The fixed fields of each message from a terminal, with their lengths in characters (SIP2, "Command Messages to the
 * ACS").
 */
const layouts = {
  '01': { cardRetained: 1, transactionDate: 18 },
  '09': { noBlock: 1, transactionDate: 18, returnDate: 18 },
  '11': { renewalPolicy: 1, noBlock: 1, transactionDate: 18, noBlockDueDate: 18 },
  '15': { holdMode: 1, transactionDate: 18 },
  '17': { transactionDate: 18 },
  '19': { transactionDate: 18 },
  '23': { language: 3, transactionDate: 18 },
  '25': { transactionDate: 18 },
  '29': { thirdPartyAllowed: 1, noBlock: 1, transactionDate: 18, noBlockDueDate: 18 },
  '35': { transactionDate: 18 },
  '37': { transactionDate: 18, feeType: 2, paymentType: 2, currencyType: 3 },
  // The protocol text doesn't define 55 and 95. Some terminals send them, and wait for an answer.
  '55': {},
  '63': { language: 3, transactionDate: 18, summary: 10 },
  '65': { transactionDate: 18 },
  '93': { userAlgorithm: 1, passwordAlgorithm: 1 },
  '95': {},
  '97': {},
  '99': { statusCode: 1, maxPrintWidth: 3, protocolVersion: 4 },
} as const;

export type RequestCode = keyof typeof layouts;

/** A complete message. Its checksum, if it has one, is right. */
export interface SipRequest<Code extends RequestCode = RequestCode> {
  readonly code: Code;
  readonly fixed: Readonly<Record<keyof (typeof layouts)[Code], string>>;
  /** The texts by field identifier, such as `AB`. If a field occurs twice, its first text is kept. */
  readonly fields: ReadonlyMap<string, string>;
  /** The digit of `AY`. Null if the terminal uses no error detection. */
  readonly sequence: string | null;
}

export type AnyRequest = { [Code in RequestCode]: SipRequest<Code> }[RequestCode];

/** `corrupt`: the terminal must send the message again (96). `unknown`: its code is not in `layouts`. */
export type ParsedRequest = AnyRequest | 'corrupt' | 'unknown';

const errorDetection = /(?:AY(\d))?AZ([\da-f]{4})$/i;

/**
 * Checks the checksum, if any. Decodes the frame before splitting the fields, because the second byte of a Big5 character
 * may be a `|`.
 */
export function parseRequest(frame: Buffer, charset: Charset): ParsedRequest {
  const detection = errorDetection.exec(frame.subarray(-9).toString('latin1'));
  if (detection !== null) {
    const [, , checksum = ''] = detection;
    if (checksumOf(frame.subarray(0, -checksum.length)) !== checksum.toUpperCase()) {
      return 'corrupt';
    }
  }
  const text = decode(detection === null ? frame : frame.subarray(0, -detection[0].length), charset);
  const code = text.slice(0, 2);
  if (!isRequestCode(code)) {
    return 'unknown';
  }
  let offset = 2;
  const fixed: Record<string, string> = {};
  for (const [name, length] of Object.entries(layouts[code])) {
    fixed[name] = text.slice(offset, offset + length);
    offset += length;
  }
  if (text.length < offset) {
    return 'corrupt';
  }
  const fields = parseFields(text.slice(offset));
  return { code, fixed, fields, sequence: detection?.[1] ?? null } as AnyRequest;
}

function isRequestCode(code: string): code is RequestCode {
  return Object.hasOwn(layouts, code);
}

function parseFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const field of text.split('|')) {
    const id = field.slice(0, 2);
    if (id.length === 2 && !fields.has(id)) {
      fields.set(id, field.slice(2));
    }
  }
  return fields;
}
