import { createTexts } from '@patron-graph/ui';

export const accessTexts = createTexts({
  title: { en: 'Who has read my data', 'zh-Hant': '誰曾查閱我的資料' },
  about: {
    en: 'Each time that somebody read a whole identity number, looked you up, or changed your record or a card. Members of staff are not named.',
    'zh-Hant': '列出每次有人讀取完整證件號碼、查找你的記錄，或更改記錄或證件。不會顯示職員姓名。',
  },
  none: { en: 'Nobody has, so far.', 'zh-Hant': '暫時沒有記錄。' },
  when: { en: 'When', 'zh-Hant': '時間' },
  what: { en: 'What', 'zh-Hant': '事項' },
  who: { en: 'Who', 'zh-Hant': '身分' },
  application: { en: 'By which program', 'zh-Hant': '使用程式' },
  IDENTITY_NUMBER_READ: { en: 'Whole identity number read', 'zh-Hant': '讀取完整證件號碼' },
  FOUND_BY_IDENTITY_DOCUMENT: { en: 'Found by an identity document', 'zh-Hant': '以身份證明文件查找' },
  FOUND_BY_ITEM: { en: 'Found by an item', 'zh-Hant': '以館藏查找' },
  OPERATIONS_READ: { en: 'What was done for you was looked up', 'zh-Hant': '查閱辦理記錄' },
  SIGNED_IN: { en: 'Signed in', 'zh-Hant': '登入' },
  CHANGED: { en: 'Changed', 'zh-Hant': '更改' },
  changed: {
    en: (field: string) => `Changed: ${field}`,
    'zh-Hant': (field: string) => `更改：${field}`,
  },
  PATRON: { en: 'You', 'zh-Hant': '你' },
  STAFF: { en: 'Staff', 'zh-Hant': '職員' },
  STATION: { en: 'A self-service station', 'zh-Hant': '自助站' },
});
