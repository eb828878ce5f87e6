/** What a patron has chosen for notices: the language, and the kinds that are switched off. */
import type {
  NoticeKind,
  NoticeLanguage,
  NoticePreferences,
  Operation,
} from '../../../../store/journal/port.ts';
import { isSwitchedOff, mayBeSwitchedOff } from '../../../library/optional-notices.ts';
import { patronIdOf, type ReaderPresented } from '../../../library/reader-presented.ts';
import { startProcedure } from '../../../operations/procedure.ts';
import { patronOf } from '../../../operations/results/payload.ts';
import { requireRead } from '../../../runtime/caller.ts';
import { badInput } from '../../../runtime/pagination.ts';
import type { CirculationContext } from '../../context.ts';
import type { LendingPayload } from '../../lending/run-operation.ts';
import { setNoticePreferences } from '../../procedures/set-notice-preferences.ts';
import { kindNames } from './notices.ts';

const languageNames = {
  en: 'ENGLISH',
  'zh-Hant': 'TRADITIONAL_CHINESE',
} as const satisfies Record<NoticeLanguage, string>;

const entriesOf = <Key extends string, Value>(table: Readonly<Record<Key, Value>>) =>
  Object.entries(table) as [Key, Value][];

const languagesByName = new Map(entriesOf(languageNames).map(([language, name]) => [name, language]));
const kindsByName = new Map(entriesOf(kindNames).map(([kind, name]) => [name, kind]));

type KindName = (typeof kindNames)[NoticeKind];

export interface SetNoticePreferencesInput {
  readonly reference: string;
  readonly reader: ReaderPresented;
  readonly language?: (typeof languageNames)[NoticeLanguage] | null;
  readonly switchOn?: readonly KindName[] | null;
  readonly switchOff?: readonly KindName[] | null;
}

const kindsOf = (names: readonly KindName[] | null | undefined): readonly NoticeKind[] =>
  (names ?? []).flatMap((name) => kindsByName.get(name) ?? []);

/**
 * Begins the change of a patron's preferences.
 * @throws GraphQLError BAD_USER_INPUT, FORBIDDEN or UNAUTHENTICATED
 */
export async function changePreferences(
  { reference, reader, language, switchOn, switchOff }: SetNoticePreferencesInput,
  { services, caller, signal }: CirculationContext,
): Promise<LendingPayload> {
  const patronId = patronIdOf(reader, 'who is signed in, or staff, changes what a reader is told of.');
  requireRead(caller, patronId, ['circulation:write']);
  if (switchOn?.some((name) => switchOff?.includes(name))) {
    throw badInput('A kind of notice must not be both in `switchOn` and in `switchOff`.');
  }
  const change = {
    patronId,
    language: language == null ? null : (languagesByName.get(language) ?? null),
    switchOn: kindsOf(switchOn),
    switchOff: kindsOf(switchOff),
  };
  const operation = await startProcedure(services, setNoticePreferences, caller, reference, change, signal);
  return { operation, done: null };
}

/** Resolves `Patron.noticePreferences`. */
export function preferencesOfPatron(
  { id }: { readonly id: string },
  _: unknown,
  context: CirculationContext,
) {
  requireRead(context.caller, id, ['circulation:read']);
  return context.noticePreferences.load(id);
}

/**
 * The current preferences, for the payload of the mutation. The caller was allowed to change them, so no right is
 * checked.
 */
export const changedPreferences = (operation: Operation, _: unknown, context: CirculationContext) => {
  const patron = operation.state === 'DONE' ? patronOf(operation) : null;
  return patron === null ? null : context.noticePreferences.load(patron.id);
};

/**
 * The current preferences, for an operation that was looked up. It may be another caller's, so the right to read is
 * checked.
 */
export function preferencesOfOperation(operation: Operation, args: unknown, context: CirculationContext) {
  requireRead(context.caller, operation.patronId, ['circulation:read']);
  return changedPreferences(operation, args, context);
}

export const preferenceResolvers = {
  language: ({ language }: NoticePreferences) => (language === null ? null : languageNames[language]),
  kinds: (preferences: NoticePreferences) =>
    entriesOf(kindNames).map(([kind, name]) => ({
      kind: name,
      isOn: !isSwitchedOff(kind, preferences),
      mayBeSwitchedOff: mayBeSwitchedOff[kind],
    })),
};
