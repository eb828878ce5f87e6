import type { Graph } from '@patron-graph/kit';
import {
  Button,
  Field,
  Form,
  Loading,
  Notice,
  Page,
  readNumber,
  useReason,
  useSignal,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { type LoansRead, readLoans } from '../graph/loans.ts';
import type { CardAndPin } from '../operations.generated.ts';
import { itemTexts } from '../texts/items.ts';
import { visitTexts } from '../texts/visit.ts';
import { LoansOfReader } from './loans-of-reader.tsx';
import type { RenewalsOfVisit } from './use-renewals.ts';

/** A reader enters a card number and its PIN, sees the loans on all cards, and renews some or all of them. */
export function Renewing({
  graph,
  number,
  renewals,
  isOnline,
  actions,
}: {
  readonly graph: Graph;
  /** The number of the card that was shown before; empty if there was none. */
  readonly number: string;
  readonly renewals: RenewalsOfVisit;
  readonly isOnline: boolean;
  readonly actions: ReactNode;
}): ReactNode {
  const texts = useTexts(visitTexts);
  const [reader, setReader] = useState<CardAndPin | null>(null);
  const [loans, setLoans] = useState<LoansRead | 'reading' | null>(null);
  const signalNow = useSignal();
  const read = async (given: CardAndPin) => {
    const signal = signalNow();
    setLoans('reading');
    const answer = await readLoans(graph, given);
    if (!signal.aborted) {
      // A wrong PIN is dropped.
      setReader(answer.state === 'read' ? given : null);
      setLoans(answer);
    }
  };
  return (
    <Page title={texts.renewLoans} actions={actions}>
      {reader !== null && loans !== null && loans !== 'reading' && loans.state === 'read' ? (
        <LoansOfReader
          {...{ loans, renewals, isOnline }}
          onRenew={(loanIds) => renewals.renew(reader, loanIds)}
          onReload={() => void read(reader)}
        />
      ) : (
        <PinForm number={number} loans={loans} isOnline={isOnline} onSubmit={(given) => void read(given)} />
      )}
    </Page>
  );
}

function PinForm({
  number,
  loans,
  isOnline,
  onSubmit,
}: {
  readonly number: string;
  readonly loans: LoansRead | 'reading' | null;
  readonly isOnline: boolean;
  onSubmit(reader: CardAndPin): void;
}): ReactNode {
  const texts = useTexts(visitTexts);
  const items = useTexts(itemTexts);
  const reasonOf = useReason();
  const [cardNumber, setCardNumber] = useState(number);
  const [pin, setPin] = useState('');
  const cardField = useRef<HTMLInputElement>(null);
  const pinField = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => (number === '' ? cardField : pinField).current?.focus(), [number]);
  const submit = () => {
    const libraryCardNumber = readNumber(cardField.current?.value ?? '');
    const givenPin = (pinField.current?.value ?? '').normalize('NFKC').trim();
    if (givenPin === '' || libraryCardNumber === '') {
      // A scanner types only the card's number and Enter. So the PIN, or the number, may still be missing.
      (libraryCardNumber === '' ? cardField : pinField).current?.focus();
      return;
    }
    if (isOnline && loans !== 'reading') {
      setPin('');
      onSubmit({ libraryCardNumber, pin: givenPin });
    }
  };
  return (
    <>
      {loans !== null && loans !== 'reading' && loans.state === 'failed' && (
        <Notice tone="bad" title={items.loansNotRead}>
          {loans.reason !== null && <p>{reasonOf(loans.reason)}</p>}
        </Notice>
      )}
      <Form className="card narrow" onSubmit={submit} noValidate>
        <Field
          ref={cardField}
          label={texts.cardNumber}
          hint={texts.cardNumberHint}
          inputMode="numeric"
          maxLength={40}
          spellCheck={false}
          value={cardNumber}
          onChange={setCardNumber}
        />
        <Field
          ref={pinField}
          className="secret"
          label={items.pin}
          hint={items.pinHint}
          inputMode="numeric"
          maxLength={8}
          value={pin}
          onChange={setPin}
        />
        <Button type="submit" kind="primary" busy={loans === 'reading'} disabled={!isOnline}>
          {items.showLoans}
        </Button>
        {loans === 'reading' && <Loading>{items.readingLoans}</Loading>}
      </Form>
    </>
  );
}
