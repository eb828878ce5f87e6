import { z } from 'zod';
import type { Credential } from '../../../adapters/credentials/port.ts';
import { ensureBlocked } from '../../operations/card-change.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { discontinuationProblems, surrenderProblems } from '../rules/cards/ending.ts';
import type { CredentialProblem } from '../rules/problem.ts';
import { inParallel } from './parallel.ts';
import { type CredentialServices, done, lockedCard, refuseIfAny } from './services.ts';

const input = z.object({
  libraryCardNumber: z.string(),
  /** Whose card it must be; null: anybody's. */
  ownerId: z.string().nullable(),
});
const plan = z.object({ libraryCardNumber: z.string() });
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

/** The service of a smart identity card ends by form (R21), and nothing else with it (R22). */
export const discontinueSmartId = ending('DISCONTINUE_SMART_ID', 'CLOSED', discontinuationProblems);

/** A library card is handed in (R13). */
export const surrenderLibraryCard = ending('SURRENDER_LIBRARY_CARD', 'SURRENDERED', surrenderProblems);

/** Card management closes the card, and circulation blocks it: each is done while the other is down. */
function ending(
  kind: string,
  state: 'CLOSED' | 'SURRENDERED',
  problemsOf: (card: Credential) => CredentialProblem[],
): Procedure<CredentialServices, Input, Plan> {
  return {
    kind,
    input,
    plan,
    async prepare(task, { libraryCardNumber, ownerId }) {
      refuseIfAny(problemsOf(await lockedCard(task, libraryCardNumber, ownerId)));
      return { libraryCardNumber };
    },
    async carryOut({ services, operation, signal }, { libraryCardNumber }) {
      await inParallel(
        services.cards.closeCard(operation.id, libraryCardNumber, state, signal).then(done),
        ensureBlocked(services, operation, libraryCardNumber),
      );
      return { libraryCardNumber };
    },
  };
}
