import { createTexts } from '@patron-graph/ui';

export const waysToPay = createTexts({
  choose: { en: 'How do you want to pay?', 'zh-Hant': '要以哪種方式繳付？' },
  FPS: { en: 'FPS', 'zh-Hant': '轉數快' },
  CARD: { en: 'Card', 'zh-Hant': '信用卡或扣帳卡' },
  ALIPAY_HK: { en: 'AlipayHK', 'zh-Hant': 'AlipayHK' },
  WECHAT_PAY_HK: { en: 'WeChat Pay HK', 'zh-Hant': 'WeChat Pay HK' },
  PAY_ME: { en: 'PayMe', 'zh-Hant': 'PayMe' },
  OCTOPUS: { en: 'Octopus', 'zh-Hant': '八達通' },
  pay: {
    en: (sum: string, way: string) => `Pay ${sum} by ${way === 'Card' ? 'card' : way}`,
    'zh-Hant': (sum: string, way: string) => `以${way}繳付 ${sum}`,
  },
  byCode: {
    en: 'You get a QR code to scan with the app of your bank. You then have 15 minutes to pay.',
    'zh-Hant': '你會得到一個二維碼，供銀行應用程式讀取，並有 15 分鐘時間付款。',
  },
  elsewhere: {
    en: 'A link leads you to the page where you pay, and from there back to this library. You then have 15 minutes.',
    'zh-Hant': '你會經連結前往付款頁面，之後返回本圖書館，並有 15 分鐘時間付款。',
  },
});

export const chargesTexts = createTexts({
  title: { en: 'What you owe', 'zh-Hant': '欠款及繳費' },
  atCounter: {
    en: 'This library takes payments at a counter only. What you owe is on the page of your loans.',
    'zh-Hant': '本圖書館只在櫃位收款。欠款載於「借閱」一頁。',
  },
  closedUntil: {
    en: (time: string) => `Payments are closed until ${time}. Nothing was paid.`,
    'zh-Hant': (time: string) => `繳費系統暫停服務至 ${time}。未有付款。`,
  },

  owed: { en: 'To pay', 'zh-Hant': '尚欠款項' },
  total: { en: (sum: string) => `${sum} in all.`, 'zh-Hant': (sum: string) => `合計 ${sum}。` },
  nothing: { en: 'You owe nothing.', 'zh-Hant': '你沒有欠款。' },
  choose: { en: 'What do you want to pay?', 'zh-Hant': '要繳付哪些款項？' },
  since: { en: (day: string) => `Since ${day}`, 'zh-Hant': (day: string) => `自 ${day}` },
  payBefore: {
    en: (day: string) => `To be paid by ${day}`,
    'zh-Hant': (day: string) => `請於 ${day} 或之前繳付`,
  },
  notPayableYet: {
    en: 'This is new, and can be paid here in about a minute.',
    'zh-Hant': '這是新的欠款，約一分鐘後才可在此繳付。',
  },
  inPayment: {
    en: 'It is in the payment above. Complete that, or cancel it.',
    'zh-Hant': '此款項在上面的付款中。請完成該付款，或將其取消。',
  },
  credit: {
    en: (sum: string) => `The library owes you ${sum}. You can spend it at a counter.`,
    'zh-Hant': (sum: string) => `圖書館欠你 ${sum}，可在櫃位使用。`,
  },
  creditUntil: {
    en: (day: string) => `It can be spent until ${day}.`,
    'zh-Hant': (day: string) => `使用期限：${day}。`,
  },

  alsoAtCounter: { en: 'You can also pay at any counter.', 'zh-Hant': '你亦可到任何櫃位繳付。' },
  toldOnly: {
    en: 'This is what is owed for loans. What was paid may still be listed until tomorrow. Printing, room hire and the like are not listed. Nothing can be paid here now.',
    'zh-Hant':
      '以下是因借閱而欠的款項。已繳付的款項可能到明天仍會列出，列印、租用場地等費用未有列出。現時不能在此繳付。',
  },

  payment: { en: 'Your payment', 'zh-Hant': '你的付款' },
  PENDING: {
    en: (sum: string, time: string) => `Pay ${sum} before ${time}`,
    'zh-Hant': (sum: string, time: string) => `請於 ${time} 或之前繳付 ${sum}`,
  },
  pendingNow: { en: (sum: string) => `${sum} is to be paid`, 'zh-Hant': (sum: string) => `待繳 ${sum}` },
  scan: {
    en: 'Read this code with the app of your bank. If the app is on this device, save the code as a picture, and open the picture in the app.',
    'zh-Hant': '請以銀行應用程式掃描此碼。如應用程式在同一裝置上，請先儲存圖片，再於應用程式開啟。',
  },
  waits: {
    en: 'This page tells you as soon as the money has arrived. Until then, nothing is paid.',
    'zh-Hant': '款項到帳後，本頁會即時顯示。在此之前尚未繳付。',
  },
  goOn: { en: 'Go on to pay', 'zh-Hant': '前往付款' },
  elsewhere: {
    en: 'This payment was started elsewhere, for example at a counter. Complete it there.',
    'zh-Hant': '此付款在其他地方開始，例如櫃位。請在該處完成。',
  },
  qrCode: {
    en: (sum: string) => `QR code to pay ${sum}`,
    'zh-Hant': (sum: string) => `繳付 ${sum} 的二維碼`,
  },
  saveCode: { en: 'Save the code as a picture', 'zh-Hant': '儲存二維碼圖片' },
  cancel: { en: 'Cancel this payment', 'zh-Hant': '取消此付款' },
  cancelText: {
    en: 'Do not cancel if you have already paid in your bank’s app. Money that comes later is given back.',
    'zh-Hant': '如你已在銀行應用程式付款，請勿取消。之後到帳的款項會退回。',
  },
  keep: { en: 'Keep it', 'zh-Hant': '保留' },
  PAID: {
    en: (sum: string) => `${sum} is paid. Thank you.`,
    'zh-Hant': (sum: string) => `已繳付 ${sum}，多謝。`,
  },
  PAID_TEXT: { en: 'The receipt is below.', 'zh-Hant': '收據在下面。' },
  EXPIRED: { en: 'The time for this payment is over', 'zh-Hant': '此付款已逾時' },
  EXPIRED_TEXT: {
    en: 'No money arrived, so nothing is paid. If you paid at the last moment, the money is given back. You can start again.',
    'zh-Hant': '款項未有到帳，欠款尚未繳付。如你在最後一刻付款，款項會退回。你可以重新開始。',
  },
  CANCELLED: { en: 'This payment is cancelled', 'zh-Hant': '此付款已取消' },
  CANCELLED_TEXT: { en: 'Nothing is paid.', 'zh-Hant': '未有繳付任何款項。' },
  PAID_LATE: { en: 'Your money came too late', 'zh-Hant': '款項遲到' },
  PAID_LATE_TEXT: {
    en: 'It is given back to you automatically. What you owe is still to be paid.',
    'zh-Hant': '款項會自動退回給你，欠款仍須繳付。',
  },
  unknownPayment: { en: 'This payment could not be found.', 'zh-Hant': '找不到此付款。' },

  somebodyElse: { en: 'Somebody else pays', 'zh-Hant': '由他人代繳' },
  somebodyElseText: {
    en: 'Show or send a code, for example to a parent, who can then pay what you owe. They are told only the sum.',
    'zh-Hant': '出示或傳送代碼，例如給家長：對方可繳付你的欠款，而只會知道總額。',
  },
  showPayCode: { en: 'Show a code', 'zh-Hant': '顯示代碼' },
  payCodeText: {
    en: (time: string) =>
      `The person who pays scans this with a phone, or pastes the code at “Pay for somebody else”. It is valid until ${time}.`,
    'zh-Hant': (time: string) => `代繳者以手機掃描，或在「為他人繳付」輸入代碼。代碼有效至 ${time}。`,
  },
  payCodePicture: { en: 'QR code for the person who pays', 'zh-Hant': '供代繳者掃描的二維碼' },
  copyCode: { en: 'Copy the code', 'zh-Hant': '複製代碼' },
  copied: { en: 'The code is copied.', 'zh-Hant': '已複製代碼。' },
  payForSomebody: { en: 'Pay for somebody else', 'zh-Hant': '為他人繳付' },

  payments: { en: 'Payments and receipts', 'zh-Hant': '付款及收據' },
  noPayments: { en: 'No payments yet.', 'zh-Hant': '未有付款。' },
  FPS: { en: 'FPS', 'zh-Hant': '轉數快' },
  CARD: { en: 'Card', 'zh-Hant': '信用卡或扣帳卡' },
  WALLET: { en: 'Wallet', 'zh-Hant': '電子錢包' },
  COUNTER: { en: 'At a counter', 'zh-Hant': '櫃位' },
  cardEnding: {
    en: (digits: string) => `, ending in ${digits}`,
    'zh-Hant': (digits: string) => `，卡號尾碼 ${digits}`,
  },
  isLate: { en: ', came too late, given back', 'zh-Hant': '，遲到，已退回' },
  refunded: {
    en: (sum: string, time: string) => `${sum} was given back, ${time}.`,
    'zh-Hant': (sum: string, time: string) => `已於 ${time} 退回 ${sum}。`,
  },
  receipt: { en: 'Receipt', 'zh-Hant': '收據' },
  receiptOf: {
    en: (sum: string, time: string) => `Receipt for ${sum}, ${time}`,
    'zh-Hant': (sum: string, time: string) => `收據：${sum}，${time}`,
  },
  openReceipt: {
    en: (id: string) => `Receipt ${id} (PDF, to keep or print)`,
    'zh-Hant': (id: string) => `收據 ${id}（PDF，可儲存或列印）`,
  },
  noReceipt: { en: 'There is no receipt.', 'zh-Hant': '沒有收據。' },
  earlier: { en: 'Show earlier payments', 'zh-Hant': '顯示較早的付款' },
});
