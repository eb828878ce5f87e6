import { type ReactNode, useId, useRef } from 'react';
import type { Caller } from './caller.ts';
import type { Person } from './setup.ts';

/** Chooses the caller of the queries: nobody, a person of the demonstration, or the subject of a pasted token. */
export function CallerPicker({
  people,
  caller,
  onChange,
}: {
  readonly people: readonly Person[];
  readonly caller: Caller;
  readonly onChange: (caller: Caller) => void;
}): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const value = caller.kind === 'person' ? `person ${caller.person.id}` : caller.kind;
  const choose = (chosen: string) => {
    const person = people.find((one) => `person ${one.id}` === chosen);
    if (person !== undefined) {
      onChange({ kind: 'person', person });
    } else if (chosen === 'anonymous') {
      onChange({ kind: 'anonymous' });
    } else {
      dialog.current?.showModal();
    }
  };
  return (
    <div className="caller">
      <label htmlFor={id}>Run as</label>
      <select id={id} value={value} onChange={(event) => choose(event.target.value)}>
        <option value="anonymous">Nobody: anonymous</option>
        {people.length > 0 && (
          <optgroup label="Made-up people">
            {people.map((person) => (
              <option key={person.id} value={`person ${person.id}`}>
                {person.label}
              </option>
            ))}
          </optgroup>
        )}
        <option value="token">{caller.kind === 'token' ? 'A pasted token' : 'A token…'}</option>
      </select>
      {caller.kind === 'token' && (
        <button type="button" onClick={() => dialog.current?.showModal()}>
          Another token…
        </button>
      )}
      <dialog ref={dialog} aria-labelledby={`${id}-title`}>
        <TokenForm
          titleId={`${id}-title`}
          onToken={(token) => {
            dialog.current?.close();
            if (token !== null) {
              onChange({ kind: 'token', token });
            }
          }}
        />
      </dialog>
    </div>
  );
}

/** Asks for a token. `onToken` gets null if the form is cancelled or left empty. */
function TokenForm({
  titleId,
  onToken,
}: {
  readonly titleId: string;
  readonly onToken: (token: string | null) => void;
}): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const take = (token: string | null) => {
    if (field.current !== null) {
      field.current.value = '';
    }
    onToken(token);
  };
  return (
    <>
      <h2 id={titleId}>A token</h2>
      <p>
        <code>npm run --silent token -- --patron P0000002</code> prints one, and so does whoever issues yours.
        It stays in this page, and is forgotten with it.
      </p>
      <label htmlFor={id}>Token</label>
      <textarea id={id} ref={field} rows={5} spellCheck={false} autoComplete="off" />
      <p className="buttons">
        <button
          type="button"
          onClick={() => {
            const token = field.current?.value.trim().replace(/^Bearer\s+/i, '') ?? '';
            take(token === '' ? null : token);
          }}
        >
          Use it
        </button>
        <button type="button" onClick={() => take(null)}>
          Cancel
        </button>
      </p>
    </>
  );
}
