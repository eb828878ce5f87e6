import { DialogButton, Outcome, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { ReserveForm } from '../catalogue/reserve-form.tsx';
import { ChangePickupBranchDocument, type HoldOfReaderFragment } from '../operations.generated.ts';
import { useRequest } from '../requests/requests.ts';
import { homeTexts } from './texts.ts';

/**
 * Changes the branch where a reservation will be collected. Before the change, a text explains what the reader would
 * lose.
 */
export function ChangeBranch({
  patronId,
  hold,
  isLost,
  onAct,
  onChanged,
}: {
  readonly patronId: string;
  readonly hold: HoldOfReaderFragment;
  /** Whether the reader no longer has the reservation. Then only a refusal is shown. */
  readonly isLost: boolean;
  /** Called before the change is sent. */
  onAct(): void;
  onChanged(): void;
}): ReactNode {
  const texts = useTexts(homeTexts);
  const change = useRequest(
    ChangePickupBranchDocument,
    ({ changePickupBranch }) => changePickupBranch,
    onChanged,
  );
  return (
    <>
      {!isLost && (
        <DialogButton
          label={texts.changeBranch}
          title={texts.changeBranchAsk}
          name={texts.changeBranchOf(hold.title)}
          busy={change.busy}
        >
          {(close) => (
            <ReserveForm
              label={texts.changeBranch}
              onReserve={(pickupBranch) => {
                onAct();
                void change.run({ input: { reader: { patronId }, holdId: hold.id, pickupBranch } });
              }}
              onClose={close}
            >
              <p>
                {hold.state === 'READY' ? texts.changeBranchWhenReady : texts.changeBranchText(hold.title)}
              </p>
            </ReserveForm>
          )}
        </DialogButton>
      )}
      {change.state !== 'done' && <Outcome of={change}>{() => null}</Outcome>}
    </>
  );
}
