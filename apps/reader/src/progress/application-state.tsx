import { Badge, formatTime, MessageList, type Tone, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { ApplicationStatus, CredentialKind } from '../operations.generated.ts';
import { progressTexts } from './texts.ts';

const tones: Readonly<Record<ApplicationStatus, Tone>> = {
  RECEIVED: 'neutral',
  APPROVED: 'good',
  REJECTED: 'bad',
  WITHDRAWN: 'neutral',
};

export interface StandingApplication {
  readonly status: ApplicationStatus;
  readonly wants?: readonly CredentialKind[];
  readonly submittedAt: string;
  readonly decidedAt: string | null;
  readonly reason: string | null;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

export function ApplicationState({ application }: { readonly application: StandingApplication }): ReactNode {
  const texts = useTexts(progressTexts);
  const { language } = useLanguage();
  const { status, wants = [], submittedAt, decidedAt, reason, problems } = application;
  return (
    <div className="item">
      <div className="item-text">
        <Badge tone={tones[status]}>{texts[status]}</Badge>
        {wants.map((kind) => (
          <p key={kind}>{texts[kind]}</p>
        ))}
        <p className="quiet">
          {texts.submittedAt(formatTime(submittedAt, language))}
          {decidedAt !== null && ` · ${texts.decidedAt(formatTime(decidedAt, language))}`}
        </p>
        {reason !== null && <p>{reason}</p>}
        {problems.length > 0 && <MessageList messages={problems.map(({ message }) => message)} />}
      </div>
    </div>
  );
}
