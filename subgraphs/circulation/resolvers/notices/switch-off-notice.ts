/** Lets readers switch off a kind of notice with the link in a mail. */
import { randomBytes } from 'node:crypto';
import { mayBeSwitchedOff } from '../../../library/optional-notices.ts';
import { recordThatStays } from '../../../operations/merged-records.ts';
import type { CirculationContext } from '../../context.ts';
import { auditedField } from '../../procedures/set-notice-preferences.ts';
import { type CirculationProblem, problemOf } from '../../rules/problems.ts';
import { kindNames } from './notices.ts';

interface SwitchOffNoticePayload {
  readonly kind: string | null;
  readonly problems: readonly CirculationProblem[];
}

/**
 * Switches off a kind of notice. Whoever has the link may do this, because the link was sent only to the reader. If the
 * reader's record was merged since the mail was sent, the kind is switched off for the record that stays. If the record
 * is closed, nothing is written: the reader gets no notices, and their data may have been erased.
 */
export async function switchOffNotice(
  _: unknown,
  { input: { link } }: { readonly input: { readonly link: string } },
  { services, signal }: CirculationContext,
): Promise<SwitchOffNoticePayload> {
  const { notices, merged, patrons } = services;
  const opened = /^[\w-]{1,1000}$/.test(link) ? await notices.openSwitchOff(link) : null;
  if (opened === null || !mayBeSwitchedOff[opened.kind]) {
    return { kind: null, problems: [problemOf('LINK_NOT_VALID')] };
  }
  const { kind } = opened;
  const patronId = await recordThatStays(merged, opened.patronId);
  const [[patron = null], [preferences]] = await Promise.all([
    patrons.findMany([patronId], signal),
    notices.noticePreferences([patronId]),
  ]);
  const getsNotices = patron !== null && patron.status !== 'CLOSED';
  if (getsNotices && preferences?.switchedOff.includes(kind) !== true) {
    await recordChange(services, patronId);
    await notices.changeNoticePreferences(patronId, { language: null, switchOn: [], switchOff: [kind] });
  }
  return { kind: kindNames[kind], problems: [] };
}

/**
 * Records the change in the audit (R27). Must be called before the change is made, so that no change lacks a record.
 */
async function recordChange({ changes }: CirculationContext['services'], patronId: string): Promise<void> {
  const operationId = randomBytes(16).toString('base64url');
  const by = { operationId, subject: 'link in a notice', clientId: null, role: 'PATRON' } as const;
  await changes.recordChanges([{ ...by, patronId, field: auditedField, signInId: null }]);
}
