import { createTexts } from '@patron-graph/ui';
import type { ReasonForAccess } from '../operations.generated.ts';

/** These texts are not in `words.ts`, because the page's frame needs no other texts of that file. */
export const accessReasonWords = createTexts({
  READER_PRESENT: { en: 'The reader is at the desk', 'zh-Hant': '讀者在櫃位' },
  READER_ASKED: { en: 'The reader has called or written', 'zh-Hant': '讀者來電或來函' },
  CIRCULATION_WORK: { en: 'Work on loans and holds', 'zh-Hant': '處理借閱及預約' },
  APPLICATION: { en: 'An application', 'zh-Hant': '處理申請' },
  CORRECTION: { en: 'Correcting a mistake', 'zh-Hant': '更正錯誤' },
} satisfies Readonly<Record<ReasonForAccess, { readonly en: string; readonly 'zh-Hant': string }>>);
