import { Button, Loading, Missing, Notice, Section, useTexts } from '@patron-graph/ui';
import { lazy, type ReactNode, Suspense } from 'react';
import type { Desk } from './desk.ts';
import type { DeskState, Session } from './desk-store.ts';
import { PayNow } from './reader/pay-now.tsx';
import { deskTexts } from './texts.ts';

/** The component for the reader is loaded after the first screen, which shows no reader yet. */
const loading = import('./reader/known-reader.tsx');
const KnownReader = lazy(async () => ({ default: (await loading).KnownReader }));

/**
 * The owner of the shown card: whether they may borrow, their debts and their loans. This part of the page stays in view.
 */
export function ShownCard({ desk, state }: { readonly desk: Desk; readonly state: DeskState }): ReactNode {
  const texts = useTexts(deskTexts);
  const { session } = state;
  if (session === null) {
    return (
      <Section title={texts.reader}>
        <p>{texts.noReader}</p>
      </Section>
    );
  }
  return (
    <Section
      title={texts.reader}
      isScrolled
      actions={
        <>
          <PayNow key={session.id} desk={desk} session={session} />
          <Button aria-keyshortcuts="Escape" onClick={() => desk.endSession()}>
            {texts.endSession}
          </Button>
        </>
      }
    >
      <ReaderOf key={session.id} desk={desk} session={session} state={state} />
    </Section>
  );
}

interface SessionProps {
  readonly desk: Desk;
  readonly session: Session;
  readonly state: DeskState;
}

function ReaderOf(props: SessionProps): ReactNode {
  const texts = useTexts(deskTexts);
  const { desk, session } = props;
  const { reader } = session;
  switch (reader.state) {
    case 'asking':
      return <Loading>{texts.asking}</Loading>;
    case 'unknown':
      return <Notice tone="bad">{texts.noSuchCard}</Notice>;
    case 'failed':
      return (
        <Notice tone="warning" title={texts.cardNotKnown}>
          <Missing at={reader.missing[0]} />
          <Button onClick={() => desk.readAgain()}>{texts.readAgain}</Button>
        </Notice>
      );
    case 'known':
      return (
        <Suspense fallback={<Loading>{texts.asking}</Loading>}>
          <KnownReader {...props} reader={reader} />
        </Suspense>
      );
  }
}
