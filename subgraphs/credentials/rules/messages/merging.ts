import type { Localized } from '../../../library/language.ts';

/** Messages to staff about merging two records. Only staff merge. */
export const messagesOfMerging = {
  SAME_RECORD: {
    en: 'Both numbers are of the same record: give the number of the other record.',
    'zh-Hant': '兩個號碼屬同一份紀錄：請填寫另一份紀錄的號碼。',
  },
  ALREADY_MERGED: {
    en: 'This record was merged into another: go on with the record that stayed.',
    'zh-Hant': '此紀錄已併入另一份紀錄：請改用保留的紀錄。',
  },
  MERGE_CHAIN: {
    en: 'This record was merged with another before: it can only be merged as the record that stays.',
    'zh-Hant': '此紀錄曾與另一份紀錄合併：再次合併時，只可選作保留的紀錄。',
  },
  IDENTITY_ON_LEAVING_RECORD: {
    en: 'Only the record that would leave has the identity card number: let that record stay.',
    'zh-Hant': '只有將停用的紀錄載有身份證號碼：請保留該份紀錄。',
  },
} as const satisfies Readonly<Record<string, Localized>>;
