import { createTexts } from '@patron-graph/ui';

export const homeTexts = createTexts({
  title: { en: 'My loans', 'zh-Hant': '我的借閱' },
  hello: { en: (name: string) => `Hello, ${name}`, 'zh-Hant': (name: string) => `${name}，你好` },

  SUSPENDED: { en: 'Your record is suspended', 'zh-Hant': '你的讀者紀錄已暫停' },
  SUSPENDED_TEXT: {
    en: 'You can return items, but you can’t borrow, renew or reserve until staff reactivate your record. Please ask at a counter.',
    'zh-Hant': '你可以歸還館藏，但在職員恢復紀錄前不能借閱、續借或預約。請向櫃位查詢。',
  },
  CLOSED: { en: 'Your record is closed', 'zh-Hant': '你的讀者紀錄已經結束' },
  CLOSED_TEXT: {
    en: 'You can return items, but no more cards will be issued to you. Please ask at a counter.',
    'zh-Hant': '你可以歸還館藏，但不會再獲發證件。請向櫃位查詢。',
  },
  mayNotBorrow: { en: 'You can’t borrow now', 'zh-Hant': '你現時不能借閱' },

  quota: { en: 'What you may borrow', 'zh-Hant': '借閱限額' },
  quotaLine: {
    en: (used: number, limit: number) => `${used} of ${limit} borrowed, on all your cards together.`,
    'zh-Hant': (used: number, limit: number) => `所有證件合計已借 ${used} 項，限額為 ${limit} 項。`,
  },
  quotaLeft: {
    en: (count: number) => `You can borrow ${count} more.`,
    'zh-Hant': (count: number) => `尚可借 ${count} 項。`,
  },
  quotaPending: {
    en: (count: number) => `${count} more being borrowed, not confirmed yet.`,
    'zh-Hant': (count: number) => `另有 ${count} 項正在辦理借閱，尚待確定。`,
  },
  onCard: {
    en: (card: string, count: number) => `${card}: ${count}`,
    'zh-Hant': (card: string, count: number) => `${card}：${count} 項`,
  },

  loans: { en: 'Loans', 'zh-Hant': '借閱項目' },
  noLoans: { en: 'You have nothing on loan.', 'zh-Hant': '你沒有借閱任何館藏。' },
  dueOn: { en: (day: string) => `Due on ${day}`, 'zh-Hant': (day: string) => `到期日：${day}` },
  overdue: { en: 'Overdue', 'zh-Hant': '逾期' },
  overdueCount: {
    en: (count: number) => (count === 1 ? 'One item is overdue' : `${count} items are overdue`),
    'zh-Hant': (count: number) => `有 ${count} 項已逾期`,
  },
  overdueText: {
    en: (count: number) => (count === 1 ? 'Please return or renew it.' : 'Please return or renew them.'),
    'zh-Hant': (_count: number) => '請歸還或續借。',
  },
  renew: { en: 'Renew', 'zh-Hant': '續借' },
  renewTitle: { en: (title: string) => `Renew ${title}`, 'zh-Hant': (title: string) => `續借${title}` },
  renewAll: { en: 'Renew all', 'zh-Hant': '全部續借' },
  renewed: {
    en: (title: string, day: string) => `${title} is renewed, and due on ${day}.`,
    'zh-Hant': (title: string, day: string) => `已續借${title}，到期日為 ${day}。`,
  },
  renewedOne: { en: 'Renewed.', 'zh-Hant': '已續借。' },
  renewalsLeft: {
    en: (count: number) =>
      count === 0 ? 'No renewals left' : count === 1 ? '1 renewal left' : `${count} renewals left`,
    'zh-Hant': (count: number) => (count === 0 ? '不能再續借' : `尚可續借 ${count} 次`),
  },
  allRenewed: {
    en: (count: number) => (count === 1 ? '1 loan is renewed.' : `${count} loans are renewed.`),
    'zh-Hant': (count: number) => `已續借 ${count} 項。`,
  },
  nothingToRenew: {
    en: 'Renewing today would not change any due date, so nothing was renewed and no renewal was used.',
    'zh-Hant': '今天續借不會延後任何到期日，因此沒有續借，亦沒有使用續借次數。',
  },
  dueNow: {
    en: (title: string, day: string) => `${title}: due on ${day}`,
    'zh-Hant': (title: string, day: string) => `${title}：到期日為 ${day}`,
  },
  notRenewed: {
    en: (title: string, why: string) => `${title}: not renewed. ${why}`,
    'zh-Hant': (title: string, why: string) => `${title}：未能續借。${why}`,
  },

  holds: { en: 'Reservations', 'zh-Hant': '預約' },
  noHolds: { en: 'You have no reservations.', 'zh-Hant': '你沒有預約任何館藏。' },
  waitsForYou: {
    en: (count: number) =>
      count === 1 ? '1 reservation is ready to collect' : `${count} reservations are ready to collect`,
    'zh-Hant': (count: number) => `有 ${count} 項預約可以領取`,
  },
  waitsAt: {
    en: (title: string, branch: string) => `${title}, at ${branch}.`,
    'zh-Hant': (title: string, branch: string) => `${title}：請到${branch}領取。`,
  },
  ready: { en: 'Ready to collect', 'zh-Hant': '可供領取' },
  readyAt: {
    en: (branch: string) => `Ready to collect at ${branch}.`,
    'zh-Hant': (branch: string) => `請到${branch}領取。`,
  },
  readyUntil: {
    en: (day: string) => `Collect it by ${day}.`,
    'zh-Hant': (day: string) => `請於 ${day} 或之前領取。`,
  },
  queued: {
    en: (position: number, branch: string) => `Number ${position} in the queue. Pick-up branch: ${branch}.`,
    'zh-Hant': (position: number, branch: string) => `輪候第 ${position} 位，取書分館：${branch}。`,
  },
  waiting: {
    en: (branch: string) => `In the queue. Pick-up branch: ${branch}.`,
    'zh-Hant': (branch: string) => `輪候中，取書分館：${branch}。`,
  },
  changeBranch: { en: 'Change branch', 'zh-Hant': '更改分館' },
  changeBranchOf: {
    en: (title: string) => `Change branch of ${title}`,
    'zh-Hant': (title: string) => `更改分館：${title}`,
  },
  changeBranchAsk: { en: 'Collect it at another branch?', 'zh-Hant': '要在另一分館取書嗎？' },
  changeBranchText: {
    en: (title: string) =>
      `The reservation is placed again, at the end of the queue. You lose your place in the queue for ${title}.`,
    'zh-Hant': (title: string) => `系統會重新預約，由隊尾開始輪候。你會失去${title}的輪候次序。`,
  },
  changeBranchWhenReady: {
    en: 'The copy kept for you goes to the next reader. Your reservation is placed again, at the end of the queue.',
    'zh-Hant': '為你保留的館藏會轉給下一位讀者。系統會重新預約，由隊尾開始輪候。',
  },
  branchChanged: {
    en: (title: string) => `The branch for ${title} is changed. See its new place in the queue.`,
    'zh-Hant': (title: string) => `已更改${title}的取書分館。請查閱新的輪候次序。`,
  },
  cancel: { en: 'Cancel', 'zh-Hant': '取消預約' },
  cancelTitle: {
    en: (title: string) => `Cancel the reservation of ${title}`,
    'zh-Hant': (title: string) => `取消預約${title}`,
  },
  cancelAsk: { en: 'Cancel this reservation?', 'zh-Hant': '要取消這項預約嗎？' },
  cancelText: {
    en: (title: string) => `You lose your place in the queue for ${title}.`,
    'zh-Hant': (title: string) => `你會失去${title}的輪候次序。`,
  },
  keep: { en: 'Keep it', 'zh-Hant': '保留' },
  cancelled: {
    en: (title: string) => `The reservation of ${title} is cancelled.`,
    'zh-Hant': (title: string) => `已取消預約${title}。`,
  },

  charges: { en: 'What you owe', 'zh-Hant': '欠款' },
  noCharges: { en: 'You owe nothing.', 'zh-Hant': '你沒有欠款。' },
  noListedCharges: { en: 'Nothing is listed here.', 'zh-Hant': '此處沒有列出欠款。' },
  chargesDiffer: {
    en: 'Paid charges may still be listed until tomorrow. Printing, room hire and similar charges are included only in the total.',
    'zh-Hant': '已繳付的款項可能到明天仍會列出。列印、租用場地等費用只計入合計。',
  },
  chargesTotal: {
    en: (sum: string) => `${sum} in all.`,
    'zh-Hant': (sum: string) => `合計 ${sum}。`,
  },
  payments: { en: 'Pay, and see receipts', 'zh-Hant': '繳費及查閱收據' },
  atCounter: { en: 'Please pay at a counter.', 'zh-Hant': '請到櫃位繳款。' },
  kind: { en: 'For', 'zh-Hant': '項目' },
  since: { en: 'Since', 'zh-Hant': '日期' },
  amount: { en: 'Amount', 'zh-Hant': '款額' },
});
