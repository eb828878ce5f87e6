/**
 * The texts for errors of the graph and of the page's own server, by code. The texts are for people who don't know the
 * graph, while the graph's own messages are also for developers.
 */
import type { MissingValue } from '@patron-graph/kit';
import { createTexts, type Language } from './language.tsx';

const noAnswer = {
  en: 'A system of the library does not answer. Please try again in a moment.',
  'zh-Hant': '圖書館其中一個系統沒有回應，請稍後再試。',
};
const noUsableAnswer = {
  en: 'A system of the library gave an answer that can’t be used. If this continues, please report it.',
  'zh-Hant': '圖書館其中一個系統的回應無法使用。如情況持續，請通知圖書館。',
};
const failure = {
  en: 'Something went wrong at the library. If this continues, please report it.',
  'zh-Hant': '圖書館系統出現問題。如情況持續，請通知圖書館。',
};
const tooMuch = {
  en: 'The system is busy. Please try again in a moment.',
  'zh-Hant': '系統繁忙，請稍後再試。',
};
const readAnew = {
  en: 'This page has missed something. Please load it again.',
  'zh-Hant': '此頁遺漏了部分更新，請重新載入。',
};
const tooLarge = {
  en: 'This is more than can be shown at once.',
  'zh-Hant': '資料過多，未能一次顯示。',
};
const wrongRequest = {
  en: 'The library’s system did not accept this page’s request. Load the page again; if this continues, please report it.',
  'zh-Hant': '圖書館系統不接納此頁的要求。請重新載入頁面；如情況持續，請通知圖書館。',
};

/** The payment system is closed every night. So this text names the times when another attempt would not help. */
const noPaymentSystemAnswer = {
  en: 'A system of the library does not answer. The payment system is closed every night from 23:30 to 00:15. At any other time, please try again in a moment.',
  'zh-Hant': '圖書館其中一個系統沒有回應。繳費系統每晚 23:30 至 00:15 暫停服務，其他時間請稍後再試。',
};
/** The fields that the graph reads from the payment system. */
const paymentFields: ReadonlySet<string | number> = new Set([
  'account',
  'codePayment',
  'owes',
  'owingPatrons',
  'payable',
  'payment',
]);

/** A text for each code, except for the codes in `spokenByGraph`. */
export const errorTexts = createTexts({
  UPSTREAM_UNAVAILABLE: noAnswer,
  UPSTREAM_TIMEOUT: noAnswer,
  UPSTREAM_OVERLOADED: noAnswer,
  UPSTREAM_CANCELLED: noAnswer,
  JOURNAL_UNAVAILABLE: noAnswer,
  SUBGRAPH_UNAVAILABLE: noAnswer,
  SUBGRAPH_TIMEOUT: noAnswer,
  AUTHENTICATION_UNAVAILABLE: noAnswer,
  CLIENT_GONE: noAnswer,
  UPSTREAM_INVALID_RESPONSE: noUsableAnswer,
  UPSTREAM_REJECTED: noUsableAnswer,
  UPSTREAM_OUTCOME_UNKNOWN: noUsableAnswer,
  SUBGRAPH_INVALID_RESPONSE: noUsableAnswer,
  SUBGRAPH_ERROR: noUsableAnswer,
  INTERNAL_SERVER_ERROR: failure,
  PLANNING_FAILED: failure,
  NOT_BUILT: failure,
  RATE_LIMITED: tooMuch,
  UNAVAILABLE: tooMuch,
  TOO_MANY_ERRORS: {
    en: 'More could not be read than is listed here.',
    'zh-Hant': '尚有其他資料未能讀取，未有列出。',
  },
  ANSWER_TOO_LARGE: tooLarge,
  OPERATION_TOO_LARGE: tooLarge,
  COST_ESTIMATED_TOO_EXPENSIVE: tooLarge,
  PAYLOAD_TOO_LARGE: tooLarge,
  FEED_NOT_FOLLOWED: {
    en: 'Nothing can be lent or reserved while the system checks its records. Please try again in a minute.',
    'zh-Hant': '系統正在核對紀錄，暫停借閱及預約，請於一分鐘後再試。',
  },
  OPERATION_LOST: {
    en: 'The system has lost this request, and it may have been done. Please check before you try again.',
    'zh-Hant': '系統遺失了此項要求，惟要求可能已經完成。請先查核，然後再試。',
  },
  INDEX_BEHIND: {
    en: 'What has just happened is not in the list yet. Please try again in some seconds.',
    'zh-Hant': '清單尚未包括剛發生的事項，請於數秒後再試。',
  },
  CURSOR_EXPIRED: readAnew,
  CURSOR_INVALID: readAnew,
  TOO_MANY_REQUESTS: {
    en: 'There were too many attempts. Please try again later.',
    'zh-Hant': '嘗試次數過多，請稍後再試。',
  },
  ACCESS_REASON_NEEDED: {
    en: 'Choose above why you look. The library keeps the reason in the access log.',
    'zh-Hant': '請在上方選擇查閱原因。圖書館會把原因保存於查閱紀錄。',
  },
  UNAUTHENTICATED: { en: 'Sign in to see this.', 'zh-Hant': '請先登入。' },
  FRESH_SIGN_IN_NEEDED: {
    en: 'This takes a new sign-in, because you signed in some time ago. Please sign in again, then try once more.',
    'zh-Hant': '由於你已登入一段時間，此項須重新登入才可辦理。請登入後再試。',
  },
  FORBIDDEN: { en: 'Your account has no right to this.', 'zh-Hant': '你的帳戶沒有此權限。' },
  CSRF_CHECK_FAILED: {
    en: 'This page is out of date. Please load it again.',
    'zh-Hant': '此頁面已過時，請重新載入。',
  },
  NOT_FOUND: { en: 'There is nothing here.', 'zh-Hant': '找不到資料。' },
  WRONG_CODE: {
    en: 'The code is wrong, used, or too old.',
    'zh-Hant': '編碼不正確、已使用或已過期。',
  },
  BAD_USER_INPUT: {
    en: 'Something you entered is not in the right format.',
    'zh-Hant': '你輸入的某項資料格式不正確。',
  },
  BAD_REQUEST: wrongRequest,
  METHOD_NOT_ALLOWED: wrongRequest,
  NOT_ACCEPTABLE: wrongRequest,
  UNSUPPORTED_MEDIA_TYPE: wrongRequest,
  GRAPHQL_PARSE_FAILED: wrongRequest,
  GRAPHQL_VALIDATION_FAILED: wrongRequest,
  OPERATION_NOT_SUPPORTED: wrongRequest,
  PERSISTED_QUERY_NOT_FOUND: wrongRequest,
  PERSISTED_QUERY_NOT_SUPPORTED: wrongRequest,
  PERSISTED_QUERY_HASH_MISMATCH: wrongRequest,
  QUERY_NOT_IN_SAFELIST: wrongRequest,
});

/**
 * Codes of errors about a person's input, or about a list that is being built. The graph's messages for these codes are
 * in the requested language, and some contain a time or the progress. So the page shows these messages.
 */
export const spokenByGraph: ReadonlySet<string> = new Set([
  'WRONG_NUMBER_OR_PIN',
  'PIN_LOCKED',
  'IDENTITY_NUMBER_INVALID',
  'SMART_ID_NEEDED',
  'INVALID',
  'INDEX_NOT_READY',
]);

/**
 * Whether the graph's message names a scope. Users then see the message, so that they can request the scope from the
 * people who manage accounts.
 */
const namesScope = (message: string): boolean => /requires the scope |須有權限 /.test(message);

type ErrorCode = keyof typeof errorTexts;
const hasText = (code: string): code is ErrorCode => Object.hasOwn(errorTexts, code);

/** The reason why a value could not be read or a request was rejected, in words for the page's users. */
export function reasonIn(
  language: Language,
  { code, message, path }: Pick<MissingValue, 'code' | 'message' | 'path'>,
): string {
  if (spokenByGraph.has(code) || (code === 'FORBIDDEN' && namesScope(message))) {
    return message;
  }
  if (code === 'UPSTREAM_UNAVAILABLE' && path.some((name) => paymentFields.has(name))) {
    return noPaymentSystemAnswer[language];
  }
  const text = (hasText(code) ? errorTexts[code] : failure)[language];
  // The graph's message is added because it says which field is wrong. It never contains the field's value.
  return code === 'BAD_USER_INPUT' ? `${text} (${message})` : text;
}
