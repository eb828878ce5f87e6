import { createTexts } from '@patron-graph/ui';

export const chargesTexts = createTexts({
  noPaymentSystem: {
    en: 'This library has no payment system.',
    'zh-Hant': '本圖書館沒有繳費系統。',
  },
  closedUntil: {
    en: (time: string) => `It is closed until ${time}.`,
    'zh-Hant': (time: string) => `系統關閉至 ${time}。`,
  },
  showAccount: { en: 'Show the account at the payment system', 'zh-Hant': '顯示繳費系統帳戶' },
  accountHint: {
    en: 'The account at the payment system has printing, room hire and the like, too, and what was paid. Looking is recorded.',
    'zh-Hant': '繳費系統帳戶亦包括列印、租用場地等費用及已繳款項。查閱會記錄在案。',
  },
  outstanding: { en: 'Outstanding', 'zh-Hant': '尚欠' },
  nothing: { en: 'Nothing is outstanding.', 'zh-Hant': '沒有尚欠款項。' },
  total: { en: (sum: string) => `${sum} outstanding in all`, 'zh-Hant': (sum: string) => `合共尚欠 ${sum}` },
  chargeFor: { en: 'For', 'zh-Hant': '項目' },
  since: { en: 'Since', 'zh-Hant': '自' },
  acts: { en: 'What to do', 'zh-Hant': '辦理' },
  notPayableYet: { en: 'New: payable in a minute', 'zh-Hant': '新收費：一分鐘後可繳付' },
  inPayment: {
    en: (id: string) => `In payment ${id}, under way`,
    'zh-Hant': (id: string) => `付款 ${id} 處理中`,
  },
  goOn: { en: 'Go on', 'zh-Hant': '繼續處理' },
  goOnWith: {
    en: (id: string) => `Go on with payment ${id}`,
    'zh-Hant': (id: string) => `繼續處理付款 ${id}`,
  },
  noPayment: { en: 'This payment could not be found.', 'zh-Hant': '找不到此付款。' },
  credit: {
    en: (sum: string) => `The library owes the reader ${sum}: the till can use it.`,
    'zh-Hant': (sum: string) => `圖書館欠讀者 ${sum}：收銀處可以使用。`,
  },

  take: { en: 'Take a payment', 'zh-Hant': '收款' },
  choose: { en: 'What is paid now?', 'zh-Hant': '現在繳付哪些款項？' },
  branch: { en: 'Paid at', 'zh-Hant': '收款分館' },
  chooseFirst: {
    en: 'Choose the branch first: its till gets the payment.',
    'zh-Hant': '請先選擇分館，付款會傳送至該分館的收銀機。',
  },
  order: {
    en: (sum: string) => `Send ${sum} to the till`,
    'zh-Hant': (sum: string) => `將 ${sum} 傳送至收銀機`,
  },
  orderHint: {
    en: 'The till of the payment system takes the money. It is paid only when this page says so.',
    'zh-Hant': '由繳費系統的收銀機收款。本頁顯示已繳付才算完成。',
  },
  atTill: {
    en: (sum: string, id: string) => `The till waits for ${sum} (${id})`,
    'zh-Hant': (sum: string, id: string) => `收銀機等候 ${sum}（${id}）`,
  },
  atTillText: { en: 'Take the money at the till.', 'zh-Hant': '請在收銀機收款。' },
  elsewhere: {
    en: (sum: string, method: string, id: string) =>
      `The reader pays ${sum} by another way: ${method} (${id})`,
    'zh-Hant': (sum: string, method: string, id: string) => `讀者正以其他方式繳付 ${sum}：${method}（${id}）`,
  },
  elsewhereText: {
    en: 'Let the reader complete it, or cancel it and begin again.',
    'zh-Hant': '請讓讀者完成，或取消後重新開始。',
  },
  otherPayment: {
    en: 'This payment was begun before, here or elsewhere.',
    'zh-Hant': '此付款之前已在此處或其他地方開始。',
  },
  stillOutstanding: {
    en: (sum: string) => `${sum} is still outstanding.`,
    'zh-Hant': (sum: string) => `尚欠 ${sum}。`,
  },
  until: {
    en: (time: string) => `It ends at ${time}.`,
    'zh-Hant': (time: string) => `付款於 ${time} 結束。`,
  },
  cancelPayment: { en: 'Cancel this payment', 'zh-Hant': '取消此付款' },
  PAID: { en: (sum: string) => `${sum} is paid.`, 'zh-Hant': (sum: string) => `已繳付 ${sum}。` },
  EXPIRED: {
    en: 'The time for this payment is over. Nothing is paid.',
    'zh-Hant': '此付款已逾時，未有繳付。',
  },
  CANCELLED: { en: 'This payment is cancelled. Nothing is paid.', 'zh-Hant': '此付款已取消，未有繳付。' },
  PAID_LATE: {
    en: 'The money came too late. The payment system gives it back; nothing is paid.',
    'zh-Hant': '款項遲到，繳費系統會退回，未有繳付。',
  },
  close: { en: 'Close', 'zh-Hant': '關閉' },
  again: { en: 'Begin again', 'zh-Hant': '重新開始' },
  stateUnknown: {
    en: 'How it stands could not be read. It is tried again.',
    'zh-Hant': '未能讀取狀況，將會重試。',
  },

  receiptSlip: { en: 'Receipt', 'zh-Hant': '收據' },
  receiptOf: {
    en: (sum: string, time: string) => `Receipt for ${sum}, ${time}`,
    'zh-Hant': (sum: string, time: string) => `收據：${sum}，${time}`,
  },
  receiptNumber: { en: 'Receipt number', 'zh-Hant': '收據編號' },
  paymentNumber: { en: 'Payment', 'zh-Hant': '付款編號' },
  paidAt: { en: 'Paid', 'zh-Hant': '繳付時間' },
  amount: { en: 'Amount', 'zh-Hant': '金額' },
  method: { en: 'How', 'zh-Hant': '方式' },
  noReceipt: { en: 'There is no receipt.', 'zh-Hant': '沒有收據。' },

  payments: { en: 'Payments', 'zh-Hant': '付款' },
  noPayments: { en: 'No payments.', 'zh-Hant': '沒有付款。' },
  FPS: { en: 'FPS', 'zh-Hant': '轉數快' },
  CARD: { en: 'Card', 'zh-Hant': '信用卡或扣帳卡' },
  WALLET: { en: 'Wallet', 'zh-Hant': '電子錢包' },
  COUNTER: { en: 'At a counter', 'zh-Hant': '櫃位' },
  underWay: { en: 'Under way', 'zh-Hant': '處理中' },
  endsAt: { en: (time: string) => `ends ${time}`, 'zh-Hant': (time: string) => `${time} 結束` },
  cameLate: {
    en: (time: string) => `Came too late, ${time}: given back, not paid`,
    'zh-Hant': (time: string) => `${time} 遲到：已退回，未有繳付`,
  },
  givenBack: {
    en: (sum: string) => `${sum} given back`,
    'zh-Hant': (sum: string) => `已退 ${sum}`,
  },

  waive: { en: 'Waive', 'zh-Hant': '豁免' },
  waiveCharge: { en: (what: string) => `Waive ${what}`, 'zh-Hant': (what: string) => `豁免：${what}` },
  waiveText: {
    en: 'It can’t be undone. The reason is kept in the payment system, and your alias with it.',
    'zh-Hant': '手續不能還原。繳費系統會保存原因及你的代號。',
  },
  dollars: { en: 'How much (HK$)', 'zh-Hant': '豁免金額（港元）' },
  dollarsHint: { en: 'As in 12.50', 'zh-Hant': '例如 12.50' },
  reason: { en: 'Why', 'zh-Hant': '原因' },
  reasonHint: { en: 'For the books, and no name in it', 'zh-Hant': '供帳目記錄，請勿寫上姓名' },
  reasonSeen: { en: 'For the books. The reader sees it.', 'zh-Hant': '供帳目記錄，讀者亦會看到。' },
  waived: {
    en: (sum: string, rest: string | null) =>
      rest === null ? `${sum} is waived.` : `${sum} is waived. ${rest} of the charge is still outstanding.`,
    'zh-Hant': (sum: string, rest: string | null) =>
      rest === null ? `已豁免 ${sum}。` : `已豁免 ${sum}，此項收費尚欠 ${rest}。`,
  },
  refund: { en: 'Give back', 'zh-Hant': '退款' },
  refundPayment: {
    en: (sum: string, time: string) => `Give back ${sum}, paid ${time}`,
    'zh-Hant': (sum: string, time: string) => `退款：${sum}，${time} 繳付`,
  },
  refundText: {
    en: 'It can’t be undone. What is given back is owed again: waive a charge that was wrong after this.',
    'zh-Hant': '手續不能還原。退款後欠款恢復：如收費有誤，請之後再作豁免。',
  },
  chargeSum: {
    en: (charge: string, sum: string) => `${charge}: ${sum}`,
    'zh-Hant': (charge: string, sum: string) => `${charge}：${sum}`,
  },
  refundSum: { en: (sum: string) => `Give back ${sum}`, 'zh-Hant': (sum: string) => `退款 ${sum}` },
  refundHow: {
    en: (method: string) =>
      `This only records it in the payment system. How the money gets to the reader, who paid by “${method}”, is for the till or the office to do.`,
    'zh-Hant': (method: string) =>
      `此處只在繳費系統作出紀錄。讀者原以「${method}」繳付，款項由收銀處或辦事處退還讀者。`,
  },
  isRefunded: {
    en: (sum: string) => `${sum} is recorded as given back, and is owed again.`,
    'zh-Hant': (sum: string) => `已記錄退款 ${sum}，此款項恢復為欠款。`,
  },
  mayClose: {
    en: 'You may close this. The account shows it as soon as it is known.',
    'zh-Hant': '你可以關閉此視窗。結果確定後，帳戶會顯示。',
  },
});

export const owingTexts = createTexts({
  title: { en: 'Who owes', 'zh-Hant': '欠款讀者' },
  hint: {
    en: 'From the payment system. Each reader on the page sees in the access log that staff looked.',
    'zh-Hant': '以繳費系統為準。此頁每位讀者均可在查閱紀錄看到職員曾查閱。',
  },
  none: { en: 'Nobody owes so much for so long.', 'zh-Hant': '沒有符合的讀者。' },
  least: { en: 'At least', 'zh-Hant': '欠款至少' },
  age: { en: 'Owes for', 'zh-Hant': '欠款時間' },
  MOST_FIRST: { en: 'Who owes most first', 'zh-Hant': '欠款最多的排先' },
  LONGEST_FIRST: { en: 'Who owes longest first', 'zh-Hant': '欠款最久的排先' },
  patron: { en: 'Patron', 'zh-Hant': '讀者' },
  outstanding: { en: 'Outstanding', 'zh-Hant': '尚欠' },
  cents: { en: 'Outstanding (HK$)', 'zh-Hant': '尚欠（港元）' },
  totalAtNight: {
    en: (total: string, time: string) => `Patrons in the list: ${total}, as of ${time}.`,
    'zh-Hant': (total: string, time: string) => `清單共有 ${total} 位讀者（截至 ${time}）。`,
  },
  charges: { en: 'Charges', 'zh-Hant': '項數' },
  since: { en: 'Since', 'zh-Hant': '自' },
  readAgain: { en: 'Read again', 'zh-Hant': '重新讀取' },
  asOf: {
    en: (time: string) => `Has everything up to ${time}.`,
    'zh-Hant': (time: string) => `資料截至 ${time}。`,
  },
  paidMeanwhile: {
    en: 'Who has paid since then is left out, so a page may have fewer rows than the total says.',
    'zh-Hant': '其後已繳付的讀者不會列出，因此行數可能少於總數。',
  },
  unread: {
    en: (count: number) =>
      `Accounts that changed and could not be read since: ${count}. They may be missing, or listed by what was owed before.`,
    'zh-Hant': (count: number) =>
      `有 ${count} 名讀者的帳目更新後未能讀取：可能不在清單內，或按較早前的欠款排列。`,
  },
  unknownBefore: {
    en: (time: string) =>
      `Nothing is known from before ${time}: who owes since before that, and neither paid nor got a new charge after it, is missing.`,
    'zh-Hant': (time: string) =>
      `${time} 之前的變動無從得知：在此之前已欠款、其後沒有繳付或新收費的讀者不在清單內。`,
  },
  cannotKnow: {
    en: 'The payment system knows no branches. A charge that was just made comes in about a minute.',
    'zh-Hant': '繳費系統不分分館。剛產生的收費約一分鐘後才會列出。',
  },
});

/** The texts for the choice of a minimum amount. Each key is an amount in cents. */
export const leastWords = createTexts({
  any: { en: 'Any amount', 'zh-Hant': '任何金額' },
  '5000': { en: 'HK$50', 'zh-Hant': '$50' },
  '10000': { en: 'HK$100', 'zh-Hant': '$100' },
  '50000': { en: 'HK$500', 'zh-Hant': '$500' },
});

/** The texts for the choice of a minimum age of the oldest charge. Each key is a number of days. */
export const ageWords = createTexts({
  any: { en: 'Any time', 'zh-Hant': '任何時間' },
  '30': { en: '30 days or more', 'zh-Hant': '三十日或以上' },
  '90': { en: '90 days or more', 'zh-Hant': '九十日或以上' },
  '365': { en: 'A year or more', 'zh-Hant': '一年或以上' },
});
