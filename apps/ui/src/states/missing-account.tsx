import type { MissingValue } from '@patron-graph/kit';
import type { ReactNode } from 'react';
import { createTexts, useTexts } from '../language/language.tsx';
import { Missing } from './loaded.tsx';

const texts = createTexts({
  closedAtNight: {
    en: 'This could not be read. The payment system is closed every night from 23:30 to 00:15. At any other time, try again in a moment.',
    'zh-Hant': '未能讀取。繳費系統每晚 23:30 至 00:15 暫停服務，其他時間請稍後再試。',
  },
});

/**
 * A message in place of a value from the payment system that could not be read. While that system is closed at night, to
 * try again in a moment would not help.
 */
export function MissingAccount({ at }: { readonly at: MissingValue | undefined }): ReactNode {
  const { closedAtNight } = useTexts(texts);
  return at === undefined || at.code === 'UPSTREAM_UNAVAILABLE' ? (
    <p className="missing">{closedAtNight}</p>
  ) : (
    <Missing at={at} />
  );
}
