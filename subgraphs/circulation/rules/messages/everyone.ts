import type { Localized } from '../../../library/language.ts';
import { unavailableText } from '../../../operations/problem.ts';
import { inWords, renewalLimit } from '../limits.ts';

/** Messages that are the same for readers, for stations and for staff. */
export const messagesToEveryone = {
  NO_RENEWALS_LEFT: {
    en: `This loan has been renewed ${inWords(renewalLimit)} times: it must be returned by its due date, or now if that has passed.`,
    'zh-Hant': `此項借閱已續借 ${renewalLimit} 次：須於到期日或之前歸還，如已逾期，請立即歸還。`,
  },
  NOTHING_TO_GAIN: {
    en: 'A renewal today would not change the due date, so none was used up: renew this loan nearer to its due date.',
    'zh-Hant': '今天續借不會延長到期日，故未有續借，亦不計次數：請於臨近到期日時續借。',
  },
  RENEWAL_PENDING: {
    en: 'Another renewal of this loan is still under way: check its due date again in a minute.',
    'zh-Hant': '此項借閱的另一次續借仍在處理中：請於一分鐘後再查閱到期日。',
  },
  TITLE_NOT_FOUND: {
    en: 'There is no title with this number: look for it in the catalogue again.',
    'zh-Hant': '沒有此號碼的書目：請重新查找目錄。',
  },
  BRANCH_NOT_FOUND: {
    en: 'The library has no such branch: choose one of its branches.',
    'zh-Hant': '圖書館沒有此分館：請從各分館中選擇。',
  },
  NOTICE_MUST_BE_SENT: {
    en: 'The library must send notices of this kind: switch off reminders alone.',
    'zh-Hant': '圖書館必須發出此類通知：只可關閉提示。',
  },
  LINK_NOT_VALID: {
    en: 'This link is incomplete, or not from the library: notices can also be chosen after signing in.',
    'zh-Hant': '此連結不完整，或並非由圖書館發出：登入後亦可選擇通知。',
  },
  SYSTEM_UNAVAILABLE: unavailableText,
} as const satisfies Readonly<Record<string, Localized>>;
