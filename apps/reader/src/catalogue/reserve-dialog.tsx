import { Button, Choice, Dialog, Loaded, useQuery, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { BranchesDocument } from '../operations.generated.ts';
import { catalogueTexts } from './texts.ts';

export interface ReserveDialogProps {
  readonly open: boolean;
  /** The text of the title. */
  readonly title: string;
  /** `pickupBranch`: the code of the branch. */
  onReserve(pickupBranch: string): void;
  onClose(): void;
}

/** Where the copy is to be collected. */
export function ReserveDialog({ open, title, onReserve, onClose }: ReserveDialogProps): ReactNode {
  const texts = useTexts(catalogueTexts);
  return (
    <Dialog open={open} title={texts.reserveTitle(title)} onClose={onClose}>
      <Branches onReserve={onReserve} onClose={onClose} />
    </Dialog>
  );
}

function Branches({ onReserve, onClose }: Pick<ReserveDialogProps, 'onReserve' | 'onClose'>): ReactNode {
  const texts = useTexts(catalogueTexts);
  const answer = useQuery(BranchesDocument);
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Loaded answer={answer}>
      {({ branches }) => {
        const [first] = branches ?? [];
        const branch = chosen ?? first?.code;
        if (branch === undefined) {
          return null;
        }
        return (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              onReserve(branch);
            }}
          >
            <Choice
              label={texts.pickup}
              value={branch}
              options={(branches ?? []).map(({ code, name }) => ({ value: code, text: name }))}
              onChange={setChosen}
            />
            <div className="actions">
              <Button type="submit" kind="primary">
                {texts.reserve}
              </Button>
              <Button onClick={onClose}>{texts.cancel}</Button>
            </div>
          </form>
        );
      }}
    </Loaded>
  );
}
