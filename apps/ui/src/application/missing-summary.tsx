import { type ReactNode, type Ref, useId } from 'react';
import { useTexts } from '../language/language.tsx';
import { applicationTexts } from './application-texts.ts';

export interface FieldMessage {
  /** The id of the field's element. */
  readonly id: string;
  readonly message: string;
}

/** The errors of a form in one list above it. Each entry leads to its field. The form moves the focus to the list. */
export function MissingSummary({
  ref,
  messages,
}: {
  readonly ref: Ref<HTMLElement>;
  readonly messages: readonly FieldMessage[];
}): ReactNode {
  const { incomplete } = useTexts(applicationTexts);
  const headingId = useId();
  return (
    <section ref={ref} className="notice bad" aria-labelledby={headingId} tabIndex={-1}>
      <strong id={headingId} className="notice-title">
        {incomplete}
      </strong>
      <ul>
        {messages.map(({ id, message }) => (
          <li key={id}>
            <a
              href={`#${id}`}
              onClick={(event) => {
                // The fragment must not get into the address, because the router would treat it as another view.
                event.preventDefault();
                document.getElementById(id)?.focus();
              }}
            >
              {message}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
