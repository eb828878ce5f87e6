import { createTexts } from '@patron-graph/ui';

export const accessTexts = createTexts({
  title: { en: 'Who looked at my record', 'zh-Hant': '誰查閱過我的資料' },
  about: {
    en: 'Each time someone opened your record or loans, looked you up, or changed your record or a card. Members of staff are not named.',
    'zh-Hant': '列出每次有人開啟你的紀錄或借閱資料、查找你的紀錄，或更改紀錄或證件。不會顯示職員姓名。',
  },
  allData: {
    en: 'Download one file with everything the library knows about you. It lists anything that could not be read. You may have to sign in again first.',
    'zh-Hant':
      '你可以下載一個檔案，內有圖書館所存有關你的全部資料，並列明未能讀取的部分。下載前或須重新登入。',
  },
  download: { en: 'Download all my data', 'zh-Hant': '下載我的全部資料' },
  entries: { en: 'Newest first', 'zh-Hant': '最新的在前' },
  none: { en: 'Nobody has looked at your record so far.', 'zh-Hant': '暫時沒有紀錄。' },
  when: { en: 'When', 'zh-Hant': '時間' },
  what: { en: 'What', 'zh-Hant': '事項' },
  who: { en: 'Who', 'zh-Hant': '查閱者' },
  application: { en: 'Program used', 'zh-Hant': '使用程式' },
  signIn: { en: 'The sign-in page', 'zh-Hant': '登入頁面' },
  why: { en: 'Why', 'zh-Hant': '原因' },
  READER_PRESENT: { en: 'You were at the desk', 'zh-Hant': '你在櫃位' },
  READER_ASKED: { en: 'You had called or written', 'zh-Hant': '你曾來電或來函' },
  CIRCULATION_WORK: { en: 'Work on loans and reservations', 'zh-Hant': '處理借閱及預約' },
  APPLICATION: { en: 'Your application', 'zh-Hant': '你的申請' },
  CORRECTION: { en: 'To correct a mistake', 'zh-Hant': '更正錯誤' },
  RECORD_READ: { en: 'Record opened', 'zh-Hant': '開啟讀者紀錄' },
  LOANS_READ: { en: 'Loans, reservations or charges opened', 'zh-Hant': '開啟借閱、預約或費用資料' },
  IDENTITY_NUMBER_READ: { en: 'Full identity number read', 'zh-Hant': '讀取完整證件號碼' },
  FOUND_BY_IDENTITY_DOCUMENT: { en: 'Found by an identity document', 'zh-Hant': '以身份證明文件查找' },
  FOUND_BY_ITEM: { en: 'Found by a copy', 'zh-Hant': '以館藏查找' },
  OPERATIONS_READ: { en: 'Your requests looked up', 'zh-Hant': '查閱辦理紀錄' },
  SIGNED_IN: { en: 'Signed in', 'zh-Hant': '登入' },
  DATA_EXPORTED: { en: 'All your data downloaded', 'zh-Hant': '已取得全部個人資料' },
  CHANGED: { en: 'Changed', 'zh-Hant': '更改' },
  changed: {
    en: (field: string) => `Changed: ${field}`,
    'zh-Hant': (field: string) => `更改：${field}`,
  },
  PATRON: { en: 'You', 'zh-Hant': '你' },
  STAFF: { en: 'A member of staff', 'zh-Hant': '職員' },
  STATION: { en: 'A self-service station', 'zh-Hant': '自助服務站' },
});
