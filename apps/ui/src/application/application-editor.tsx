import type { SettledPayload } from '@patron-graph/kit';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '../blocks/button.tsx';
import { Form } from '../blocks/form.tsx';
import type { Mutation } from '../graph/use-mutation.ts';
import { useTexts } from '../language/language.tsx';
import { Notice } from '../states/notice.tsx';
import { Outcome } from '../states/outcome.tsx';
import { ApplicantFields, type FieldsProps, GuarantorFields, WantsFields } from './application-fields.tsx';
import { type Applying, messagesByField, missingFields } from './application-form.ts';
import { applicationTexts } from './application-texts.ts';

type Sending<Payload> = Pick<Mutation<never, Payload>, 'state' | 'busy' | 'payload' | 'error' | 'retry'>;

interface Submission extends SettledPayload {
  readonly problems: readonly { readonly message: string; readonly field: readonly string[] | null }[];
}

/**
 * The form of an application, for a reader, for a person who isn't registered, or for staff at a counter. Errors are
 * shown at their fields, and the first wrong field takes the focus. When the application is done, render its outcome
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
}: Omit<FieldsProps, 'messages'> & {
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
  const texts = useTexts(applicationTexts);
  const element = useRef<HTMLFormElement>(null);
  const [incomplete, setIncomplete] = useState(0);
  const missing = incomplete > 0 ? missingFields(form) : [];
  const refused = act.state === 'refused' ? (act.payload?.problems ?? []) : [];
  const messages = new Map([
    ...messagesByField(refused),
    ...missing.map((path) => [path, path === 'wants' ? texts.chooseOne : texts.required] as const),
  ]);
  useLayoutEffect(() => {
    if (takesFocus) {
      element.current?.querySelector('input')?.focus();
    }
  }, [takesFocus]);
  // After the errors are shown, focuses the first wrong field.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs each time that the form is sent.
  useEffect(() => {
    element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [incomplete, act.state]);
  const send = () => {
    if (missingFields(form).length > 0) {
      setIncomplete((count) => count + 1);
      return;
    }
    onSubmit();
  };
  const fields = { form, change, messages };
  return (
    <Form ref={element} noValidate onSubmit={send}>
      <WantsFields {...fields} />
      <ApplicantFields {...fields} applying={applying} />
      <GuarantorFields {...fields} />
      {missing.length > 0 && <Notice tone="bad">{texts.incomplete}</Notice>}
      <Outcome of={act}>{() => null}</Outcome>
      {children}
      <Button type="submit" kind="primary" busy={act.busy}>
        {submit}
      </Button>
    </Form>
  );
}
