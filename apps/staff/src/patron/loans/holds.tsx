import {
  Badge,
  ConfirmButton,
  DialogButton,
  Field,
  formatDay,
  Missing,
  Notice,
  Outcome,
  OutcomeRegion,
  readNumber,
  Section,
  Table,
  useLanguage,
  useMutation,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { ActForm } from '../../acts/act-form.tsx';
import { loanTexts } from '../../loans/loan-texts.ts';
import { DeskCancelHoldDocument, DeskLendHeldItemDocument } from '../../operations.generated.ts';
import { holdStateWords } from '../../words.ts';
import { missingOf, type Patron, type SectionProps } from '../patron.ts';
import { PlaceHold } from './place-hold.tsx';

type Hold = NonNullable<Patron['holds']>[number];

/** The reservations on all cards. If a copy waits, the card's status decides how it can be lent (R25). */
export function Holds({ patron: { id, holds, credentials }, missing, reload }: SectionProps): ReactNode {
  const texts = useTexts(loanTexts);
  const states = useTexts(holdStateWords);
  const { language } = useLanguage();
  const [said, setSaid] = useState<string | null>(null);
  const statusOfCard = ({ credential }: Hold) =>
    credentials?.find((card) => card.libraryCardNumber === credential?.libraryCardNumber)?.status ?? null;
  const stateOf = ({ state, queuePosition, readyUntil }: Hold) => (
    <>
      <Badge tone={state === 'READY' ? 'good' : 'neutral'}>{states[state]}</Badge>{' '}
      {queuePosition !== null && texts.queuePosition(queuePosition)}
      {readyUntil !== null && texts.until(formatDay(readyUntil, language))}
    </>
  );
  return (
    <Section
      title={texts.holds}
      actions={
        <DialogButton label={texts.reserve}>
          {(close) => <PlaceHold patronId={id} onDone={reload} onClose={close} />}
        </DialogButton>
      }
    >
      <OutcomeRegion isDone={said !== null}>
        {said !== null && <Notice tone="good">{said}</Notice>}
      </OutcomeRegion>
      <Missing at={missingOf(missing, 'holds')} />
      {holds !== null && (
        <Table
          caption={texts.holds}
          hidesCaption
          empty={texts.noHolds}
          rows={holds}
          keyOf={(hold) => hold.id}
          columns={[
            { heading: texts.item, cell: ({ title }) => <strong>{title}</strong> },
            { heading: texts.state, cell: stateOf },
            { heading: texts.pickup, cell: ({ pickup, pickupBranch }) => pickup?.name ?? pickupBranch },
            {
              heading: texts.onCard,
              align: 'whole',
              cell: ({ credential }) => credential?.libraryCardNumber ?? '–',
            },
            {
              heading: texts.acts,
              cell: (hold) => (
                <div className="acts">
                  {hold.state === 'READY' && (
                    <WaitingCopy patronId={id} hold={hold} cardStatus={statusOfCard(hold)} onDone={reload} />
                  )}
                  <CancelHold
                    patronId={id}
                    hold={hold}
                    onDone={() => {
                      setSaid(texts.cancelled(hold.title));
                      reload();
                    }}
                  />
                </div>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}

interface HoldActProps {
  readonly patronId: string;
  readonly hold: Hold;
  onDone(): void;
}

/**
 * The button that lends a copy that waits for a reservation on an ended card. Renders nothing if the card is in use,
 * because the desk lends the copy as usual. If the card is lost, shows a text instead of the button.
 */
function WaitingCopy({
  patronId,
  hold,
  cardStatus,
  onDone,
}: HoldActProps & { readonly cardStatus: string | null }): ReactNode {
  const texts = useTexts(loanTexts);
  if (cardStatus === null || cardStatus === 'ACTIVE') {
    return null;
  }
  if (cardStatus === 'LOST') {
    return <span>{texts.heldOnLostCard}</span>;
  }
  return (
    <DialogButton label={texts.lendHeld} title={`${texts.lendHeld}: ${hold.title}`}>
      {(close) => <LendHeld patronId={patronId} hold={hold} onDone={onDone} onClose={close} />}
    </DialogButton>
  );
}

function LendHeld({ patronId, hold, ...rest }: HoldActProps & { onClose(): void }): ReactNode {
  const texts = useTexts(loanTexts);
  const { language } = useLanguage();
  const [itemNumber, setItemNumber] = useState('');
  const act = useMutation(DeskLendHeldItemDocument, ({ lendHeldItem }) => lendHeldItem);
  return (
    <ActForm
      {...rest}
      act={act}
      variables={() => ({
        input: { reader: { patronId }, holdId: hold.id, itemNumber: readNumber(itemNumber) },
      })}
      submit={texts.lendHeld}
      done={({ loan }) =>
        loan === null ? texts.lentUnknownDay : texts.lent(formatDay(loan.dueOn, language))
      }
    >
      <p>{texts.lendHeldText}</p>
      <Field
        label={texts.itemNumber}
        required
        inputMode="numeric"
        value={itemNumber}
        onChange={setItemNumber}
      />
    </ActForm>
  );
}

function CancelHold({ patronId, hold, onDone }: HoldActProps): ReactNode {
  const texts = useTexts(loanTexts);
  const act = useMutation(DeskCancelHoldDocument, ({ cancelHold }) => cancelHold, onDone);
  return (
    <>
      <ConfirmButton
        label={texts.cancelHold}
        title={texts.cancelHoldOne(hold.title)}
        cancel={texts.notNow}
        busy={act.busy}
        onConfirm={() => void act.run({ input: { reader: { patronId }, holdId: hold.id } })}
      >
        <p>{texts.cancelHoldText}</p>
      </ConfirmButton>
      <Outcome of={act}>{() => null}</Outcome>
    </>
  );
}
