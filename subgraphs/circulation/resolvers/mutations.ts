import type { Operation } from '../../../store/journal/port.ts';
import { patronIdOf, type ReaderPresented } from '../../library/reader-presented.ts';
import { type Procedure, startProcedure } from '../../operations/procedure.ts';
import { countSmartId } from '../../operations/visits/count-smart-id.ts';
import { requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import { recordIfRefusedOffline } from '../books/lent-offline.ts';
import { type CirculationContext, forgetReads, requireScope } from '../context.ts';
import { type CheckInInput, checkIn } from '../lending/check-in.ts';
import { type CheckOutInput, checkOut } from '../lending/check-out.ts';
import {
  type CancelHoldInput,
  cancelHold,
  isBranchOf,
  type PlaceHoldInput,
  placeHold,
} from '../lending/holds.ts';
import { type RenewLoanInput, renewLoan } from '../lending/renew.ts';
import {
  type RenewAllLoansInput,
  type RenewLoansInput,
  renewAllLoans,
  renewLoans,
} from '../lending/renew-several.ts';
import type { LendingPayload } from '../lending/run-operation.ts';
import { problemsOf } from '../lending/stored-result.ts';
import { changePickupBranch } from '../procedures/change-pickup-branch.ts';
import type { FindingServices } from '../procedures/finding-services.ts';
import { inputOf, type LendHeldItemInput, lendHeldItem } from '../procedures/lend-held-item.ts';
import { acknowledgeFinding, closeFinding, repairFinding } from '../procedures/work-on-findings.ts';
import type { ProblemCode } from '../rules/problem-codes.ts';
import { changePreferences, type SetNoticePreferencesInput } from './notices/notice-preferences.ts';

interface ChangePickupBranchInput {
  readonly reference: string;
  readonly reader: ReaderPresented;
  readonly holdId: string;
  readonly pickupBranch: string;
}

/** The scopes of desks and of self-service stations. */
const lends: readonly Scope[] = ['circulation:write', 'station'];

/** The refusals if what was read from a smart identity card does not lead to a current card. */
const notFound: ReadonlySet<string> = new Set<ProblemCode>(['CREDENTIAL_NOT_FOUND', 'CREDENTIAL_NOT_ACTIVE']);

const isCardFound = ({ operation }: LendingPayload): boolean =>
  !problemsOf(operation).some(({ code }) => notFound.has(code));

/** Requires the right to lend although the patron owes more than the library's limit, if the input asks for that. */
function requireOverride(
  context: CirculationContext,
  { despiteCharges }: Pick<CheckOutInput, 'despiteCharges'>,
): void {
  if (despiteCharges === true) {
    requireScope(context, ['charges:waive']);
  }
}

/** Each mutation returns its operation. The fields of the payload are resolved from it in `results.ts`. */
export const mutations = {
  checkOut: mutation((input: CheckOutInput, context) => {
    requireScope(context, lends);
    requireOverride(context, input);
    const { services, caller, signal } = context;
    const lend = async () => {
      const payload = await checkOut(services, caller, input, signal);
      await recordIfRefusedOffline(services, payload.operation);
      return payload;
    };
    const { smartId } = input.credential;
    return smartId == null ? lend() : countSmartId(services, caller, smartId, lend, isCardFound);
  }),
  lendHeldItem: mutation(async (input: LendHeldItemInput, context) => {
    requireScope(context, ['circulation:write']);
    requireOverride(context, input);
    const { services, caller, signal } = context;
    const stored = inputOf(input);
    const operation = await startProcedure(services, lendHeldItem, caller, input.reference, stored, signal);
    return { operation, done: null };
  }),
  checkIn: mutation((input: CheckInInput, context) => {
    requireScope(context, lends);
    return checkIn(context.services, context.caller, input, context.branches);
  }),
  renewLoan: mutation((input: RenewLoanInput, { services, caller, signal }) =>
    renewLoan(services, caller, input, signal),
  ),
  renewLoans: mutation((input: RenewLoansInput, { services, caller, signal }) =>
    renewLoans(services, caller, input, signal),
  ),
  renewAllLoans: mutation((input: RenewAllLoansInput, { services, caller, signal }) =>
    renewAllLoans(services, caller, input, signal),
  ),
  placeHold: mutation((input: PlaceHoldInput, { services, branches, caller, signal }) =>
    placeHold(services, caller, input, branches, signal),
  ),
  cancelHold: mutation((input: CancelHoldInput, { services, caller, signal }) =>
    cancelHold(services, caller, input, signal),
  ),
  changePickupBranch: mutation(async (input: ChangePickupBranchInput, context) => {
    const { services, branches, caller, signal } = context;
    const { reference, reader, holdId, pickupBranch } = input;
    const patronId = patronIdOf(reader, 'who is signed in, or staff, changes the branch.');
    requireRead(caller, patronId, ['circulation:write']);
    const stored = { patronId, holdId, pickupBranch, isBranch: isBranchOf(branches, pickupBranch) };
    const operation = await startProcedure(services, changePickupBranch, caller, reference, stored, signal);
    return { operation, done: null };
  }),
  setNoticePreferences: mutation((input: SetNoticePreferencesInput, context) =>
    changePreferences(input, context),
  ),
  acknowledgeFinding: mutation((input: FindingInput, context) =>
    workOn(acknowledgeFinding, input.reference, seenFinding(input), context),
  ),
  repairFinding: mutation((input: FindingInput, context) =>
    workOn(repairFinding, input.reference, seenFinding(input), context),
  ),
  closeFinding: mutation((input: CloseFindingInput, context) =>
    workOn(closeFinding, input.reference, { ...seenFinding(input), reason: input.reason }, context),
  ),
};

interface FindingInput {
  readonly reference: string;
  readonly findingId: string;
  readonly version?: string | null;
}

interface CloseFindingInput extends FindingInput {
  readonly reason: string;
}

/** The finding, and its version if the caller gives one. A null version is left out. */
const seenFinding = ({ findingId, version }: FindingInput) =>
  version == null ? { findingId } : { findingId, version };

async function workOn<Input, Plan>(
  procedure: Procedure<FindingServices, Input, Plan>,
  reference: string,
  input: Input,
  context: CirculationContext,
): Promise<LendingPayload> {
  requireScope(context, ['operations:repair']);
  const { services, caller, signal } = context;
  return {
    operation: await startProcedure(services, procedure, caller, reference, input, signal),
    done: null,
  };
}

function mutation<Input>(run: (input: Input, context: CirculationContext) => Promise<LendingPayload>) {
  return async (_: unknown, { input }: { input: Input }, context: CirculationContext): Promise<Operation> => {
    // This mutation may change loans that an earlier mutation of the request has read, so those loans are no longer
    // used.
    context.loansBefore.clear();
    try {
      const payload = await run(input, context);
      noteChanges(payload, context);
      return payload.operation;
    } finally {
      forgetReads(context);
    }
  };
}

/** Remembers what was changed, and what a check-out has read, so that the payload need not read it. */
function noteChanges({ operation, done }: LendingPayload, context: CirculationContext): void {
  if (done === null) {
    return;
  }
  if ('children' in done) {
    for (const child of done.children) {
      noteChanges(child, context);
    }
    return;
  }
  context.changed.set(operation.id, done);
  if ('before' in done) {
    context.loansBefore.set(operation.id, done.before);
  }
}
