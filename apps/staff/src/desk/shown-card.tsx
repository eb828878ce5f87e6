import { type MissingValue, missingAt } from '@patron-graph/kit';
import {
  Badge,
  Button,
  Link,
  Loading,
  MessageList,
  Missing,
  Notice,
  Outcome,
  Section,
  useMutation,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { NotActive } from '../lists/patron-status.tsx';
import {
  type DeskCardFragment,
  type DeskQuotaFragment,
  DeskReplaceCredentialDocument,
  type SmartIdPresented,
} from '../operations.generated.ts';
import { QuotaPicture } from '../quota/quota-picture.tsx';
import { quotaTexts } from '../quota/quota-texts.ts';
import { cardKindWords, cardStatusWords } from '../words.ts';
import type { Desk } from './desk.ts';
import type { Session } from './desk-store.ts';
import { deskTexts } from './texts.ts';

/** The owner of the shown card, whether they may borrow, and their quota. This part of the desk stays in view. */
export function ShownCard({
  desk,
  session,
}: {
  readonly desk: Desk;
  readonly session: Session | null;
}): ReactNode {
  const texts = useTexts(deskTexts);
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
      actions={<Button onClick={() => desk.endSession()}>{texts.endSession}</Button>}
    >
      <ReaderOf desk={desk} session={session} />
    </Section>
  );
}

function ReaderOf({ desk, session }: { readonly desk: Desk; readonly session: Session }): ReactNode {
  const texts = useTexts(deskTexts);
  const { reader, card, quota } = session;
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
        <>
          <Known
            card={reader.card}
            quota={quota}
            missing={reader.missing}
            isSmartId={card.smartId !== undefined}
          />
          {reader.card.status === 'LOST' && card.smartId !== undefined && (
            <TakeOver
              libraryCardNumber={reader.card.libraryCardNumber}
              presented={card.smartId}
              onDone={() => desk.show(card)}
            />
          )}
          {quota !== null && <QuotaPicture quota={quota} />}
          {reader.missing.length > 0 && <Button onClick={() => desk.readAgain()}>{texts.readAgain}</Button>}
        </>
      );
  }
}

/**
 * The reasons not to lend that come from a full quota. They are hidden as soon as the quota has room again, because it
 * is read more often than the card.
 */
const ofFullQuota: ReadonlySet<string> = new Set(['QUOTA_REACHED', 'PLACE_PENDING']);

function Known({
  card,
  quota,
  missing,
  isSmartId,
}: {
  readonly card: DeskCardFragment;
  readonly quota: DeskQuotaFragment | null;
  readonly missing: readonly MissingValue[];
  readonly isSmartId: boolean;
}): ReactNode {
  const texts = useTexts(deskTexts);
  const { notKnown } = useTexts(quotaTexts);
  const kinds = useTexts(cardKindWords);
  const statuses = useTexts(cardStatusWords);
  const { patron, status } = card;
  const missingOf = (...path: readonly string[]) =>
    missingAt(missing, [isSmartId ? 'smartId' : 'credential', ...path]);
  const reasons = (patron?.borrowing?.reasons ?? []).filter(
    ({ code }) => !ofFullQuota.has(code) || quota === null || quota.remaining === 0,
  );
  const name = [patron?.name?.english, patron?.name?.chinese].filter(Boolean).join(' · ');
  return (
    <>
      <p className="patron-name">{name || patron?.id}</p>
      <p>
        {kinds[card.__typename]} {card.libraryCardNumber}{' '}
        {status !== null && status !== 'ACTIVE' && <Badge tone="bad">{statuses[status]}</Badge>}{' '}
        <NotActive status={patron?.status} />{' '}
        {patron !== null && <Link to={`/patrons/${patron.id}`}>{texts.wholePicture}</Link>}
      </p>
      {card.__typename === 'SmartIdCard' && !isSmartId && <Notice tone="bad">{texts.needsSmartCard}</Notice>}
      <Missing at={missingOf('patron')} />
      {patron !== null && <Missing at={missingOf('patron', 'borrowing')} />}
      {reasons.length > 0 && (
        <Notice tone="warning">
          <MessageList messages={reasons.map(({ message }) => message)} />
        </Notice>
      )}
      {patron?.holds?.map(({ id, title, pickup, pickupBranch }) => (
        <Notice key={id}>{texts.waitsForReader(title, pickup?.name ?? pickupBranch)}</Notice>
      ))}
      {patron !== null && patron.loanQuota === null && <p className="missing">{notKnown}</p>}
    </>
  );
}

/**
 * Shown when the replacement of a lost smart identity card is in the card reader. The reader can borrow with the
 * replacement after staff take it over (R18).
 */
function TakeOver({
  libraryCardNumber,
  presented,
  onDone,
}: {
  readonly libraryCardNumber: string;
  readonly presented: SmartIdPresented;
  onDone(): void;
}): ReactNode {
  const texts = useTexts(deskTexts);
  const act = useMutation(
    DeskReplaceCredentialDocument,
    ({ replaceCredential }) => replaceCredential,
    onDone,
  );
  const input = { libraryCardNumber, smartIdDateOfIssue: presented.dateOfIssue };
  return (
    <Notice tone="warning">
      <p>{texts.takeOverText}</p>
      <Button busy={act.busy} onClick={() => void act.run({ input })}>
        {texts.takeOver}
      </Button>
      <Outcome of={act}>{() => null}</Outcome>
    </Notice>
  );
}
