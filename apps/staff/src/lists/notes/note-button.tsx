import {
  Button,
  Checkbox,
  DialogButton,
  Field,
  Form,
  Notice,
  useDialogDraft,
  useGraph,
  useLanguage,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { NoteOnRowDocument, type ShownNoteFragment } from '../../operations.generated.ts';
import { type Named, nameOf } from '../patron-name.tsx';
import { noteTexts } from './texts.ts';

interface NoteProps {
  /** The id of the row's loan, reservation or patron. */
  readonly row: string;
  /** The note that this member of staff has written at the row. Null if there is none. */
  readonly note: ShownNoteFragment | null;
  /** Called with the stored note, or with null if the note was removed. */
  onKept(note: ShownNoteFragment | null): void;
}

/** The graph's limit for a text, in UTF-16 units. */
const maxTextLength = 500;

/**
 * A button with which staff read and change their own note at a row. A note states whether the reader was called, and
 * may have a text.
 */
export function NoteButton({ patron, ...rest }: NoteProps & { readonly patron: Named }): ReactNode {
  const texts = useTexts(noteTexts);
  const { language } = useLanguage();
  const who = `${nameOf(patron, language) ?? patron.id}, ${rest.row}`;
  return (
    <DialogButton label={texts.note} title={texts.noteFor(who)}>
      {(close) => <NoteForm {...rest} onClose={close} />}
    </DialogButton>
  );
}

type State = 'idle' | 'sending' | 'gone' | 'mayNot' | 'failed';

function NoteForm({ row, note, onKept, onClose }: NoteProps & { onClose(): void }): ReactNode {
  const texts = useTexts(noteTexts);
  const graph = useGraph();
  const [state, setState] = useState<State>('idle');
  const { form, change } = useDialogDraft({ isCalled: note?.isCalled ?? false, text: note?.text ?? '' });
  const send = async () => {
    setState('sending');
    try {
      const { data, missing } = await graph.ask(NoteOnRowDocument, { input: { row, ...form } });
      if (data.noteOnRow?.isKept === true) {
        onKept(data.noteOnRow.note);
        onClose();
      } else if (data.noteOnRow !== null) {
        setState('gone');
      } else {
        setState(missing.some(({ remedy }) => remedy === 'rights') ? 'mayNot' : 'failed');
      }
    } catch {
      setState('failed');
    }
  };
  return (
    <Form className="act" onSubmit={() => void send()}>
      <p className="quiet">{texts.hint}</p>
      <Checkbox label={texts.called} checked={form.isCalled} onChange={(isCalled) => change({ isCalled })} />
      <Field
        label={texts.text}
        required={false}
        maxLength={maxTextLength}
        value={form.text}
        onChange={(text) => change({ text })}
      />
      {state !== 'idle' && state !== 'sending' && (
        <Notice tone={state === 'gone' ? 'warning' : 'bad'}>{texts[state]}</Notice>
      )}
      <div className="actions">
        <Button type="submit" kind="primary" busy={state === 'sending'}>
          {texts.keep}
        </Button>
        <Button onClick={onClose}>{texts.cancel}</Button>
      </div>
    </Form>
  );
}
