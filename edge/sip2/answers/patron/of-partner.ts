import { type ScreenMessage, screenMessage } from '../../screen-messages.ts';
import type { EbookService } from '../../terminals.ts';
import { verifyPatron } from '../operations.ts';
import { readerOf } from '../reader.ts';
import { nobody } from './at-station.ts';
import { flags, nothingAllowed } from './flags.ts';
import type { ViewPatron } from './index.ts';

/** By the graph's `VerificationProblem`: what a reader who signs in is told. */
const messages: Readonly<Record<string, ScreenMessage>> = {
  WRONG_NUMBER_OR_PIN: 'WRONG_NUMBER_OR_PIN',
  PIN_LOCKED: 'PIN_LOCKED',
  TOO_MANY_REQUESTS: 'PIN_LOCKED',
};

/**
 * What an e-book service sees: whether number and PIN belong to a reader in good standing, and the pseudonym; never a name, a
 * count or a list (R28). Without a PIN every card is unknown.
 */
export const viewOfPartner: ViewPatron<EbookService> = async (fields, language, session) => {
  const reader = readerOf(fields);
  if (reader === null) {
    return nobody('PIN_NEEDED', false, language);
  }
  const answer = await session.ask(verifyPatron, { input: reader }, language);
  const verification = answer?.data?.verifyPatron;
  const message = messages[verification?.problem ?? ''];
  if (message !== undefined) {
    return nobody(message, false, language);
  }
  if (verification?.verified !== true && verification?.problem !== 'NOT_IN_GOOD_STANDING') {
    return nobody('NOT_KNOWN', null, language);
  }
  const { verified, pseudonym } = verification;
  return {
    ...nobody('NOT_IN_GOOD_STANDING', null, language),
    flags: verified ? flags([]) : nothingAllowed,
    isValid: true,
    isPinRight: true,
    message: verified ? null : screenMessage('NOT_IN_GOOD_STANDING', language),
    profileFields: [[session.terminal.pseudonymField, pseudonym]],
    isFinal: true,
  };
};
