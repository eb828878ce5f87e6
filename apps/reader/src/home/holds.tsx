import {
  Badge,
  ConfirmButton,
  Empty,
  formatDay,
  Notice,
  Outcome,
  OutcomeRegion,
  useKeptRows,
  useLanguage,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { CancelHoldDocument, type HoldOfReaderFragment } from '../operations.generated.ts';
import { useRequest } from '../requests/requests.ts';
import { ChangeBranch } from './change-branch.tsx';
import { homeTexts } from './texts.ts';

export interface HoldsProps {
  readonly patronId: string;
  /** Null if they could not be read. */
  readonly holds: readonly HoldOfReaderFragment[] | null;
  /** Called after a reservation is cancelled or changed. */
  onChange(): void;
}

/** The reader's open reservations. */
export function Holds({ patronId, holds, onChange }: HoldsProps): ReactNode {
  const texts = useTexts(homeTexts);
  // The message about the last reservation that was cancelled or changed. It is stored here and not in the
  // reservation's row, because that row may disappear.
  const [done, setDone] = useState<string | null>(null);
  const rows = holds ?? [];
  const { lost, keep, drop } = useKeptRows(rows);
  const tell = (hold: HoldOfReaderFragment, text: string) => {
    setDone(text);
    drop(hold);
    onChange();
  };
  return (
    <>
      <OutcomeRegion isDone={done !== null}>
        {done !== null && <Notice tone="good">{done}</Notice>}
      </OutcomeRegion>
      {holds?.length === 0 && <Empty>{texts.noHolds}</Empty>}
      {[...lost, ...rows].map((hold) => (
        <HoldRow
          key={hold.id}
          patronId={patronId}
          hold={hold}
          isLost={lost.includes(hold)}
          onAct={() => keep(hold)}
          onCancelled={() => tell(hold, texts.cancelled(hold.title))}
          onBranchChanged={() => tell(hold, texts.branchChanged(hold.title))}
        />
      ))}
    </>
  );
}

function HoldRow({
  patronId,
  hold,
  isLost,
  onAct,
  onCancelled,
  onBranchChanged,
}: {
  readonly patronId: string;
  readonly hold: HoldOfReaderFragment;
  /** Whether the list no longer contains the reservation. Then the row shows only the title and a refusal. */
  readonly isLost: boolean;
  /** Called before the reservation is cancelled or changed. */
  onAct(): void;
  onCancelled(): void;
  onBranchChanged(): void;
}): ReactNode {
  const texts = useTexts(homeTexts);
  const cancellation = useRequest(CancelHoldDocument, ({ cancelHold }) => cancelHold, onCancelled);
  const cancel = () => {
    onAct();
    void cancellation.run({ input: { reader: { patronId }, holdId: hold.id } });
  };
  return (
    <div className="item">
      <div className="item-text">
        <strong>{hold.title}</strong>{' '}
        {!isLost && hold.state === 'READY' && <Badge tone="good">{texts.ready}</Badge>}
        {!isLost && (
          <span className="line quiet">
            <Whereabouts hold={hold} />
          </span>
        )}
      </div>
      <ChangeBranch {...{ patronId, hold, isLost, onAct }} onChanged={onBranchChanged} />
      {!isLost && (
        <ConfirmButton
          label={texts.cancel}
          title={texts.cancelAsk}
          name={texts.cancelTitle(hold.title)}
          cancel={texts.keep}
          busy={cancellation.busy}
          onConfirm={cancel}
        >
          <p>{texts.cancelText(hold.title)}</p>
        </ConfirmButton>
      )}
      {cancellation.state !== 'done' && <Outcome of={cancellation}>{() => null}</Outcome>}
    </div>
  );
}

/** The branch where the copy waits and the last day to collect it, or the position in the queue. */
function Whereabouts({ hold }: { readonly hold: HoldOfReaderFragment }): ReactNode {
  const texts = useTexts(homeTexts);
  const { language } = useLanguage();
  const branch = hold.pickup?.name ?? hold.pickupBranch;
  if (hold.state === 'READY') {
    const until = hold.readyUntil === null ? '' : texts.readyUntil(formatDay(hold.readyUntil, language));
    return `${texts.readyAt(branch)} ${until}`;
  }
  return hold.queuePosition === null ? texts.waiting(branch) : texts.queued(hold.queuePosition, branch);
}
