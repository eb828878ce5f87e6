import { createTexts } from '../language/language.tsx';
import type { CheckedPath } from './application-form.ts';

export const applicationTexts = createTexts({
  wants: { en: 'You are applying for', 'zh-Hant': '申請項目' },
  LIBRARY_CARD: { en: 'A library card', 'zh-Hant': '圖書證' },
  SMART_ID: {
    en: 'Library use of a smart identity card (age 11 and over)',
    'zh-Hant': '以智能身份證使用圖書館服務（11 歲或以上）',
  },
  applicant: { en: 'Who is the card for?', 'zh-Hant': '申請人' },
  englishName: { en: 'Name in English', 'zh-Hant': '英文姓名' },
  englishNameHint: {
    en: 'Surname first, for example CHAN, TAI MAN',
    'zh-Hant': '姓氏在前，例如 CHAN, TAI MAN',
  },
  chineseName: { en: 'Name in Chinese', 'zh-Hant': '中文姓名' },
  dateOfBirth: { en: 'Date of birth', 'zh-Hant': '出生日期' },
  identityNumber: { en: 'Identity card number', 'zh-Hant': '身份證號碼' },
  identityNumberHint: {
    en: 'With the check digit, for example A123456(3)',
    'zh-Hant': '包括括號內的校驗碼，例如 A123456(3)',
  },
  smartIdDateOfIssue: { en: 'Date of issue on the smart identity card', 'zh-Hant': '智能身份證簽發日期' },
  dateOfIssueHint: {
    en: 'Needed for a smart identity card',
    'zh-Hant': '申請以智能身份證使用服務時必須填寫',
  },
  birthCertificateNumber: { en: 'Birth certificate number', 'zh-Hant': '出生證明書號碼' },
  birthCertificateHint: {
    en: 'For children under 11 who have no identity card',
    'zh-Hant': '適用於未有身份證的 11 歲以下兒童',
  },
  addressProofShown: { en: 'I have seen proof of address', 'zh-Hant': '已核對住址證明' },
  guarantor: { en: 'Parent or guarantor', 'zh-Hant': '家長或擔保人' },
  guarantorText: {
    en: 'If the applicant is under 18, a parent or guarantor must fill this in and sign.',
    'zh-Hant': '申請人未滿 18 歲，須由家長或擔保人填寫及簽署。',
  },
  isMinor: { en: 'The applicant is under 18', 'zh-Hant': '申請人未滿 18 歲' },
  guarantorName: { en: 'Name of the parent or guarantor', 'zh-Hant': '家長或擔保人姓名' },
  guarantorTelephone: { en: 'Telephone of the parent or guarantor', 'zh-Hant': '家長或擔保人電話' },
  signedOn: { en: 'Signed on', 'zh-Hant': '簽署日期' },
  allowsSmartId: {
    en: 'The applicant may use a smart identity card',
    'zh-Hant': '容許申請人使用智能身份證',
  },
  incomplete: {
    en: 'The application is not complete yet',
    'zh-Hant': '申請資料未齊',
  },
});

/** The messages at the fields that the page checks before it sends the application. */
export const missingTexts = createTexts({
  wants: { en: 'Choose at least one card.', 'zh-Hant': '請最少選擇一項申請。' },
  'applicant.englishName': { en: 'Enter the English name.', 'zh-Hant': '請輸入英文姓名。' },
  'applicant.dateOfBirth': { en: 'Enter the date of birth.', 'zh-Hant': '請輸入出生日期。' },
  'applicant.smartIdDateOfIssue': {
    en: 'Enter the date of issue on the smart identity card.',
    'zh-Hant': '請輸入智能身份證簽發日期。',
  },
  'guarantor.name': {
    en: 'Enter the name of the parent or guarantor.',
    'zh-Hant': '請輸入家長或擔保人姓名。',
  },
  'guarantor.signedOn': { en: 'Enter the date of the signature.', 'zh-Hant': '請輸入簽署日期。' },
} satisfies Readonly<Record<CheckedPath, object>>);
