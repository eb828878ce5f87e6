import type { CardManagement, Credential } from '../../../adapters/credentials/port.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { type CountedAttempt, orForgive } from './counted-attempt.ts';

/** The calls of card management that show whose card a number and a PIN are. */
export type CardsToVerify = Pick<CardManagement, 'verifyPin' | 'cardsByNumber'>;

/**
 * Finds the card with this number and PIN. Null if they don't belong together, or if `accepts` rejects the card. An
 * unknown number takes the same calls in the same order as a known one (R28).
 *
 * When card management says that a PIN is wrong, the attempt stays counted, even if a later call fails. Card management
 * has counted it, too. If such attempts were forgiven, five of them would lock the PIN for everybody.
 *
 * | PIN | card | attempt |
 * |---|---|---|
 * | wrong | read, or can't be read | stays counted |
 * | right | accepted | is forgiven, with the failures before it |
 * | right | not accepted: lost, for example | stays counted |
 * | right | can't be read | is forgiven |
 * | not judged | | is forgiven |
 *
 * @throws UpstreamError if a system could not answer.
 */
export async function cardByPin(
  cards: CardsToVerify,
  attempt: CountedAttempt,
  number: string,
  pin: string,
  accepts: (card: Credential) => boolean,
): Promise<Credential | null> {
  // No system is called for a wrong check digit (R8). The shorter time reveals nothing, because anybody can compute
  // the digit.
  if (!hasLuhnCheckDigit(number)) {
    await attempt.failed();
    return null;
  }
  const verdict = await orForgive(attempt, () => cards.verifyPin(number, pin, attempt.signal));
  const readCard = () => cards.cardsByNumber([number], attempt.signal);
  if ('refused' in verdict || !verdict.verified) {
    await attempt.failed();
    // The card is read nevertheless, so that a wrong PIN and a lost card take the same time.
    await readCard();
    return null;
  }
  const [card = null] = await orForgive(attempt, readCard);
  if (card === null || !accepts(card)) {
    await attempt.failed();
    return null;
  }
  await attempt.succeeded();
  return card;
}
