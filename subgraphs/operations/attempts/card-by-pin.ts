import type { CardManagement, Credential } from '../../../adapters/credentials/port.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { type CountedAttempt, orForgive } from './counted-attempt.ts';

/**
 * The card of a number and its PIN; null where they don't belong together, or `accepts` rejects the card. Makes the same calls
 * in the same order for an unknown number as for a known one (R28).
 *
 * A wrong PIN counts as soon as card management says so, whatever can't be read after that: card management has counted it too.
 * If such attempts were forgiven, five of them would lock the PIN there, for everybody.
 *
 * | PIN | card | attempt |
 * |---|---|---|
 * | wrong | read, or can't be read | counts |
 * | right | accepted | is forgiven, with the failures before it |
 * | right | not accepted: lost, for example | counts |
 * | right | can't be read | is forgiven |
 * | not judged | | is forgiven |
 *
 * @throws UpstreamError where it could not be found out.
 */
export async function cardByPin(
  cards: CardManagement,
  attempt: CountedAttempt,
  number: string,
  pin: string,
  accepts: (card: Credential) => boolean,
): Promise<Credential | null> {
  // R8: with a wrong check digit there is no such card, and no system is called. That tells nothing: anybody can compute it.
  if (!hasLuhnCheckDigit(number)) {
    attempt.failed();
    return null;
  }
  const verdict = await orForgive(attempt, () => cards.verifyPin(number, pin, attempt.signal));
  const readCard = () => cards.cardsByNumber([number], attempt.signal);
  if ('refused' in verdict || !verdict.verified) {
    attempt.failed();
    // Read all the same, so that a wrong PIN and a lost card take as long.
    await readCard();
    return null;
  }
  const [card = null] = await orForgive(attempt, readCard);
  if (card === null || !accepts(card)) {
    attempt.failed();
    return null;
  }
  await attempt.succeeded();
  return card;
}
