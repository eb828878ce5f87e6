import { createTexts, formatMoney, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { PatronLink } from '../lists/patron-name.tsx';
import type { EndedLoan } from './return-words.ts';

const whoseTexts = createTexts({
  had: { en: 'Was with', 'zh-Hant': '借閱人：' },
  inTime: { en: 'in time', 'zh-Hant': '準時' },
  late: {
    en: (days: number) => (days === 1 ? '1 day late' : `${days.toLocaleString('en')} days late`),
    'zh-Hant': (days: number) => `逾期 ${days.toLocaleString('en')} 日`,
  },
  owed: { en: (sum: string) => `${sum} owed for it`, 'zh-Hant': (sum: string) => `此項欠款 ${sum}` },
});

/** Shows whose loan a return has ended, how late the copy was, and what the patron now owes for it. */
export function WhoseLoan({ of: { patron, daysLate, charges } }: { readonly of: EndedLoan }): ReactNode {
  const texts = useTexts(whoseTexts);
  const { language } = useLanguage();
  const cents = (charges ?? []).reduce((sum, { amount }) => sum + amount.cents, 0);
  const said = [
    ...(daysLate === null ? [] : [daysLate === 0 ? texts.inTime : texts.late(daysLate)]),
    ...(cents === 0 ? [] : [texts.owed(formatMoney({ cents }, language))]),
  ];
  return (
    <span className="line">
      {texts.had} <PatronLink patron={patron} />
      {said.length > 0 && (
        <span className={cents > 0 || daysLate !== 0 ? 'matters' : 'quiet'}> · {said.join(' · ')}</span>
      )}
    </span>
  );
}
