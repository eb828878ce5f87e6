import { createTexts } from '@patron-graph/ui';

/** The texts of a reader's visit, except texts about items. */
export const visitTexts = createTexts({
  welcome: { en: 'Scan your library card', 'zh-Hant': '請掃描圖書證' },
  welcomeText: { en: 'Then scan what you want to borrow.', 'zh-Hant': '然後掃描要借閱的館藏。' },
  orChoose: { en: 'Or choose:', 'zh-Hant': '或選擇：' },
  help: { en: 'Need help? Ask a member of staff.', 'zh-Hant': '需要協助？請向職員查詢。' },
  cardNumber: { en: 'Library card number', 'zh-Hant': '圖書證號碼' },
  cardNumberHint: {
    en: 'Scan the card, or type its 14 digits.',
    'zh-Hant': '掃描圖書證，或輸入 14 位數字。',
  },
  next: { en: 'Next', 'zh-Hant': '下一步' },
  useSmartId: { en: 'Smart identity card', 'zh-Hant': '智能身份證' },
  useSmartIdText: { en: 'To borrow items.', 'zh-Hant': '用以借閱館藏。' },
  returnItems: { en: 'Return items', 'zh-Hant': '歸還館藏' },
  returnItemsText: { en: 'No card is needed.', 'zh-Hant': '無須出示證件。' },
  renewLoans: { en: 'Renew loans', 'zh-Hant': '續借' },
  renewLoansText: { en: 'With your PIN.', 'zh-Hant': '須輸入密碼。' },
  back: { en: 'Back', 'zh-Hant': '返回' },
  notACard: {
    en: 'This is not the number of a card. A card’s number has 14 digits and begins with 2.',
    'zh-Hant': '這不是證件號碼。證件號碼為 14 位數字，以 2 開首。',
  },
  cardFirst: {
    en: 'This is an item. To borrow it, scan your card first. To return it, choose “Return items”.',
    'zh-Hant': '這是館藏號碼。如要借閱，請先掃描圖書證；如要歸還，請選擇「歸還館藏」。',
  },

  smartId: { en: 'Smart identity card', 'zh-Hant': '智能身份證' },
  smartIdText: {
    en: 'Put the card into the card reader, which fills this in. Nothing is written to the card, and nothing read from it is kept here.',
    'zh-Hant': '請把智能身份證放入讀卡器，資料會自動填寫。不會在證上寫入資料，讀取的資料亦不會保留在此機。',
  },
  identityNumber: { en: 'Identity number', 'zh-Hant': '身份證號碼' },
  dateOfIssue: { en: 'Date of issue', 'zh-Hant': '簽發日期' },
  dateOfIssueHint: { en: 'For example 2020-06-02.', 'zh-Hant': '例如 2020-06-02。' },
  readAgain: { en: 'Please read the card again.', 'zh-Hant': '請重新讀卡。' },

  hello: { en: (name: string) => `Hello, ${name}`, 'zh-Hant': (name: string) => `${name}，你好` },
  yourCard: { en: 'Your card', 'zh-Hant': '你的證件' },
  readingCard: { en: 'Reading your card…', 'zh-Hant': '正在讀取證件…' },
  mayBorrow: {
    en: (count: number) =>
      count === 1 ? 'You may borrow one more item.' : `You may borrow ${count} more items.`,
    'zh-Hant': (count: number) => `你尚可借閱 ${count} 項。`,
  },
  mayNotBorrow: { en: 'You can’t borrow now', 'zh-Hant': '你現時不能借閱' },
  stillPossible: {
    en: 'You can still return items, and renew loans with your PIN.',
    'zh-Hant': '你仍可歸還館藏，亦可憑密碼續借。',
  },
  cardUnknown: { en: 'This card was not found', 'zh-Hant': '找不到此證' },
  cardUnknownText: {
    en: 'Please read it again. Lost cards are no longer accepted. You can apply for a new card at the counter.',
    'zh-Hant': '請再讀一次。已報失的證件不能使用；如要申請，請到櫃位。',
  },
  cardNotActive: { en: 'This card can’t be used', 'zh-Hant': '此證不能使用' },
  cardNotActiveText: {
    en: 'It was reported lost, ended or replaced. Use your other card, or ask a member of staff.',
    'zh-Hant': '此證已報失、終止或更換。請使用另一張證，或向職員查詢。',
  },
  cardMustBeRead: { en: 'Please use the card itself', 'zh-Hant': '請使用證件本身' },
  cardMustBeReadText: {
    en: 'This is the number of a smart identity card. To borrow, put the card itself into the card reader. To renew, you only need the number and your PIN.',
    'zh-Hant': '這是智能身份證的圖書證號碼。借閱時須把智能身份證放入讀卡器；續借只須號碼和密碼。',
  },
  cardNotRead: { en: 'Your card can’t be looked up now', 'zh-Hant': '暫時未能查核你的證件' },
  tryAgain: { en: 'Try again', 'zh-Hant': '再試' },
  replacement: { en: 'Use this card from now on?', 'zh-Hant': '由現在起使用此證？' },
  replacementText: {
    en: 'It replaces a card that was reported lost. The lost card still cannot be used.',
    'zh-Hant': '此證取代已報失的智能身份證；報失的證件仍不能使用。',
  },
  useReplacement: { en: 'Yes, use this card', 'zh-Hant': '是，使用此證' },
  replacementUnsettled: {
    en: (code: string) =>
      `Recorded, and being processed. You can borrow once it is done. If this takes longer than a minute, ask a member of staff and give the code ${code}.`,
    'zh-Hant': (code: string) =>
      `已記錄，正在處理。完成後便可借閱。如超過一分鐘，請向職員查詢，並告知編碼 ${code}。`,
  },

  finish: { en: 'Finish', 'zh-Hant': '完成' },
  finishWithReceipt: { en: 'Finish with receipt', 'zh-Hant': '完成並顯示收據' },
  receipt: { en: 'Receipt', 'zh-Hant': '收據' },
  print: { en: 'Print', 'zh-Hant': '列印' },
  receiptText: {
    en: 'If you have a question about an item, tell a member of staff its code.',
    'zh-Hant': '如對某項館藏有疑問，請把其編碼告訴職員。',
  },
  goOnWithCard: { en: 'Continue with this card', 'zh-Hant': '以該證件繼續' },
  beforeNextCard: {
    en: 'Another card was shown before everything was finished. Check the results below, then continue.',
    'zh-Hant': '處理期間已出示證件。請先查看以下結果，然後繼續。',
  },
  notDone: { en: 'Not done, or not certain yet', 'zh-Hant': '未辦妥，或尚待確定' },
  borrowed: { en: 'Borrowed', 'zh-Hant': '借閱' },
  returned: { en: 'Returned', 'zh-Hant': '歸還' },
  renewed: { en: 'Renewed', 'zh-Hant': '續借' },
});
