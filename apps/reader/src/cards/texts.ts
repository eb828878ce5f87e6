import { createTexts } from '@patron-graph/ui';

export const cardsTexts = createTexts({
  title: { en: 'My cards', 'zh-Hant': '我的證件' },
  none: { en: 'You have never had a card.', 'zh-Hant': '你沒有任何證件。' },
  number: { en: 'Number', 'zh-Hant': '號碼' },
  identityNumber: { en: 'Identity number', 'zh-Hant': '身份證號碼' },
  dateOfIssue: { en: 'Date of issue on the card', 'zh-Hant': '證上簽發日期' },
  issuedOn: { en: 'Registered on', 'zh-Hant': '圖書館登記日期' },
  closedOn: { en: 'Ended on', 'zh-Hant': '終止日期' },
  barcode: {
    en: (number: string) => `Barcode of card ${number}`,
    'zh-Hant': (number: string) => `證件條碼：${number}`,
  },
  keepCard: { en: 'Show this card offline', 'zh-Hant': '離線時也可出示此證' },
  keepCardText: {
    en: 'Use this only on your own phone. The card number stays on this device until you sign out or untick this box.',
    'zh-Hant': '只宜在自己的手機使用：證件號碼會留在此裝置，直至你登出或取消此選項。',
  },
  keepFailed: {
    en: 'This browser can’t keep the card. Private windows may not allow it.',
    'zh-Hant': '此瀏覽器未能保存證件。無痕視窗可能不支援。',
  },
  forWeb: {
    en: 'Use this number by telephone, on the web and for e-books.',
    'zh-Hant': '使用電話、網上及電子書服務時，請用此號碼。',
  },
  ACTIVE: { en: 'In use', 'zh-Hant': '使用中' },
  LOST: { en: 'Lost', 'zh-Hant': '已報失' },
  DISCONTINUED: { en: 'Ended', 'zh-Hant': '已終止' },
  SURRENDERED: { en: 'Handed in', 'zh-Hant': '已交回' },
  REPLACED: { en: 'Replaced', 'zh-Hant': '已補發' },

  lostLibraryCard: {
    en: 'It can no longer be used. Get a new library card, with a new number, at a counter. Your loans and reservations stay.',
    'zh-Hant': '此證已不能使用。你可到櫃位補領新圖書證，號碼會更新；借閱及預約不受影響。',
  },
  lostContinues: {
    en: 'It can no longer be used. Show your new smart identity card at a counter or a station: it takes the place of this one, without another application.',
    'zh-Hant': '此證已不能使用。請在櫃位或自助服務站出示新的智能身份證，無須再次申請便可繼續使用。',
  },
  lostEnds: {
    en: 'It can no longer be used, and its library use has ended. To use your new smart identity card, apply again.',
    'zh-Hant': '此證已不能使用，服務亦已終止。如要使用新的智能身份證，請重新申請。',
  },
  replaced: {
    en: 'It was replaced by a library card with another number. Items borrowed with it still count.',
    'zh-Hant': '已由另一號碼的圖書證取代，以此證借閱的項目仍然計算在內。',
  },
  endedSmartId: {
    en: 'To use your smart identity card again, apply again.',
    'zh-Hant': '如要再次使用智能身份證，請重新申請。',
  },
  applyAgain: { en: 'Apply', 'zh-Hant': '申請' },

  report: { en: 'Report as lost', 'zh-Hant': '報失' },
  reportCard: {
    en: (card: string, number: string) => `Report as lost: ${card} ${number}`,
    'zh-Hant': (card: string, number: string) => `報失：${card} ${number}`,
  },
  reportText: {
    en: 'The card stops working at once, and you can’t undo this here. Your other card still works. You will be signed out everywhere: sign in again with your other card.',
    'zh-Hant':
      '報失後此證即時不能使用，亦不能在此撤回。你的其他證件不受影響。你會在所有地方登出：請以其他證件再次登入。',
  },
  onReplacement: { en: 'When you have a new smart identity card', 'zh-Hant': '領取新智能身份證後' },
  CONTINUE: {
    en: 'use it at the library, without applying again',
    'zh-Hant': '繼續使用圖書館服務，無須再次申請',
  },
  DISCONTINUE: { en: 'end the service now', 'zh-Hant': '現在終止服務' },
  reported: { en: 'The card is reported lost.', 'zh-Hant': '已報失此證。' },

  setPin: { en: 'Set a PIN', 'zh-Hant': '設定密碼' },
  setPinCard: {
    en: (card: string, number: string) => `Set a PIN: ${card} ${number}`,
    'zh-Hant': (card: string, number: string) => `設定密碼：${card} ${number}`,
  },
  newPin: { en: 'New PIN', 'zh-Hant': '新密碼' },
  newPinHint: { en: '4 to 8 digits', 'zh-Hant': '4 至 8 位數字' },
  newPinAgain: { en: 'New PIN, again', 'zh-Hant': '再次輸入新密碼' },
  pinsDiffer: { en: 'The two PINs are not the same.', 'zh-Hant': '兩次輸入的密碼不相同。' },
  pinIsSet: { en: 'The new PIN is set.', 'zh-Hant': '新密碼已經設定。' },
  pinLocked: {
    en: (time: string) =>
      `The new PIN is set. It works from ${time}, because wrong PINs were entered before.`,
    'zh-Hant': (time: string) => `新密碼已經設定。由於先前曾輸入錯誤密碼，新密碼會於 ${time} 起生效。`,
  },

  end: { en: 'End its library use', 'zh-Hant': '終止圖書館用途' },
  endCard: {
    en: (card: string, number: string) => `End its library use: ${card} ${number}`,
    'zh-Hant': (card: string, number: string) => `終止圖書館用途：${card} ${number}`,
  },
  endText: {
    en: 'Your other library services are not affected. To use the card again, you must apply again. You will be signed out everywhere: sign in again.',
    'zh-Hant': '其他服務不受影響。如要再次使用此證，須重新申請。你會在所有地方登出：請再次登入。',
  },
  ended: { en: 'The library use of the card has ended.', 'zh-Hant': '此證的圖書館用途已經終止。' },
  notNow: { en: 'Not now', 'zh-Hant': '暫不' },

  applications: { en: 'My applications', 'zh-Hant': '我的申請' },
  noApplications: { en: 'You have no applications.', 'zh-Hant': '你沒有任何申請。' },
  consents: { en: 'Where you are signed in', 'zh-Hant': '你在何處登入' },
  consentsText: {
    en: 'See the browsers you are signed in on, and the services, such as e-books, that may know you are a reader. You can end each of them.',
    'zh-Hant': '查看你在哪些瀏覽器登入，以及哪些服務（例如電子書）可得知你是讀者，並可逐一終止。',
  },
  withdraw: { en: 'Withdraw', 'zh-Hant': '撤回申請' },
  withdrawOne: {
    en: (id: string) => `Withdraw application ${id}`,
    'zh-Hant': (id: string) => `撤回申請 ${id}`,
  },
  withdrawAsk: { en: 'Withdraw this application?', 'zh-Hant': '要撤回這項申請嗎？' },
  withdrawText: {
    en: 'Staff will no longer decide it. You can apply again.',
    'zh-Hant': '職員不會再審批此項申請。你可以重新申請。',
  },
  withdrawn: { en: 'The application is withdrawn.', 'zh-Hant': '申請已經撤回。' },
});
