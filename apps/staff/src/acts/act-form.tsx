import './acts.css';
import type { SettledPayload } from '@patron-graph/kit';
import {
  Button,
  Form,
  type Mutation,
  Outcome,
  useTexts,
  type WithoutReference,
  type WithReference,
} from '@patron-graph/ui';
import { type ReactNode, useEffect, useRef } from 'react';
import { actTexts } from './act-texts.ts';

interface Problem {
  readonly code: string;
  readonly message: string;
}

export interface ActPayload extends SettledPayload {
  readonly problems: readonly Problem[];
}

/** The payload of an operation whose form shows each problem at its field. */
export interface FormPayload extends ActPayload {
  readonly problems: readonly (Problem & { readonly field: readonly string[] | null })[];
}

/**
 * The form for an operation of staff (`act`). When the operation is done, its outcome replaces the form. Staff may
 * close the dialog while the operation is unsettled, because they find it again in the patron's list of operations.
 */
export function ActForm<Variables extends WithReference, Payload extends ActPayload>({
  act,
  variables,
  submit,
  danger = false,
  done,
  unsettledHint,
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
  /**
   * Tells staff where to find the operation later. Only needed if the patron's list of operations doesn't contain it.
   */
  readonly unsettledHint?: string;
  /**
   * Called when the dialog closes, if the operation was done or may have been done. If the dialog closes before the
   * answer, `onDone` is called when the answer comes.
   */
  readonly onDone?: (() => void) | undefined;
  onClose(): void;
  readonly children?: ReactNode;
}): ReactNode {
  const texts = useTexts(actTexts);
  const { state, busy } = act;
  // `onDone` waits until the dialog closes, because the change may remove the row that opened the dialog.
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
  /** Waits for the answer after the dialog was closed early, so that the page can show the outcome. */
  const follow = async (answered: Promise<unknown>): Promise<void> => {
    await answered;
    if (isClosed.current) {
      atEnd.current.onDone?.();
    }
  };
  const cancels = state === 'idle' || state === 'refused';
  return (
    <Form className="act" onSubmit={() => void follow(act.run(variables()))}>
      {state !== 'done' && <fieldset disabled={busy}>{children}</fieldset>}
      <Outcome of={{ ...act, retry: () => follow(act.retry()) }}>{done}</Outcome>
      {state === 'unsettled' && <p>{unsettledHint ?? texts.mayClose}</p>}
      <div className="actions">
        {state !== 'done' && (
          <Button type="submit" kind={danger ? 'sure' : 'primary'} busy={busy}>
            {submit}
          </Button>
        )}
        <Button onClick={onClose}>{cancels ? texts.cancel : texts.close}</Button>
      </div>
    </Form>
  );
}

/** The problem with a field of the input, by the field's name. */
export const problemWith = (payload: FormPayload | null, field: string): string | undefined =>
  payload?.problems.find((problem) => problem.field?.[0] === field)?.message;
