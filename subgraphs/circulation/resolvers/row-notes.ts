import type { RowNote } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { requireRead } from '../../runtime/caller.ts';
import { badInput } from '../../runtime/pagination.ts';
import type { Scope } from '../../runtime/scopes.ts';
import { type CirculationContext, requireScope } from '../context.ts';
import { findRow } from '../notes/noted-row.ts';

const scopes: readonly Scope[] = ['circulation:read', 'charges:read'];
const maxText = 500;

interface NoteInput {
  readonly row: string;
  readonly isCalled: boolean;
  readonly text: string;
}

/**
 * Stores the caller's note at a row of a list. A note without text is removed, unless it says that the reader was
 * called (`isCalled`).
 * @throws GraphQLError BAD_USER_INPUT, FORBIDDEN, UNAUTHENTICATED, INDEX_NOT_READY; StoreUnavailable
 */
export async function noteOnRow(
  _: unknown,
  { input }: { readonly input: NoteInput },
  context: CirculationContext,
): Promise<{ readonly isKept: boolean; readonly note: RowNote | null }> {
  requireScope(context, ['circulation:write']);
  const { rowNotes } = context.services;
  const { row, isCalled } = input;
  const text = textOf(input);
  const colleague = context.caller.subject ?? '';
  const patronId = await patronOfRow(row, context);
  if (patronId === null) {
    return { isKept: false, note: null };
  }
  if (isCalled || text !== null) {
    await rowNotes.keepRowNote({ row, patronId, colleague, isCalled, text });
  } else {
    await rowNotes.removeRowNote({ row, colleague });
  }
  const [notes = []] = await rowNotes.rowNotes([patronId]);
  return { isKept: true, note: notes.find((one) => one.row === row && one.colleague === colleague) ?? null };
}

/**
 * The note's text without spaces at its ends. Null if it is empty.
 * @throws GraphQLError BAD_USER_INPUT for a text that is too long
 */
function textOf({ text }: NoteInput): string | null {
  const trimmed = text.trim();
  if (trimmed.length > maxText) {
    throw badInput(`\`text\` must have ${maxText} characters at most.`);
  }
  return trimmed === '' ? null : trimmed;
}

/** The patron whom a row is about. Null if there is no such row, or if card management doesn't know the row's card. */
async function patronOfRow(row: string, context: CirculationContext): Promise<string | null> {
  const owner = await findRow(row, context.services);
  if (owner === null) {
    // The index may lack a row that exists.
    await context.requireWholeIndex();
    return null;
  }
  if ('patronId' in owner) {
    return owner.patronId;
  }
  return (await context.cardsByNumber.load(owner.libraryCardNumber))?.patronId ?? null;
}

/** The resolver of `Patron.rowNotes`. It includes notes at rows of records that were merged into the patron's. */
export async function rowNotesOfPatron(
  { id }: { readonly id: string },
  _args: unknown,
  context: CirculationContext,
): Promise<readonly RowNote[]> {
  requireRead(context.caller, id, scopes);
  await context.recordOpening('LOANS', id);
  const { from } = await context.merges.load(id);
  const notes = await Promise.all([id, ...from].map((record) => context.rowNotes.load(record)));
  return notes.flat().toSorted((one, other) => other.at.getTime() - one.at.getTime());
}

export const rowNoteResolvers = {
  at: ({ at }: RowNote) => hongKongInstant(at),
  isYours: ({ colleague }: RowNote, _args: unknown, { caller }: CirculationContext) =>
    colleague === caller.subject && caller.patronId === null,
  colleague(note: RowNote, _args: unknown, context: CirculationContext) {
    requireScope(context, scopes);
    return note.colleague;
  },
};
