import { type MissingValue, missingAt } from '@patron-graph/kit';
import {
  Badge,
  Button,
  Link,
  MessageList,
  Missing,
  Notice,
  Outcome,
  useMutation,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { NotActive } from '../../lists/patron-status.tsx';
import {
  type DeskCardFragment,
  type DeskLoanFragment,
  DeskReplaceCredentialDocument,
  type SmartIdPresented,
} from '../../operations.generated.ts';
import { QuotaPicture } from '../../quota/quota-picture.tsx';
import { quotaTexts } from '../../quota/quota-texts.ts';
import { cardKindWords, cardStatusWords } from '../../words.ts';
import type { Desk } from '../desk.ts';
import { type DeskState, patronOf, type Reader, type Session } from '../desk-store.ts';
import { deskTexts } from '../texts.ts';
import { ReaderFacts } from './facts.tsx';
import { ReaderLoans } from './loans.tsx';
import { loansNow } from './loans-now.ts';
import { readerTexts } from './reader-texts.ts';
import { RenewAll } from './renew-all.tsx';
import { useReaderChanges } from './use-reader-changes.ts';

interface SessionProps {
  readonly desk: Desk;
  readonly session: Session;
  readonly state: DeskState;
}

/** The reader whose card is shown, with the name first, and everything that staff at a counter need before they lend. */
export function KnownReader({
  reader,
  ...props
}: SessionProps & { readonly reader: Extract<Reader, { readonly state: 'known' }> }): ReactNode {
  const texts = useTexts(deskTexts);
  const { desk, session, state } = props;
  const { card, quota } = session;
  useReaderChanges(desk, session, state);
  return (
    <>
      <Known
        card={reader.card}
        session={session}
        loans={loansOf(session, state)}
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
      <Holdings {...props} />
      {reader.missing.length > 0 && <Button onClick={() => desk.readAgain()}>{texts.readAgain}</Button>}
    </>
  );
}

/**
 * The reasons against borrowing that apply only while the quota is full. They are read with the card. If a newer quota
 * has room, they are hidden.
 */
const ofFullQuota: ReadonlySet<string> = new Set(['QUOTA_REACHED', 'PLACE_PENDING']);

function Known({
  card,
  session: { quota, debts },
  loans,
  missing,
  isSmartId,
}: {
  readonly card: DeskCardFragment;
  readonly session: Session;
  /** Null if they could not be read. */
  readonly loans: readonly DeskLoanFragment[] | null;
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
  const names = [patron?.name?.english, patron?.name?.chinese].filter((one) => one != null && one !== '');
  return (
    <>
      <p className="patron-name">
        {/* The names may stand on two lines, so no mark stands between them. */}
        {names.length === 0 ? patron?.id : names.map((one) => <span key={one}>{one} </span>)}
      </p>
      <p>
        {kinds[card.__typename]} <span className="number">{card.libraryCardNumber}</span>{' '}
        {status !== null && status !== 'ACTIVE' && <Badge tone="bad">{statuses[status]}</Badge>}{' '}
        <NotActive status={patron?.status} />{' '}
        {patron !== null && (
          <Link to={`/patrons/${patron.id}`} aria-keyshortcuts="F10">
            {texts.wholePicture}
          </Link>
        )}
      </p>
      {patron !== null && <ReaderFacts patron={patron} debts={debts} loans={loans} />}
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

/** The reader's current loans, including this desk's own changes. Null if the loans could not be read. */
const loansOf = (session: Session, { rows }: DeskState): readonly DeskLoanFragment[] | null => {
  const read = patronOf(session)?.loans ?? null;
  return read === null
    ? null
    : loansNow(
        read.edges.map(({ node }) => node),
        rows,
        session.id,
      );
};

/** The reader's loans, and the button that renews all of them. */
function Holdings({ desk, session, state }: SessionProps): ReactNode {
  const texts = useTexts(readerTexts);
  const patron = patronOf(session);
  const loans = loansOf(session, state);
  if (patron?.loans == null || loans === null) {
    return null;
  }
  const more = patron.loans.totalCount - patron.loans.edges.length;
  const heading = <h3>{texts.loans(loans.length + more)}</h3>;
  return (
    <>
      {loans.length === 0 ? (
        heading
      ) : (
        <RenewAll patronId={patron.id} onDone={() => desk.readAgain()}>
          {heading}
        </RenewAll>
      )}
      <ReaderLoans loans={loans} more={more} />
    </>
  );
}

/**
 * Shown if the card in the card reader replaces a lost smart identity card. Its button puts the replacement into use,
 * so that the reader can borrow with it (R18).
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
