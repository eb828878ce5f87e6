import { createTexts } from '@patron-graph/ui';

export const loanTexts = createTexts({
  loans: { en: 'Loans', 'zh-Hant': '借閱' },
  noLoans: { en: 'Nothing on loan.', 'zh-Hant': '沒有借出館藏。' },
  choose: { en: (title: string) => `Choose ${title}`, 'zh-Hant': (title: string) => `選擇 ${title}` },
  item: { en: 'Title', 'zh-Hant': '書目' },
  onCard: { en: 'On card', 'zh-Hant': '所用證' },
  dueOn: { en: 'Due', 'zh-Hant': '到期日' },
  overdue: { en: 'Overdue', 'zh-Hant': '逾期' },
  renewalsLeft: { en: 'Renewals left', 'zh-Hant': '尚可續借' },
  acts: { en: 'What to do', 'zh-Hant': '辦理' },
  renew: { en: 'Renew', 'zh-Hant': '續借' },
  renewOne: { en: (title: string) => `Renew ${title}`, 'zh-Hant': (title: string) => `續借 ${title}` },
  renewChosen: {
    en: (count: number) => `Renew chosen (${count})`,
    'zh-Hant': (count: number) => `續借所選（${count}）`,
  },
  renewAll: { en: 'Renew all', 'zh-Hant': '全部續借' },
  renewed: {
    en: (day: string) => `Renewed: due ${day}`,
    'zh-Hant': (day: string) => `已續借，到期日 ${day}`,
  },
  renewedOf: {
    en: (title: string, day: string) => `${title}: renewed, due ${day}`,
    'zh-Hant': (title: string, day: string) => `${title}：已續借，到期日 ${day}`,
  },
  notRenewed: {
    en: (title: string, why: string) => `${title}: not renewed. ${why}`,
    'zh-Hant': (title: string, why: string) => `${title}：未有續借。${why}`,
  },
  notSettled: {
    en: (title: string) => `${title}: not settled yet`,
    'zh-Hant': (title: string) => `${title}：尚待確定`,
  },
  nothingToRenew: {
    en: 'Renewing today would not change any due date.',
    'zh-Hant': '今天續借不會延長任何到期日。',
  },
  takeBack: { en: 'Take back', 'zh-Hant': '歸還' },
  takeBackOne: { en: (title: string) => `Take back ${title}`, 'zh-Hant': (title: string) => `歸還 ${title}` },
  takeBackText: {
    en: (itemNumber: string) =>
      `Only with the copy ${itemNumber} in your hand: this ends the loan, and can’t be undone.`,
    'zh-Hant': (itemNumber: string) => `請先核對手上的館藏 ${itemNumber}：借閱會即時結束，不能還原。`,
  },
  takenBackAt: { en: 'Taken back at', 'zh-Hant': '歸還分館' },
  notNow: { en: 'Leave it as it is', 'zh-Hant': '保持不變' },
  takenBack: {
    en: (title: string, where: string) => `${title}: taken back. ${where}`,
    'zh-Hant': (title: string, where: string) => `${title}：已歸還。${where}`,
  },

  holds: { en: 'Reservations', 'zh-Hant': '預約' },
  noHolds: { en: 'Nothing is reserved.', 'zh-Hant': '沒有預約。' },
  state: { en: 'Status', 'zh-Hant': '狀況' },
  queuePosition: {
    en: (position: number) => `place ${position}`,
    'zh-Hant': (position: number) => `第 ${position} 位`,
  },
  until: { en: (day: string) => `until ${day}`, 'zh-Hant': (day: string) => `至 ${day}` },
  pickup: { en: 'Pick-up branch', 'zh-Hant': '取書分館' },
  cancelHold: { en: 'Cancel', 'zh-Hant': '取消預約' },
  cancelHoldOne: {
    en: (title: string) => `Cancel the reservation of ${title}`,
    'zh-Hant': (title: string) => `取消預約 ${title}`,
  },
  cancelHoldText: {
    en: 'The patron loses the place in the queue. A new reservation starts at the end.',
    'zh-Hant': '讀者會失去輪候次序，重新預約須由最後開始輪候。',
  },
  cancelled: {
    en: (title: string) => `${title}: no longer reserved.`,
    'zh-Hant': (title: string) => `${title}：已取消預約。`,
  },
  lendHeld: { en: 'Lend the waiting copy', 'zh-Hant': '借出預約館藏' },
  lendHeldText: {
    en: 'The copy waits on a card that has ended. It is lent on that card, which is unblocked for that and blocked again.',
    'zh-Hant': '館藏保留在一張已終止的證上，會在該證上借出；該證會暫時解封，借出後再停用。',
  },
  heldOnLostCard: { en: 'Replace the lost card first.', 'zh-Hant': '請先補發已報失的證。' },
  itemNumber: { en: 'Number on the copy', 'zh-Hant': '館藏號碼' },
  lent: { en: (day: string) => `Lent, due ${day}.`, 'zh-Hant': (day: string) => `已借出，到期日 ${day}。` },
  lentUnknownDay: { en: 'Lent.', 'zh-Hant': '已借出。' },

  reserve: { en: 'Reserve', 'zh-Hant': '預約' },
  searchTitle: { en: 'Part of the title', 'zh-Hant': '部分書名' },
  search: { en: 'Search', 'zh-Hant': '搜尋' },
  title: { en: 'Title', 'zh-Hant': '書目' },
  noTitle: { en: 'No title has this text.', 'zh-Hant': '沒有符合的書目。' },
  moreTitles: {
    en: (shown: number, count: number) => `The first ${shown} of ${count}: a longer text finds the others.`,
    'zh-Hant': (shown: number, count: number) => `共 ${count} 項，顯示首 ${shown} 項：請輸入較長的文字。`,
  },
  waiting: { en: (count: number) => `${count} waiting`, 'zh-Hant': (count: number) => `${count} 人輪候` },
  reserved: {
    en: (title: string) => `${title} is reserved.`,
    'zh-Hant': (title: string) => `已預約 ${title}。`,
  },
});
