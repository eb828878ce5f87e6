import { createTexts } from '@patron-graph/ui';

export const standingTexts = createTexts({
  suspend: { en: 'Suspend', 'zh-Hant': '暫停使用' },
  suspendText: {
    en: 'The patron can return items, but borrows, renews and reserves nothing, at desks neither. It may take a minute.',
    'zh-Hant': '讀者仍可歸還館藏，但不能借閱、續借或預約，櫃位亦然。辦理或需一分鐘。',
  },
  suspended: { en: 'The patron is suspended.', 'zh-Hant': '讀者已被暫停使用。' },
  lift: { en: 'Lift the suspension', 'zh-Hant': '解除暫停' },
  liftText: {
    en: 'The cards that the suspension has blocked can be used again.',
    'zh-Hant': '因暫停而被停用的證件可再次使用。',
  },
  lifted: { en: 'The patron is active again.', 'zh-Hant': '讀者已恢復使用。' },
  close: { en: 'Close the record', 'zh-Hant': '結束紀錄' },
  closeText: {
    en: 'Only once all items are back. The reservations are cancelled, and the cards are blocked.',
    'zh-Hant': '須待所有館藏歸還。預約會被取消，證件會被停用。',
  },
  closed: { en: 'The record is closed.', 'zh-Hant': '紀錄已經結束。' },
  reopen: { en: 'Open the record again', 'zh-Hant': '重新開啟紀錄' },
  reopenText: {
    en: 'The cards that the closing has blocked can be used again. Cancelled reservations stay cancelled.',
    'zh-Hant': '因結束紀錄而被停用的證件可再次使用。已取消的預約不會恢復。',
  },
  reopened: { en: 'The record is open again.', 'zh-Hant': '紀錄已重新開啟。' },
});
