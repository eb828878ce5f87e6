/** Why a change in the payment system is refused, in both languages. */
import type { RefusalCode } from '../../../adapters/charges/port.ts';
import type { Message } from '../../library/message.ts';
import type { Refused } from '../../operations/adopted/prepared-change.ts';

/** Reasons for which the gateway itself refuses a change, in addition to those of the payment system. */
type OwnCode =
  | 'SEPARATE_RECORDS'
  | 'CLOSED'
  | 'METHOD_NOT_OFFERED'
  | 'NO_BRANCH'
  | 'CODE_NOT_VALID'
  | 'AMOUNT_DIFFERS'
  | 'TOO_MANY_REQUESTS';
type Code = RefusalCode | OwnCode;

const messages: Readonly<Record<Code, Message>> = {
  NO_SUCH_CHARGE: {
    en: 'The payment system does not have this charge of the reader. A new one takes a minute to get there: try again then.',
    'zh-Hant': '付款系統沒有該讀者的這項收費。新的收費需時一分鐘才可繳付：請稍後再試。',
  },
  NOT_THIS_PATRON: {
    en: 'This charge is not of this reader.',
    'zh-Hant': '這項收費不屬於該讀者。',
  },
  ALREADY_SETTLED: {
    en: 'Nothing is outstanding on this charge any more.',
    'zh-Hant': '這項收費已沒有尚欠款額。',
  },
  CHARGE_IN_PAYMENT: {
    en: 'This charge is in a payment that is under way: complete it, or cancel it first.',
    'zh-Hant': '這項收費正在另一筆付款中處理：請完成該筆付款，或先行取消。',
  },
  AMOUNT_TOO_LARGE: {
    en: 'Less than this amount is outstanding by now: look at the charge again.',
    'zh-Hant': '尚欠款額已少於所填金額：請重新查閱該項收費。',
  },
  AMOUNT_TOO_SMALL: {
    en: 'This amount is too small for a payment.',
    'zh-Hant': '金額太小，不能付款。',
  },
  NO_SUCH_PAYMENT: {
    en: 'The reader has no such payment.',
    'zh-Hant': '該讀者沒有這筆付款。',
  },
  NOT_PENDING: {
    en: 'This payment has ended: it can neither be paid nor cancelled.',
    'zh-Hant': '這筆付款已經結束，不能再繳付或取消。',
  },
  NOT_PAID: {
    en: 'This payment was not paid, so nothing can be given back.',
    'zh-Hant': '這筆付款未有繳付，不能退款。',
  },
  CHARGE_NOT_IN_PAYMENT: {
    en: 'This charge is not in this payment.',
    'zh-Hant': '這項收費不在這筆付款內。',
  },
  REFUND_TOO_LARGE: {
    en: 'More is asked back than was paid of this charge and not given back yet.',
    'zh-Hant': '退款金額超過該項收費已繳而未退的款額。',
  },
  SEPARATE_RECORDS: {
    en: 'These charges are of two records that were merged: pay them in two payments.',
    'zh-Hant': '這些收費屬於兩個已合併的讀者記錄：請分兩筆付款。',
  },
  CLOSED: {
    en: 'The payment system is closed, and nothing was done: try again later.',
    'zh-Hant': '付款系統現已關閉，手續未有辦理：請稍後再試。',
  },
  CODE_NOT_VALID: {
    en: 'This code is not valid, or not any more: let the reader show a new one.',
    'zh-Hant': '此編碼不正確或已失效：請讀者出示新的編碼。',
  },
  AMOUNT_DIFFERS: {
    en: 'This is not the amount that is to be paid now: look at what is owed again.',
    'zh-Hant': '金額與現時須繳付的款額不符：請重新查閱欠款。',
  },
  TOO_MANY_REQUESTS: {
    en: 'Many payments were started for this reader in the last hour: try again in an hour, or pay at a counter.',
    'zh-Hant': '過去一小時已為該讀者開立多筆付款：請於一小時後再試，或到櫃位繳付。',
  },
  METHOD_NOT_OFFERED: {
    en: 'The library does not take this way of paying.',
    'zh-Hant': '圖書館不接受這種付款方式。',
  },
  NO_BRANCH: {
    en: 'This station belongs to no branch, so it has no till: pay at a counter or on the web.',
    'zh-Hant': '此自助服務機不屬於任何分館，沒有收款機：請到櫃位或網上繳付。',
  },
};

/** A refusal for one reason. `field` is a path in the input. */
export const refused = (
  code: Code,
  field: readonly string[] | null = null,
  shown: Readonly<Record<string, string>> = {},
): Refused => ({ kind: 'refused', problems: [{ code, message: messages[code], field }], shown });

/**
 * The refusal of an amount that is owed on several merged records. It names the amount of each. `amounts` are in cents.
 */
export function separateRecords(amounts: readonly number[]): Refused {
  const dollars = amounts.map((cents) => `HK$${(cents / 100).toFixed(2)}`);
  const message = {
    en: `This is owed on records that were merged, and each is paid by itself: pay ${dollars.join(' and ')} one after the other.`,
    'zh-Hant': `欠款屬於已合併的讀者記錄，須分開繳付：請先後繳付${dollars.join('、')}。`,
  };
  return {
    kind: 'refused',
    problems: [{ code: 'SEPARATE_RECORDS' satisfies Code, message, field: ['cents'] }],
  };
}
