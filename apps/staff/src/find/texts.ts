import { createTexts } from '@patron-graph/ui';

export const findTexts = createTexts({
  title: { en: 'Patrons', 'zh-Hant': '讀者' },
  search: { en: 'Name or number', 'zh-Hant': '姓名或號碼' },
  searchHint: {
    en: 'Name, library card number, telephone number or patron number. Scan a card, or press Enter to open the only hit.',
    'zh-Hant': '姓名、圖書證號碼、電話號碼或讀者編號。可掃描證件；只有一個結果時按 Enter 開啟。',
  },
  find: { en: 'Find', 'zh-Hant': '查找' },
  status: { en: 'Status', 'zh-Hant': '狀態' },
  anyStatus: { en: 'Any', 'zh-Hant': '全部' },
  hits: { en: 'Patrons found', 'zh-Hant': '查找結果' },
  found: {
    en: (count: number) => (count === 1 ? '1 patron found' : `${count} patrons found`),
    'zh-Hant': (count: number) => `找到 ${count} 位讀者`,
  },
  nobody: { en: 'Nobody was found.', 'zh-Hant': '找不到讀者。' },
  tooShort: {
    en: 'Type a name, or a whole number.',
    'zh-Hant': '請輸入姓名或完整號碼。',
  },
  name: { en: 'Name', 'zh-Hant': '姓名' },
  patronNumber: { en: 'Patron number', 'zh-Hant': '讀者編號' },
  card: { en: 'Library card', 'zh-Hant': '圖書證號碼' },
  dateOfBirth: { en: 'Date of birth', 'zh-Hant': '出生日期' },
  byDocument: { en: 'By identity document', 'zh-Hant': '以身份證明文件查找' },
  audited: {
    en: 'Only with the document in hand. Each look-up is recorded, also where nobody is found, and the patron can see it.',
    'zh-Hant': '必須核對文件正本。每次查找都會記錄（包括找不到讀者時），讀者可以查閱。',
  },
  kind: { en: 'Document', 'zh-Hant': '文件' },
  documentNumber: { en: 'Number', 'zh-Hant': '號碼' },
  documentHint: {
    en: 'As on the document; brackets and spaces don’t matter.',
    'zh-Hant': '按文件所示；括號及空格可省略。',
  },
  lookUp: { en: 'Look up', 'zh-Hant': '查找' },
});
