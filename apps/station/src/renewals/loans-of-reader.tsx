import { Announce, Badge, Button, MessageList, Notice, useReason, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useRef } from 'react';
import type { LoanRenewal, LoansRead, Renewals } from '../graph/loans.ts';
import { itemTexts } from '../texts/items.ts';
import { RenewalList } from './renewal-list.tsx';
import type { RenewalsOfVisit } from './use-renewals.ts';

/** The loans of a reader whose PIN was accepted, and the outcomes of their renewals. */
export function LoansOfReader({
  loans: { loans, total },
  renewals: { runs, busy },
  isOnline,
  onRenew,
  onReload,
}: {
  readonly loans: Extract<LoansRead, { state: 'read' }>;
  readonly renewals: RenewalsOfVisit;
  readonly isOnline: boolean;
  onRenew(loanIds: readonly string[]): void;
  onReload(): void;
}): ReactNode {
  const texts = useTexts(itemTexts);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const outcomes = new Map<string, LoanRenewal>(
    runs.flatMap((run) => run.outcomes.map((outcome) => [outcome.loan.id, outcome] as const)),
  );
  const last = runs.at(-1);
  const renewable = loans.filter(({ id }) => outcomes.get(id)?.state !== 'DONE').map(({ id }) => id);
  if (loans.length === 0) {
    return <p className="remaining">{texts.noLoans}</p>;
  }
  return (
    <section className="items" aria-label={texts.loans}>
      <h2 ref={heading} tabIndex={-1}>
        {texts.loans}
      </h2>
      {total > loans.length && <p>{texts.moreLoans(total)}</p>}
      {last !== undefined && <LastRun run={last} onReload={onReload} />}
      <Announce>{busy ? texts.renewing : ''}</Announce>
      {renewable.length > 0 && (
        <Button
          kind="primary"
          className="large"
          busy={busy}
          disabled={!isOnline}
          onClick={() => onRenew(renewable)}
        >
          {busy ? texts.renewing : texts.renewAll}
        </Button>
      )}
      <RenewalList
        loans={loans}
        outcomes={outcomes}
        busy={busy || !isOnline}
        onRenew={(id) => onRenew([id])}
      />
    </section>
  );
}

function LastRun({ run, onReload }: { readonly run: Renewals; onReload(): void }): ReactNode {
  const texts = useTexts(itemTexts);
  const reasonOf = useReason();
  const code = run.code === null ? null : <Badge>{texts.code(run.code)}</Badge>;
  switch (run.state) {
    case 'sent':
      return null;
    case 'done':
      return <p>{code}</p>;
    case 'unsettled':
      return (
        <Notice tone="warning">
          <p>{texts.renewUnsettled}</p>
          {code}
        </Notice>
      );
    case 'refused':
      return (
        <Notice tone="bad" title={texts.notRenewed}>
          <MessageList messages={[...run.messages, ...run.missing.map(reasonOf)]} />
        </Notice>
      );
    case 'unknown':
      return (
        <Notice tone="bad">
          <p>{texts.renewUnknown}</p>
          <Button onClick={onReload}>{texts.showLoans}</Button>
        </Notice>
      );
  }
}
