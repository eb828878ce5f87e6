import {
  Badge,
  Facts,
  formatDay,
  MessageList,
  Missing,
  Notice,
  Section,
  useLanguage,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { patronStatusTones } from '../tones.ts';
import { patronStatusWords } from '../words.ts';
import { missingOf, type SectionProps } from './patron.ts';
import { StandingActs } from './record/standing-acts.tsx';
import { patronTexts } from './texts.ts';

/** Shows whether the patron may borrow, or all reasons against it. Also shows the facts that staff look for first. */
export function Standing({ patron, missing, reload }: SectionProps): ReactNode {
  const texts = useTexts(patronTexts);
  const statusWords = useTexts(patronStatusWords);
  const { language } = useLanguage();
  const missingNumber = missingOf(missing, 'libraryCardNumber');
  const { borrowing, status, registeredOn, libraryCardNumber } = patron;
  return (
    <Section
      title={texts.standing}
      actions={status === null ? null : <StandingActs patronId={patron.id} status={status} reload={reload} />}
    >
      <Missing at={missingOf(missing, 'borrowing')} />
      {borrowing !== null && (
        <Notice
          tone={borrowing.allowed ? 'good' : 'warning'}
          title={borrowing.allowed ? texts.mayBorrow : texts.mayNotBorrow}
        >
          {borrowing.reasons.length > 0 && (
            <MessageList messages={borrowing.reasons.map(({ message }) => message)} />
          )}
        </Notice>
      )}
      <Facts
        facts={[
          [
            texts.status,
            status === null ? (
              <Missing key="status" at={missingOf(missing, 'status')} />
            ) : (
              <Badge key="status" tone={patronStatusTones[status]}>
                {statusWords[status]}
              </Badge>
            ),
          ],
          [texts.registeredOn, registeredOn === null ? null : formatDay(registeredOn, language)],
          [
            texts.number,
            missingNumber === undefined ? (
              (libraryCardNumber ?? texts.noCardInUse)
            ) : (
              <Missing key="number" at={missingNumber} />
            ),
          ],
        ]}
      />
    </Section>
  );
}
