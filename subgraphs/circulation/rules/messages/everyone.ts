import type { Localized } from '../../../library/language.ts';
import { inWords, renewalLimit } from '../limits.ts';

/** Messages that are the same for readers, stations and staff. */
export const messagesToEveryone = {
  WRONG_NUMBER_OR_PIN: {
    en: 'The number or the PIN is wrong, or too many wrong ones have locked it: try again in a quarter of an hour.',
    'zh-Hant': '號碼或密碼不正確，或因多次輸入錯誤而被鎖：請於十五分鐘後再試。',
  },
  TOO_MANY_REQUESTS: {
    en: 'Too many wrong numbers and PINs were given here: try again later.',
    'zh-Hant': '此處輸入錯誤號碼及密碼的次數過多：請稍後再試。',
  },
  NO_RENEWALS_LEFT: {
    en: `This loan has been renewed ${inWords(renewalLimit)} times: it must be returned by its due date.`,
    'zh-Hant': `此項借閱已續借 ${renewalLimit} 次：須於到期日或之前歸還。`,
  },
  NOTHING_TO_GAIN: {
    en: 'A renewal today would not move the due date, and none was used: renew this loan nearer to its due date.',
    'zh-Hant': '今天續借不會延長到期日，故未有續借，亦不計次數：請於臨近到期日時續借。',
  },
  RENEWAL_PENDING: {
    en: 'Another renewal of this loan is not settled yet: look at its due date again in a minute.',
    'zh-Hant': '此項借閱的另一次續借仍在處理中：請於一分鐘後再查閱到期日。',
  },
  TITLE_NOT_FOUND: {
    en: 'There is no title of this number: look for it in the catalogue again.',
    'zh-Hant': '沒有此號碼的書目：請重新查找目錄。',
  },
  BRANCH_NOT_FOUND: {
    en: 'The library has no such branch: choose one of its branches.',
    'zh-Hant': '圖書館沒有此分館：請從各分館中選擇。',
  },
  SYSTEM_UNAVAILABLE: {
    en: "A system of the library can't be reached, and nothing was done: try again in a moment.",
    'zh-Hant': '圖書館系統暫時未能連接，手續未有辦理：請稍後再試。',
  },
} as const satisfies Readonly<Record<string, Localized>>;
