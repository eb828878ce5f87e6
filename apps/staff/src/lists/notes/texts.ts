import { createTexts } from '@patron-graph/ui';

export const noteTexts = createTexts({
  notes: { en: 'Calls and notes', 'zh-Hant': '致電及備註' },
  note: { en: 'Note', 'zh-Hant': '備註' },
  noteFor: {
    en: (who: string) => `Note: ${who}`,
    'zh-Hant': (who: string) => `備註：${who}`,
  },
  called: { en: 'The reader was called', 'zh-Hant': '已致電讀者' },
  isCalled: { en: 'Called', 'zh-Hant': '已致電' },
  text: { en: 'What else there is to know', 'zh-Hant': '其他事項' },
  hint: {
    en: 'Colleagues see it with your name, and the reader without. It goes when the row is gone.',
    'zh-Hant': '同事可見備註及你的名稱，讀者只可見備註。項目完結後，備註會刪除。',
  },
  keep: { en: 'Keep', 'zh-Hant': '儲存' },
  cancel: { en: 'Cancel', 'zh-Hant': '取消' },
  gone: {
    en: 'This row is gone: it was returned, collected or paid. Nothing was kept.',
    'zh-Hant': '此項目已歸還、領取或繳清，備註未有儲存。',
  },
  mayNot: { en: 'Your account may not do this.', 'zh-Hant': '你的帳戶無權辦理。' },
  failed: { en: 'It may not have been kept. Try again.', 'zh-Hant': '備註可能未有儲存，請再試。' },
});
