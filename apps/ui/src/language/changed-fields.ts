import { createTexts, useTexts } from './language.tsx';

/** The texts for the changed fields in an access log, by the field's name in the graph. */
export const changedFieldTexts = createTexts({
  englishName: { en: 'name in English', 'zh-Hant': '英文姓名' },
  chineseName: { en: 'name in Chinese', 'zh-Hant': '中文姓名' },
  dateOfBirth: { en: 'date of birth', 'zh-Hant': '出生日期' },
  identityNumber: { en: 'identity card number', 'zh-Hant': '身份證號碼' },
  birthCertificateNumber: { en: 'birth certificate number', 'zh-Hant': '出生證明書號碼' },
  guarantor: { en: 'guarantor', 'zh-Hant': '擔保人' },
  status: { en: 'standing', 'zh-Hant': '讀者狀況' },
  addressLines: { en: 'address', 'zh-Hant': '地址' },
  addressProven: { en: 'proof of address', 'zh-Hant': '住址證明' },
  telephone: { en: 'telephone', 'zh-Hant': '電話' },
  email: { en: 'e-mail', 'zh-Hant': '電郵' },
  noticePreferences: { en: 'which notices are sent', 'zh-Hant': '通知設定' },
  signIns: {
    en: 'the record was closed, which ended all sign-ins',
    'zh-Hant': '紀錄已註銷，所有登入亦已結束',
  },
  mergedInto: { en: 'merged into another record', 'zh-Hant': '併入另一份紀錄' },
  mergedFrom: { en: 'another record was merged into this one', 'zh-Hant': '併入了另一份紀錄' },
  'credential.status': { en: 'how a card stands', 'zh-Hant': '證件狀況' },
  'credential.issuedOn': { en: 'a card was issued', 'zh-Hant': '發出證件' },
  'credential.dateOfIssue': { en: 'date of issue of a card', 'zh-Hant': '證件簽發日期' },
  'credential.onReplacement': { en: 'what happens to the card once replaced', 'zh-Hant': '補領後的安排' },
  'credential.informationCardPrintedOn': { en: 'an information card was printed', 'zh-Hant': '列印資料卡' },
  'credential.block': { en: 'a card was blocked or unblocked', 'zh-Hant': '停用或恢復證件' },
  'credential.pin': { en: 'PIN', 'zh-Hant': '密碼' },
  'credential.pinCode': { en: 'one-time code for a PIN', 'zh-Hant': '設定密碼的一次性編碼' },
});

const otherTexts = createTexts({ other: { en: 'other data', 'zh-Hant': '其他資料' } });

/** The name of a changed field in an access log, in the page's language. */
export function useChangedField(): (field: string) => string {
  const texts: Readonly<Record<string, string>> = useTexts(changedFieldTexts);
  const { other } = useTexts(otherTexts);
  return (field) => texts[field] ?? other;
}
