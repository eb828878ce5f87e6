import { createTexts } from '@patron-graph/ui';

export const cardTexts = createTexts({
  reportLoss: { en: 'Report as lost', 'zh-Hant': '報失' },
  reportLossText: {
    en: 'From now on the card is refused everywhere. The patron’s other card and all loans go on.',
    'zh-Hant': '此證即時停用。讀者的另一張證及借閱不受影響。',
  },
  onReplacement: { en: 'What the loss form asks for', 'zh-Hant': '報失表格所選' },
  lossReported: {
    en: 'The loss is reported: the card is refused everywhere.',
    'zh-Hant': '已經報失，此證已停用。',
  },

  replace: { en: 'Replace', 'zh-Hant': '補發' },
  replaceText: {
    en: 'The patron gets a library card with a new number and the same PIN. Loans stay and count.',
    'zh-Hant': '讀者會獲發新號碼的圖書證，密碼不變。借閱保留並照計限額。',
  },
  takeOver: { en: 'Take over the replacement', 'zh-Hant': '接續補領的身份證' },
  takeOverText: {
    en: 'The patron’s new smart identity card is in hand. Its number stays the same.',
    'zh-Hant': '須持有讀者新領的智能身份證。圖書證號碼不變。',
  },
  dateOfIssue: { en: 'Date of issue on the new card', 'zh-Hant': '新證的簽發日期' },
  replaced: {
    en: (number: string) => `Done: the card in use is ${number}.`,
    'zh-Hant': (number: string) => `已辦妥，使用中的證號碼為 ${number}。`,
  },

  surrender: { en: 'Hand in', 'zh-Hant': '交還' },
  surrenderText: {
    en: 'The library card ends. Nothing else of the patron ends with it.',
    'zh-Hant': '此圖書證將會終止，讀者其他服務不受影響。',
  },
  surrendered: { en: 'The card is handed in.', 'zh-Hant': '此證已經交還。' },
  discontinue: { en: 'Discontinue', 'zh-Hant': '終止服務' },
  discontinueText: {
    en: 'This smart identity card can no longer be used at the library. To use it again, the patron must apply again.',
    'zh-Hant': '此智能身份證的圖書館服務將會終止，再次使用須重新申請。',
  },
  discontinued: { en: 'The service of the card has ended.', 'zh-Hant': '此證的服務已經終止。' },

  informationCard: { en: 'Information card', 'zh-Hant': '圖書館資料卡' },
  informationCardText: {
    en: 'A slip with the number, for telephone, web and e-book services. It does not lend.',
    'zh-Hant': '資料卡印有號碼，供電話、網上及電子書服務使用，不能用以借閱。',
  },
  record: { en: 'Record and show', 'zh-Hant': '記錄並顯示' },
  libraryCardNumber: { en: 'Library card number', 'zh-Hant': '圖書證號碼' },

  pinCode: { en: 'One-time code', 'zh-Hant': '一次性編碼' },
  pinCodeText: {
    en: 'With it the reader sets a PIN on the sign-in page. Check who the reader is before you hand it out. It replaces any earlier code.',
    'zh-Hant': '讀者憑編碼在登入頁設定密碼。發出前請核實讀者身份。先前的編碼會失效。',
  },
  makeCode: { en: 'Make a code', 'zh-Hant': '發出編碼' },
  codeUntil: {
    en: (time: string) => `Works until ${time}. It is shown here once.`,
    'zh-Hant': (time: string) => `有效至 ${time}，只在此顯示一次。`,
  },
  codeExpired: { en: 'The code has expired. Make a new one.', 'zh-Hant': '編碼已失效，請重新發出。' },
  codeSlip: { en: 'To set your PIN', 'zh-Hant': '設定密碼' },
  codeSlipText: {
    en: 'Open the library’s sign-in page, choose “No PIN yet, or forgotten?”, and enter your library card number and this code.',
    'zh-Hant': '請開啟圖書館登入頁，選擇「未有密碼或忘記密碼？」，然後輸入圖書證號碼及此編碼。',
  },

  setPin: { en: 'Set PIN', 'zh-Hant': '設定密碼' },
  setPinText: {
    en: 'The reader types it here. A reader who would rather do it alone gets a one-time code.',
    'zh-Hant': '由讀者在此輸入。讀者如想自行設定，可發出一次性編碼。',
  },
  newPin: { en: 'New PIN', 'zh-Hant': '新密碼' },
  newPinHint: { en: '4 to 8 digits', 'zh-Hant': '4 至 8 位數字' },
  newPinAgain: { en: 'New PIN, again', 'zh-Hant': '再次輸入新密碼' },
  pinsDiffer: { en: 'The two PINs are not the same.', 'zh-Hant': '兩次輸入的密碼不相同。' },
  pinIsSet: { en: 'The PIN is set.', 'zh-Hant': '密碼已經設定。' },
  pinLocked: {
    en: (time: string) => `Wrong PINs were given before: it is accepted from ${time} on.`,
    'zh-Hant': (time: string) => `先前曾多次輸入錯誤密碼：新密碼由 ${time} 起生效。`,
  },
});
