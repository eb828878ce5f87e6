import {
  DialogButton,
  formatDay,
  Outcome,
  SignInLink,
  Table,
  todaysDate,
  useLanguage,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { type FindTitlesQuery, PlaceHoldDocument } from '../operations.generated.ts';
import { useRequest } from '../requests/requests.ts';
import { ReserveForm } from './reserve-form.tsx';
import { catalogueTexts } from './texts.ts';

type Title = NonNullable<FindTitlesQuery['titles']>['edges'][number]['node'];
type Copy = NonNullable<Title['copies']>[number];

interface BranchCopies {
  readonly branch: string;
  readonly name: string | null;
  readonly callNumber: string | null;
  readonly available: number;
  readonly total: number;
}

/** Groups copies by branch. The branches are in the order of their first copies. */
function byBranch(copies: readonly Copy[]): readonly BranchCopies[] {
  return [...Map.groupBy(copies, ({ branch }) => branch ?? '')].map(([branch, own]) => ({
    branch,
    name: own[0]?.location?.name ?? null,
    callNumber: own[0]?.callNumber ?? null,
    available: own.filter(({ state }) => state === 'AVAILABLE').length,
    total: own.length,
  }));
}

/** A title, with its copies and a form to reserve it. `patronId` is null if nobody is signed in. */
export function TitleCard({
  title,
  patronId,
}: {
  readonly title: Title;
  readonly patronId: string | null;
}): ReactNode {
  const texts = useTexts(catalogueTexts);
  const copies = title.copies ?? [];
  return (
    <article className="card" aria-label={title.title}>
      <div className="section-head">
        <div>
          <h3>{title.title}</h3>
          {title.author !== null && <p className="quiet">{title.author}</p>}
        </div>
      </div>
      {title.available !== null && <p>{texts.onShelf(title.available, copies.length)}</p>}
      <Queue title={title} />
      {patronId === null ? (
        <SignInLink className="button" aria-label={texts.signInFor(title.title)}>
          {texts.signIn}
        </SignInLink>
      ) : (
        <Reservation title={title} patronId={patronId} />
      )}
      <details>
        <summary>{texts.copies}</summary>
        <Table
          caption={texts.byBranch(title.title)}
          hidesCaption
          keyOf={({ branch }) => branch}
          rows={byBranch(copies)}
          columns={[
            { heading: texts.branch, cell: ({ name, branch }) => name ?? (branch || texts.otherBranch) },
            { heading: texts.callNumber, cell: ({ callNumber }) => callNumber },
            { heading: texts.shelf, cell: ({ available }) => available, align: 'end' },
            { heading: texts.all, cell: ({ total }) => total, align: 'end' },
          ]}
        />
      </details>
    </article>
  );
}

/** How many readers wait. If no copy is on the shelf, also when the next copy is due. */
function Queue({ title: { available, queueLength, copies } }: { readonly title: Title }): ReactNode {
  const texts = useTexts(catalogueTexts);
  const { language } = useLanguage();
  const due = (copies ?? []).flatMap(({ dueOn }) => dueOn ?? []).sort();
  const next = due.find((day) => day >= todaysDate());
  const sentences = [
    queueLength !== null && queueLength > 0 && texts.queueLength(queueLength),
    available === 0 && next !== undefined && texts.nextDue(formatDay(next, language)),
    available === 0 && next === undefined && due.length > 0 && texts.onlyOverdue,
  ].filter((sentence) => sentence !== false);
  return sentences.length > 0 && <p className="quiet">{sentences.join(' ')}</p>;
}

function Reservation({
  title: { title, titleNumber },
  patronId,
}: {
  readonly title: Title;
  readonly patronId: string;
}): ReactNode {
  const texts = useTexts(catalogueTexts);
  const reservation = useRequest(PlaceHoldDocument, ({ placeHold }) => placeHold);
  const reserve = (pickupBranch: string) =>
    void reservation.run({ input: { reader: { patronId }, titleNumber, pickupBranch } });
  return (
    <>
      <DialogButton label={texts.reserve} title={texts.reserveTitle(title)} busy={reservation.busy}>
        {(close) => <ReserveForm onReserve={reserve} onClose={close} />}
      </DialogButton>
      <Outcome of={reservation}>
        {({ hold }) =>
          hold !== null && (
            <>
              {texts.reserved(hold.pickup?.name ?? hold.pickupBranch)}{' '}
              {hold.queuePosition !== null && texts.queuePosition(hold.queuePosition)}
            </>
          )
        }
      </Outcome>
    </>
  );
}
