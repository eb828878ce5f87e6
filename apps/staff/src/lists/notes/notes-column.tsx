import { formatTime, type Language, useLanguage, useSession, useTexts } from '@patron-graph/ui';
import { useState } from 'react';
import type { NotedPatronFragment, ShownNoteFragment } from '../../operations.generated.ts';
import type { ListColumn } from '../work/columns.tsx';
import { NoteButton } from './note-button.tsx';
import { noteTexts } from './texts.ts';

/** The scope that `noteOnRow` needs. */
const mayWrite = 'circulation:write';

/**
 * The column of a work list that shows the notes of all colleagues at each row. After a note is written on this page,
 * the list is not read again, because each reading is audited.
 *
 * @param rowOf the id of the row's loan, reservation or patron
 */
export function useNotesColumn<Row>(
  rowOf: (row: Row) => string,
  patronOf: (row: Row) => NotedPatronFragment | null | undefined,
): ListColumn<Row> {
  const texts = useTexts(noteTexts);
  const { language } = useLanguage();
  const { scopes } = useSession();
  const [own, setOwn] = useState<ReadonlyMap<string, ShownNoteFragment | null>>(new Map());
  const notesAt = (row: Row): readonly ShownNoteFragment[] => {
    const id = rowOf(row);
    const read = (patronOf(row)?.rowNotes ?? []).filter((note) => note.row === id);
    const written = own.get(id);
    return written === undefined
      ? read
      : [...(written === null ? [] : [written]), ...read.filter(({ isYours }) => !isYours)];
  };
  const lineOf = (note: ShownNoteFragment) => noteLine(note, texts.isCalled, language);
  return {
    heading: texts.notes,
    text: (row) => notesAt(row).map(lineOf).join('; ') || null,
    cell: (row) => {
      const patron = patronOf(row);
      return (
        <>
          {notesAt(row).map((note) => (
            <span key={`${note.at} ${note.colleague}`} className="line">
              {lineOf(note)}
            </span>
          ))}
          {patron != null && scopes.includes(mayWrite) && (
            <NoteButton
              row={rowOf(row)}
              patron={patron}
              note={notesAt(row).find(({ isYours }) => isYours) ?? null}
              onKept={(note) => setOwn((before) => new Map(before).set(rowOf(row), note))}
            />
          )}
        </>
      );
    },
  };
}

/** A note as text, such as “Called · No answer · chan, 1 Dec 2026, 10:30”. */
function noteLine({ isCalled, text, colleague, at }: ShownNoteFragment, called: string, language: Language) {
  const who = [colleague, formatTime(at, language)].filter((part) => part !== null).join(', ');
  return [isCalled ? called : null, text, who].filter((part) => part !== null).join(' · ');
}
