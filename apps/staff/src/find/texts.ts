import { createTexts } from '@patron-graph/ui';

export const findTexts = createTexts({
  title: { en: 'Patrons', 'zh-Hant': '讀者' },
  search: { en: 'Name or number', 'zh-Hant': '姓名或號碼' },
  searchHint: {
    en: 'Name, telephone, card, copy, patron number or an operation’s code. Scan a card, or press Enter to open the only hit.',
    'zh-Hant': '姓名、電話、圖書證、館藏、讀者編號或辦理編碼。可掃描證件；只有一個結果時按 Enter 開啟。',
  },
  operation: { en: (code: string) => `Operation ${code}`, 'zh-Hant': (code: string) => `辦理紀錄 ${code}` },
  find: { en: 'Find', 'zh-Hant': '查找' },
  status: { en: 'Status', 'zh-Hant': '狀態' },
  anyStatus: { en: 'All', 'zh-Hant': '全部' },
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

  noCopy: { en: 'There is no copy with this number.', 'zh-Hant': '沒有此號碼的館藏。' },
  copyNumber: { en: 'Number', 'zh-Hant': '館藏號碼' },
  author: { en: 'Author', 'zh-Hant': '作者' },
  branch: { en: 'Belongs to', 'zh-Hant': '所屬分館' },
  copyState: { en: 'Where it is', 'zh-Hant': '狀況' },
  AVAILABLE: { en: 'On the shelf', 'zh-Hant': '在架上' },
  ON_LOAN: { en: 'On loan', 'zh-Hant': '已借出' },
  ON_HOLD_SHELF: { en: 'On the hold shelf', 'zh-Hant': '在預約架' },
  MISSING: { en: 'Missing', 'zh-Hant': '不知所在' },
  OTHER: { en: 'Somewhere else', 'zh-Hant': '在其他地方' },
  borrower: { en: 'Patron', 'zh-Hant': '讀者' },
  due: { en: 'Due', 'zh-Hant': '到期日' },
});
