import type { SettledPayload } from '@patron-graph/kit';
import { type ReactNode, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '../blocks/button.tsx';
import { Form } from '../blocks/form.tsx';
import type { Mutation } from '../graph/use-mutation.ts';
import { useTexts } from '../language/language.tsx';
import { Outcome } from '../states/outcome.tsx';
import { ApplicantFields, type FieldsProps, GuarantorFields, WantsFields } from './application-fields.tsx';
import { type Applying, messagesByField, missingFields } from './application-form.ts';
import { missingTexts } from './application-texts.ts';
import { MissingSummary } from './missing-summary.tsx';

type Sending<Payload> = Pick<Mutation<never, Payload>, 'state' | 'busy' | 'payload' | 'error' | 'retry'>;

interface Submission extends SettledPayload {
  readonly problems: readonly { readonly message: string; readonly field: readonly string[] | null }[];
}

/**
 * The form of an application, for a reader, for a person who isn't registered, or for staff at a counter. Errors are
 * shown at their fields. Errors that the page itself finds are also listed above the form, and the list takes the focus.
 * After an answer with errors, the first wrong field takes the focus. When the application is done, render its outcome
 * instead of the form.
 */
export function ApplicationEditor<Payload extends Submission>({
  form,
  change,
  applying,
  act,
  submit,
  onSubmit,
  takesFocus = false,
  children,
}: Omit<FieldsProps, 'messages' | 'idOf'> & {
  readonly applying: Applying;
  /** The mutation that sends the application. */
  readonly act: Sending<Payload>;
  /** The text of the button. */
  readonly submit: string;
  /** Called when the form is sent and all fields that the graph requires are filled in. */
  onSubmit(): void;
  /** Whether the first field takes the focus when the form is shown. */
  readonly takesFocus?: boolean;
  /** The receipt, once there is one. It is shown below the outcome. */
  readonly children?: ReactNode;
}): ReactNode {
  const texts = useTexts(missingTexts);
  const formId = useId();
  const element = useRef<HTMLFormElement>(null);
  const [incomplete, setIncomplete] = useState(0);
  const summary = useErrorFocus(element, incomplete, act.state);
  const missing = incomplete > 0 ? missingFields(form) : [];
  const refused = act.state === 'refused' ? (act.payload?.problems ?? []) : [];
  const messages = new Map([
    ...messagesByField(refused),
    ...missing.map((path) => [path, texts[path]] as const),
  ]);
  useLayoutEffect(() => {
    if (takesFocus) {
      element.current?.querySelector('input')?.focus();
    }
  }, [takesFocus]);
  const send = () => {
    if (missingFields(form).length > 0) {
      setIncomplete((count) => count + 1);
      return;
    }
    onSubmit();
  };
  const idOf = (path: string) => `${formId}-${path}`;
  const fields = { form, change, messages, idOf };
  return (
    <Form ref={element} noValidate onSubmit={send}>
      {missing.length > 0 && (
        <MissingSummary
          ref={summary}
          messages={missing.map((path) => ({ id: idOf(path), message: texts[path] }))}
        />
      )}
      <WantsFields {...fields} />
      <ApplicantFields {...fields} applying={applying} />
      <GuarantorFields {...fields} />
      <Outcome of={act}>{() => null}</Outcome>
      {children}
      <Button type="submit" kind="primary" busy={act.busy}>
        {submit}
      </Button>
    </Form>
  );
}

/**
 * Moves the focus to the list of errors when an incomplete form is sent, and to the first wrong field when an answer
 * comes. Returns the ref for the list.
 */
function useErrorFocus(
  form: RefObject<HTMLFormElement | null>,
  incomplete: number,
  answered: string,
): RefObject<HTMLElement | null> {
  const summary = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs each time that an incomplete form is sent.
  useEffect(() => summary.current?.focus(), [incomplete]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs each time that an answer has come.
  useEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [answered]);
  return summary;
}
