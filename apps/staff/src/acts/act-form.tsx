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
    <Form className="act" onSubmit={() => void follow(act.run(variables()))}>
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
    </Form>
  );
}

/** What is wrong with a field of the input, by its name there. */
export const problemWith = (payload: ActPayload | null, field: string): string | undefined =>
  payload?.problems.find((problem) => problem.field?.[0] === field)?.message;
