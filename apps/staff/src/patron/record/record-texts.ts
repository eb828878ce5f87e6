import { createTexts } from '@patron-graph/ui';

export const recordTexts = createTexts({
  record: { en: 'Record', 'zh-Hant': '讀者紀錄' },
  englishName: { en: 'English name', 'zh-Hant': '英文姓名' },
  englishNameHint: {
    en: 'Surname first, for example CHAN, TAI MAN',
    'zh-Hant': '先姓後名，如 CHAN, TAI MAN',
  },
  chineseName: { en: 'Chinese name', 'zh-Hant': '中文姓名' },
  dateOfBirth: { en: 'Date of birth', 'zh-Hant': '出生日期' },
  documents: { en: 'Documents', 'zh-Hant': '證件' },
  showNumbers: { en: 'Show whole numbers', 'zh-Hant': '顯示完整號碼' },
  showNumbersText: {
    en: 'To compare with the documents in hand. This is recorded, and the patron can see it.',
    'zh-Hant': '供與所持證件核對。查閱會記錄在案，讀者可以看到。',
  },
  guarantor: { en: 'Parent or guarantor', 'zh-Hant': '家長或擔保人' },
  guarantorName: { en: 'Name of the guarantor', 'zh-Hant': '擔保人姓名' },
  guarantorTelephone: { en: 'Telephone of the guarantor', 'zh-Hant': '擔保人電話' },
  address: { en: 'Address', 'zh-Hant': '地址' },
  addressLine: {
    en: (line: number) => `Address, line ${line}`,
    'zh-Hant': (line: number) => `地址第 ${line} 行`,
  },
  addressProven: { en: 'Proof was shown', 'zh-Hant': '已出示住址證明' },
  addressNotProven: { en: 'Proof was not shown', 'zh-Hant': '未出示住址證明' },
  telephone: { en: 'Telephone', 'zh-Hant': '電話' },
  email: { en: 'E-mail', 'zh-Hant': '電郵' },
  none: { en: 'None', 'zh-Hant': '沒有' },
  now: {
    en: (value: string) => `Registered now: ${value}`,
    'zh-Hant': (value: string) => `現時登記：${value}`,
  },

  amendContact: { en: 'Change contact details', 'zh-Hant': '更改聯絡資料' },
  addressProofShown: { en: 'Proof of the address was shown', 'zh-Hant': '已出示住址證明' },
  amendRecord: { en: 'Change the record', 'zh-Hant': '更改讀者紀錄' },
  amendRecordText: {
    en: 'Only with the documents in hand. Fields that you leave as they are stay unchanged.',
    'zh-Hant': '須持有證件。沒有改動的資料維持不變。',
  },
  identityNumber: { en: 'New number of the identity card', 'zh-Hant': '新的身份證號碼' },
  identityNumberHint: {
    en: 'Whole, as in A123456(3). Leave it empty to keep the registered one.',
    'zh-Hant': '完整號碼，如 A123456(3)。留空則保留原有號碼。',
  },
  birthCertificateNumber: { en: 'New number of the birth certificate', 'zh-Hant': '新的出生證明書號碼' },
  save: { en: 'Save', 'zh-Hant': '儲存' },
  saved: { en: 'The record is changed.', 'zh-Hant': '紀錄已經更改。' },
  conflict: {
    en: 'The record was changed in the meantime and has been refreshed. Compare it with what you typed, and save again.',
    'zh-Hant': '其間有人更改了紀錄，現已重新讀取：請與你輸入的資料核對，然後再儲存。',
  },
});
