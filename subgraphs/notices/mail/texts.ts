import type { NoticeKind } from '../../../store/journal/port.ts';
import type { Localized } from '../../library/language.ts';

/** The subject of a mail, and the sentence with which it begins. */
interface MailText {
  /** Mail servers log the subject, and screens show it to others. So it never says what was borrowed. */
  readonly subject: Localized;
  readonly sentence: Localized;
}

/** The texts for readers, by the kind of the notice. No text names a title, a person or a number. */
export const mailTexts: Readonly<Record<NoticeKind, MailText>> = {
  'loan.due-in-3-days': {
    subject: { en: 'Items are due soon', 'zh-Hant': '借閱館藏即將到期' },
    sentence: {
      en: 'Items that you borrowed are due in two or three days.',
      'zh-Hant': '你所借的館藏將於兩至三日內到期。',
    },
  },
  'loan.due-in-1-day': {
    subject: { en: 'Items are due', 'zh-Hant': '借閱館藏到期' },
    sentence: {
      en: 'Items that you borrowed are due tomorrow or today.',
      'zh-Hant': '你所借的館藏將於明天或今天到期。',
    },
  },
  'loan.overdue': {
    subject: { en: 'Items are overdue', 'zh-Hant': '借閱館藏逾期' },
    sentence: {
      en: 'Items that you borrowed are overdue. Please return them.',
      'zh-Hant': '你所借的館藏已經逾期，請盡快歸還。',
    },
  },
  'hold.ready': {
    subject: { en: 'A reserved item is ready', 'zh-Hant': '預約館藏可供領取' },
    sentence: {
      en: 'An item that you reserved waits for you on the hold shelf.',
      'zh-Hant': '你預約的館藏已在預約書架上，可供領取。',
    },
  },
  'hold.lapsing': {
    subject: { en: 'A reservation ends soon', 'zh-Hant': '預約館藏的保留期即將屆滿' },
    sentence: {
      en: 'An item that you reserved waits for you only until tomorrow or today.',
      'zh-Hant': '你預約的館藏只保留至明天或今天。',
    },
  },
  'card.issued': {
    subject: { en: 'A card was issued', 'zh-Hant': '證件已發出' },
    sentence: {
      en: 'You were issued a card. If you did not apply for one, tell the library.',
      'zh-Hant': '圖書館已向你發出證件。如你並無申請，請通知圖書館。',
    },
  },
  'application.decided': {
    subject: { en: 'Your application was decided', 'zh-Hant': '申請已有結果' },
    sentence: {
      en: 'The library has decided on your application.',
      'zh-Hant': '圖書館已就你的申請作出決定。',
    },
  },
  'loss.reported': {
    subject: { en: 'The loss of a card was reported', 'zh-Hant': '證件已報失' },
    sentence: {
      en: 'The loss of one of your cards was reported. If you did not report it, tell the library.',
      'zh-Hant': '你的一張證件已報失。如你並無報失，請通知圖書館。',
    },
  },
  'pin.changed': {
    subject: { en: 'A PIN was set', 'zh-Hant': '密碼已設定' },
    sentence: {
      en: 'The PIN of one of your cards was set. If you did not do this, tell the library at once.',
      'zh-Hant': '你的一張證件已設定新密碼。如並非你本人所為，請即通知圖書館。',
    },
  },
  'contact.changed': {
    subject: { en: 'Your contact details were changed', 'zh-Hant': '聯絡資料已更改' },
    sentence: {
      en: 'Your address, telephone number or e-mail address at the library was changed. If you did not do this, tell the library at once.',
      'zh-Hant': '你在圖書館的地址、電話號碼或電郵地址已更改。如並非你本人所為，請即通知圖書館。',
    },
  },
  'charge.raised': {
    subject: { en: 'There is something to pay', 'zh-Hant': '有款項須繳付' },
    sentence: {
      en: 'The library has charged you for something. You can pay it on the pages of the library.',
      'zh-Hant': '圖書館向你收取費用，你可於圖書館網頁繳付。',
    },
  },
  'payment.received': {
    subject: { en: 'A payment was received', 'zh-Hant': '已收到付款' },
    sentence: {
      en: 'The library has received a payment of your charges.',
      'zh-Hant': '圖書館已收到你的一筆付款。',
    },
  },
  'payment.refunded': {
    subject: { en: 'A payment was given back', 'zh-Hant': '款項已退還' },
    sentence: {
      en: 'The library has given back money that was paid for your charges.',
      'zh-Hant': '圖書館已退還你的一筆款項。',
    },
  },
};

/**
 * The second part of a mail. It names the day on which the notice was made, because a mail may arrive days later. Then
 * comes the link to the account.
 */
export const detailsText = (day: Localized, account: URL): Localized => ({
  en: `This was so on ${day.en}. Sign in to see the details, and what has changed since:\n${account.href}`,
  'zh-Hant': `以上是${day['zh-Hant']}的情況。請登入查看詳情和最新情況：\n${account.href}`,
});

export const switchOffText = (link: URL): Localized => ({
  en: `To get no more notices of this kind:\n${link.href}`,
  'zh-Hant': `如不想再收到此類通知：\n${link.href}`,
});
