import { Choice, createTexts, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { ReasonForAccess } from '../operations.generated.ts';
import { accessReasonWords } from './reason-words.ts';
import { theReason, useReasonToLook } from './the-reason.ts';

const reasonTexts = createTexts({
  reason: { en: 'Why you look', 'zh-Hant': '查閱原因' },
  none: { en: 'Not said', 'zh-Hant': '沒有說明' },
});

const reasons = [
  'READER_PRESENT',
  'READER_ASKED',
  'CIRCULATION_WORK',
  'APPLICATION',
  'CORRECTION',
] as const satisfies readonly ReasonForAccess[];

/** The choice of a reason. The access log contains the reason for each record that staff open. */
export function ReasonChoice(): ReactNode {
  const texts = useTexts(reasonTexts);
  const words = useTexts(accessReasonWords);
  const reason = useReasonToLook();
  return (
    <section aria-label={texts.reason}>
      <Choice
        label={texts.reason}
        value={reason ?? ''}
        options={[
          { value: '', text: texts.none },
          ...reasons.map((value) => ({ value, text: words[value] })),
        ]}
        onChange={(value) => theReason.choose(value === '' ? null : value)}
      />
    </section>
  );
}
