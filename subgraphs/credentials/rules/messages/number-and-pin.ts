import type { Localized } from '../../../library/language.ts';
import { messagesToEveryone } from './everyone.ts';

/**
 * Messages to a reader who typed the number of a card, with its PIN or a one-time code. A partner or the sign-in page
 * passes them on. Stations and staff never get them.
 */
export const numberAndPinTexts = {
  WRONG_NUMBER_OR_PIN: {
    en: "The number or the PIN is wrong, or the card can't be used now: type both again, or ask the library.",
    'zh-Hant': '號碼或密碼不正確，或此證現時不能使用：請重新輸入，或向圖書館查詢。',
  },
  WRONG_NUMBER_OR_CODE: {
    en: "The number or the code is wrong, or the code can't be used any more: ask the library for a new code.",
    'zh-Hant': '號碼或編碼不正確，或編碼已經失效：請向圖書館索取新的編碼。',
  },
  PIN_LOCKED: {
    en: 'Too many wrong PINs were entered here for this number: try again later, or ask the library.',
    'zh-Hant': '此號碼在此輸入錯誤密碼的次數過多：請稍後再試，或向圖書館查詢。',
  },
  TOO_MANY_REQUESTS: {
    en: 'Too many wrong numbers and PINs were entered here: try again later.',
    'zh-Hant': '在此輸入錯誤號碼及密碼的次數過多：請稍後再試。',
  },
  NOT_IN_GOOD_STANDING: {
    en: "The number and the PIN are right, but you can't use the library now: ask the library.",
    'zh-Hant': '號碼及密碼正確，但你現時不能使用圖書館服務：請向圖書館查詢。',
  },
  SYSTEM_UNAVAILABLE: messagesToEveryone.SYSTEM_UNAVAILABLE,
} as const satisfies Readonly<Record<string, Localized>>;
