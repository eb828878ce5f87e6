/** An act with a form: a button opens a dialog with the form, and the dialog shows the outcome. */
import './acts.css';
import type { SettledPayload } from '@patron-graph/kit';
import {
  Button,
  Dialog,
  type Mutation,
  Outcome,
  useTexts,
  type WithoutReference,
  type WithReference,
} from '@patron-graph/ui';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { actTexts } from './act-texts.ts';

/** A button that opens a dialog. Its content starts fresh each time. */
export function ActButton({
  label,
  title = label,
  kind = 'plain',
  children,
}: {
  readonly label: string;
  /** Of the dialog, and the accessible name of the button: it begins with the label, and tells the button from others like it. */
  readonly title?: string;
  readonly kind?: 'plain' | 'primary' | 'danger';
  children(close: () => void): ReactNode;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  return (
    <>
      <Button kind={kind} aria-label={title} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} title={title} onClose={close}>
        {children(close)}
      </Dialog>
    </>
  );
}

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly field?: readonly string[] | null;
}

export type ActPayload = SettledPayload & { readonly problems: readonly Problem[] };

/**
 * The form of an act, and its outcome in place of the form once it is done. While it is unsettled the dialog may be closed: the
 * operation is listed with the patron's others.
 */
export function ActForm<Variables extends WithReference, Payload extends ActPayload>({
  act,
  variables,
  submit,
  danger = false,
  done,
  onDone,
  onClose,
  children,
}: {
  readonly act: Mutation<Variables, Payload>;
  /** The variables, with the current values of the fields. */
  variables(): WithoutReference<Variables>;
  readonly submit: string;
  readonly danger?: boolean;
  done(payload: Payload): ReactNode;
  /** Called when the dialog closes after the act was done, or may have been; where it closes before the answer, once that is there. */
  readonly onDone?: (() => void) | undefined;
  onClose(): void;
  readonly children?: ReactNode;
}): ReactNode {
  const texts = useTexts(actTexts);
  const { state, busy } = act;
  // Only when the dialog closes: the change may remove the row that it was opened from.
  const atEnd = useRef({ state, onDone });
  atEnd.current = { state, onDone };
  const isClosed = useRef(false);
  useEffect(() => {
    isClosed.current = false;
    return () => {
      isClosed.current = true;
      if (['done', 'unsettled', 'failed'].includes(atEnd.current.state)) {
        atEnd.current.onDone?.();
      }
    };
  }, []);
  /** Whoever closes the dialog before there is an answer sees what became of it once there is one. */
  const follow = async (answered: Promise<unknown>): Promise<void> => {
    await answered;
    if (isClosed.current) {
      atEnd.current.onDone?.();
    }
  };
  const cancels = state === 'idle' || state === 'refused';
  return (
    <form
      className="act"
      onSubmit={(event) => {
        event.preventDefault();
        void follow(act.run(variables()));
      }}
    >
      {state !== 'done' && <fieldset disabled={busy}>{children}</fieldset>}
      <Outcome of={{ ...act, retry: () => follow(act.retry()) }}>{done}</Outcome>
      {state === 'unsettled' && <p>{texts.mayClose}</p>}
      <div className="actions">
        {state !== 'done' && (
          <Button type="submit" kind={danger ? 'danger' : 'primary'} busy={busy}>
            {submit}
          </Button>
        )}
        <Button onClick={onClose}>{cancels ? texts.cancel : texts.close}</Button>
      </div>
    </form>
  );
}

/** What is wrong with a field of the input, by its name there. */
export const problemWith = (payload: ActPayload | null, field: string): string | undefined =>
  payload?.problems.find((problem) => problem.field?.[0] === field)?.message;
