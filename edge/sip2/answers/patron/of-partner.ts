import { messageForError, screenMessage } from '../../screen-messages.ts';
import type { EbookService } from '../../terminals/terminals.ts';
import { verifyPatron } from '../operations.ts';
import { readerOf } from '../reader.ts';
import { flags, nothingAllowed } from './flags.ts';
import type { ViewPatron } from './index.ts';
import { nobody } from './view.ts';

/**
 * What an e-book service learns about a patron: whether the reader is in good standing, and the reader's pseudonym. It
 * gets no name, no counts and no lists (R28). Without a PIN, every card seems not to exist.
 */
export const viewOfPartner: ViewPatron<EbookService> = async ({ fields }, language, session) => {
  const reader = readerOf(fields);
  if (reader === null) {
    return nobody('PIN_NEEDED', false, language);
  }
  const answer = await session.ask(verifyPatron, { input: reader }, language);
  const { verified = false, pseudonym = null, problems = [] } = answer?.data?.verifyPatron ?? {};
  const reason = problems[0]?.reason;
  if (!verified && reason !== 'NOT_IN_GOOD_STANDING') {
    const message = messageForError(reason);
    return nobody(message, message === 'NOT_KNOWN' ? null : false, language);
  }
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
