import { z } from 'zod';
import type { ChangeAudit, NoticeKind, ReaderPreferences } from '../../../store/journal/port.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { mayBeSwitchedOff } from '../../library/optional-notices.ts';
import { recordChanges } from '../../operations/change-audit.ts';
import { type Procedure, resume } from '../../operations/procedure.ts';
import type { Reconcile } from '../../operations/reconciler.ts';
import type { LendingServices } from '../lending/services.ts';
import { refused } from '../rules/problems.ts';

export interface PreferenceServices extends LendingServices {
  readonly notices: ReaderPreferences;
  readonly changes: ChangeAudit;
}

const kinds = z.array(z.enum(Object.keys(mayBeSwitchedOff) as NoticeKind[])).readonly();
const input = z.object({
  patronId: z.string(),
  /** Null keeps the language. */
  language: z.enum(['en', 'zh-Hant']).nullable(),
  switchOn: kinds,
  switchOff: kinds,
});
type Input = z.infer<typeof input>;

/** The name that the audit gives to the changed field. */
export const auditedField = 'noticePreferences';

/**
 * Changes the language of a patron's notices, and the kinds of notices that the patron gets. Every step is safe to
 * repeat.
 *
 * 1. The preferences are stored in the journal. A kind that the library must send can't be switched off.
 * 2. The change is recorded in the audit.
 */
export const setNoticePreferences: Procedure<PreferenceServices, Input, Input> = {
  kind: 'SET_NOTICE_PREFERENCES',
  input,
  plan: input,
  patronOf: ({ patronId }) => patronId,
  async prepare({ services, signal }, asked) {
    if (!asked.switchOff.every((kind) => mayBeSwitchedOff[kind])) {
      throw refused('NOTICE_MUST_BE_SENT', { field: ['switchOff'] });
    }
    const { patronId } = asked;
    const [patron] = isVendorNumber(patronId) ? await services.patrons.findMany([patronId], signal) : [];
    if (patron == null) {
      throw refused('NOT_FOUND', { field: ['reader', 'patronId'] });
    }
    return asked;
  },
  async carryOut(task, { patronId, ...change }) {
    await task.services.notices.changeNoticePreferences(patronId, change);
    await recordChanges(task, patronId, [auditedField]);
    return { patronId };
  },
};

/** The function that continues a change of preferences, under its kind of operation. */
export const preferenceRecovery = (services: PreferenceServices): Readonly<Record<string, Reconcile>> => ({
  [setNoticePreferences.kind]: resume(services, setNoticePreferences),
});
