import { createTexts } from '@patron-graph/ui';

export const payTexts = createTexts({
  title: { en: 'Pay for somebody else', 'zh-Hant': '為他人繳付' },
  about: {
    en: 'Somebody who owes something shows you a code, on the page “What you owe”. You are told only the sum.',
    'zh-Hant': '欠款者可在「欠款及繳費」一頁出示代碼。你只會知道總額。',
  },
  withCode: { en: 'With a code', 'zh-Hant': '以代碼繳付' },
  code: { en: 'Code', 'zh-Hant': '代碼' },
  codeHint: {
    en: 'About 110 characters. Paste it here, or scan the QR code with the camera of your phone.',
    'zh-Hant': '約 110 個字元。請在此貼上，或用手機相機掃描二維碼。',
  },
  showSum: { en: 'Show the sum', 'zh-Hant': '顯示總額' },
  notValid: {
    en: 'This code is not valid, or has expired. Ask for a new one.',
    'zh-Hant': '此代碼無效或已過期，請索取新代碼。',
  },
  nothing: { en: 'Nothing can be paid with this code now.', 'zh-Hant': '此代碼現時沒有可繳付的款項。' },
  sum: { en: (sum: string) => `${sum} is to be paid.`, 'zh-Hant': (sum: string) => `待繳 ${sum}。` },
  stateUnknown: {
    en: 'It could not be checked just now whether this is paid. This page keeps checking.',
    'zh-Hant': '暫時未能得知是否已繳付，本頁會繼續查詢。',
  },
  paymentNumber: { en: 'Payment', 'zh-Hant': '付款編號' },
  receiptNumber: { en: 'Receipt number', 'zh-Hant': '收據編號' },
  paidAt: { en: 'Paid', 'zh-Hant': '繳付時間' },
  amount: { en: 'Amount', 'zh-Hant': '金額' },
  method: { en: 'How', 'zh-Hant': '方式' },
  keepOpen: {
    en: 'Keep this page open, or come back to it in this tab. It shows when the payment has arrived.',
    'zh-Hant': '請保留本頁，或在同一分頁返回此處：本頁會顯示是否已繳付。',
  },
  PAID: {
    en: 'Keep these numbers. The receipt that says what it was for is on the page of the person you paid for.',
    'zh-Hant': '請保存以下編號。列明收費項目的收據在欠款者的頁面。',
  },
  EXPIRED: {
    en: 'No money arrived, so nothing is paid. If you paid at the last moment, the money is given back to you.',
    'zh-Hant': '款項未有到帳，欠款尚未繳付。如你在最後一刻付款，款項會退回給你。',
  },
  CANCELLED: {
    en: 'You, or the person who owes it, have cancelled it. Nothing is paid.',
    'zh-Hant': '你或欠款者已取消此付款。未有繳付任何款項。',
  },
  PAID_LATE: {
    en: 'It is given back to you automatically. What was owed is still to be paid.',
    'zh-Hant': '款項會自動退回給你，欠款仍須繳付。',
  },
});
