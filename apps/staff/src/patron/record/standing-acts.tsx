/**
 * Changes of a patron's standing: suspending, lifting a suspension, closing and reopening. Desks then refuse or accept
 * the patron's cards (R15).
 */
import { DialogButton, type Mutation, useMutation, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { ActForm, type ActPayload } from '../../acts/act-form.tsx';
import {
  DeskClosePatronDocument,
  DeskLiftSuspensionDocument,
  DeskReopenPatronDocument,
  DeskSuspendPatronDocument,
  type PatronStatus,
} from '../../operations.generated.ts';
import { standingTexts } from './standing-texts.ts';

interface TurnVariables {
  readonly input: { readonly patronId: string; readonly reference: string };
}

interface Turn {
  useAct(): Mutation<TurnVariables, ActPayload>;
  readonly text: keyof typeof standingTexts;
  readonly done: keyof typeof standingTexts;
  readonly danger?: boolean;
}

const turns = {
  suspend: {
    useAct: () => useMutation(DeskSuspendPatronDocument, ({ suspendPatron }) => suspendPatron),
    text: 'suspendText',
    done: 'suspended',
    danger: true,
  },
  lift: {
    useAct: () => useMutation(DeskLiftSuspensionDocument, ({ liftSuspension }) => liftSuspension),
    text: 'liftText',
    done: 'lifted',
  },
  close: {
    useAct: () => useMutation(DeskClosePatronDocument, ({ closePatron }) => closePatron),
    text: 'closeText',
    done: 'closed',
    danger: true,
  },
  reopen: {
    useAct: () => useMutation(DeskReopenPatronDocument, ({ reopenPatron }) => reopenPatron),
    text: 'reopenText',
    done: 'reopened',
  },
} as const satisfies Readonly<Record<string, Turn>>;

type TurnName = keyof typeof turns;

/** The changes of standing that are possible in each status. */
const turnsOf: Readonly<Record<PatronStatus, readonly TurnName[]>> = {
  ACTIVE: ['suspend', 'close'],
  SUSPENDED: ['lift', 'close'],
  CLOSED: ['reopen'],
};

export function StandingActs({
  patronId,
  status,
  reload,
}: {
  readonly patronId: string;
  readonly status: PatronStatus;
  reload(): void;
}): ReactNode {
  const texts = useTexts(standingTexts);
  return turnsOf[status].map((name) => (
    <DialogButton key={name} label={texts[name]}>
      {(close) => <TurnForm name={name} patronId={patronId} onDone={reload} onClose={close} />}
    </DialogButton>
  ));
}

function TurnForm({
  name,
  patronId,
  ...rest
}: {
  readonly name: TurnName;
  readonly patronId: string;
  onDone(): void;
  onClose(): void;
}): ReactNode {
  const { useAct, text, done, danger = false }: Turn = turns[name];
  const texts = useTexts(standingTexts);
  return (
    <ActForm
      {...rest}
      act={useAct()}
      variables={() => ({ input: { patronId } })}
      submit={texts[name]}
      danger={danger}
      done={() => texts[done]}
    >
      <p>{texts[text]}</p>
    </ActForm>
  );
}
