import {
  Announce,
  Badge,
  Button,
  type Column,
  ConfirmButton,
  formatDay,
  Section,
  Table,
  useLanguage,
  useSession,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { ReturnSlip } from '../returns/return-slip.tsx';
import { needsSlip, useReturnWords } from '../returns/return-words.ts';
import { WhoseLoan } from '../returns/whose-loan.tsx';
import { sendTones } from '../tones.ts';
import type { Desk } from './desk.ts';
import type { DeskState } from './desk-store.ts';
import { isDeskProblem, isPlaceUnknown, isUnderWay, maxUnderWay, type Row } from './row.ts';
import { deskHints, deskTexts } from './texts.ts';
import { useOpenRows } from './the-desk.ts';

/** Codes of problems that may disappear after a while. */
const mayPass: ReadonlySet<string> = new Set([
  'SYSTEM_UNAVAILABLE',
  'PLACE_PENDING',
  'ANOTHER_OPERATION_OPEN',
]);

/** The scope that lending needs if the reader owes too much. */
const overridesLimit = 'charges:waive';

/** The scanned copies with their outcomes. The newest is first. */
export function Rows({
  desk,
  state: { rows, session, lastAnnounced },
}: {
  readonly desk: Desk;
  readonly state: DeskState;
}): ReactNode {
  const texts = useTexts(deskTexts);
  const words = useRowWords();
  const count = rows.filter(isUnderWay).length;
  const waiting = rows.filter(({ state }) => state === 'waiting').length;
  const announced = rows.find(({ reference }) => reference === lastAnnounced);
  return (
    <Section title={texts.rows} isScrolled>
      <Announce>
        {announced === undefined
          ? ''
          : `${announced.title ?? announced.itemNumber}: ${words.lineOf(announced)}`}
      </Announce>
      {announced !== undefined && <LastOutcome row={announced} />}
      {count + waiting > 0 && <p className="quiet">{texts.underWay(count, maxUnderWay, waiting)}</p>}
      <RowsTable
        rows={rows}
        isEarlier={({ act }) => 'session' in act && act.session !== session?.id}
        columns={[{ heading: texts.acts, cell: (row) => <RowActs desk={desk} row={row} /> }]}
      />
    </Section>
  );
}

/** The outcome that was announced last, in letters that can be read from a step away. */
function LastOutcome({ row }: { readonly row: Row }): ReactNode {
  const words = useRowWords();
  return (
    <p className={`last-outcome ${sendTones[row.state]}`} aria-hidden="true">
      <strong>{words.stateOf(row)}</strong> {row.title ?? row.itemNumber}
    </p>
  );
}

/**
 * The copies that have no outcome yet. They stay visible when nobody is signed in any more, so that staff can note them
 * before they leave the page.
 */
export function OpenRows(): ReactNode {
  const texts = useTexts(deskTexts);
  const rows = useOpenRows();
  if (rows.length === 0) {
    return null;
  }
  return (
    <Section title={texts.openRows}>
      <p>{texts.openRowsText}</p>
      <RowsTable rows={rows} isEarlier={() => false} columns={[]} />
    </Section>
  );
}

function RowsTable({
  rows,
  isEarlier,
  columns,
}: {
  readonly rows: readonly Row[];
  /** Whether the row belongs to an earlier reader. */
  isEarlier(row: Row): boolean;
  /** More columns, after the copy and its outcome. */
  readonly columns: readonly Column<Row>[];
}): ReactNode {
  const texts = useTexts(deskTexts);
  const words = useRowWords();
  return (
    <Table
      caption={texts.rows}
      hidesCaption
      empty={texts.noRows}
      rows={rows}
      keyOf={({ reference }) => reference}
      columns={[
        {
          heading: texts.copy,
          cell: (row) => (
            <>
              <strong>{row.title ?? row.itemNumber}</strong>
              {row.title !== null && <span className="line quiet">{row.itemNumber}</span>}
              {isEarlier(row) && <span className="line quiet">{texts.earlier}</span>}
            </>
          ),
        },
        {
          heading: texts.outcome,
          cell: (row) => (
            <>
              <Badge tone={sendTones[row.state]}>{words.stateOf(row)}</Badge> {words.moreOf(row)}
              {row.endedLoan !== null && <WhoseLoan of={row.endedLoan} />}
            </>
          ),
        },
        ...columns,
      ]}
    />
  );
}

function useRowWords() {
  const texts = useTexts(deskTexts);
  const whereTo = useReturnWords();
  const { language } = useLanguage();
  const stateOf = ({ state, act }: Row): string =>
    state === 'done' ? (act.kind === 'checkIn' ? texts.takenBack : texts.lent) : texts[state];
  const problemsOf = ({ problems }: Row): string =>
    problems.map(({ code, message }) => (isDeskProblem(code) ? texts[code] : message)).join(' ');
  const moreOf = (row: Row): string => {
    const { state, loan, returnedTo, code } = row;
    const due = loan === null ? [] : [texts.due(formatDay(loan.dueOn, language))];
    switch (state) {
      case 'done': {
        const place = returnedTo === null ? [] : [whereTo(returnedTo)];
        return [...due, ...place, ...(isPlaceUnknown(row) ? [texts.placeUnknown] : [])].join(' · ');
      }
      case 'refused':
        return [problemsOf(row), ...due].join(' ');
      case 'unsettled':
        return [texts.unsettledText, ...(code === null ? [] : [texts.code(code)])].join(' ');
      case 'failed':
        return [texts.failedText, ...(code === null ? [] : [texts.code(code)])].join(' ');
      default:
        return '';
    }
  };
  return {
    stateOf,
    moreOf,
    lineOf: (row: Row) => [stateOf(row), moreOf(row)].filter((part) => part !== '').join(', '),
  };
}

function RowActs({ desk, row }: { readonly desk: Desk; readonly row: Row }): ReactNode {
  const texts = useTexts(deskTexts);
  const hints = useTexts(deskHints);
  const { scopes } = useSession();
  const { reference, state, problems, heldFor, title, itemNumber, returnedTo } = row;
  const about = title ?? itemNumber;
  const button = (text: string, act: () => void) => (
    <Button aria-label={`${text}: ${about}`} onClick={act}>
      {text}
    </Button>
  );
  if (state === 'failed') {
    return <div className="acts">{button(texts.sendAgain, () => desk.again(reference))}</div>;
  }
  if (isPlaceUnknown(row)) {
    return <div className="acts">{button(texts.askAgain, () => desk.again(reference))}</div>;
  }
  if (state === 'done' && returnedTo !== null && needsSlip(returnedTo)) {
    return (
      <div className="acts">
        <ReturnSlip title={title} itemNumber={itemNumber} to={returnedTo} />
      </div>
    );
  }
  const isAboveLimit = problems.some(({ code }) => code === 'CHARGES_LIMIT_REACHED');
  const mayBeTried = problems.some(({ code }) => mayPass.has(code));
  const mayOverride = isAboveLimit && scopes.includes(overridesLimit);
  if (state !== 'refused') {
    return null;
  }
  if (!mayBeTried && heldFor === null && !mayOverride) {
    const code = problems.map((problem) => problem.code).find(isDeskProblem);
    return <span className="quiet">{hints[code ?? 'OTHER']}</span>;
  }
  return (
    <div className="acts">
      {mayBeTried && button(texts.tryAgain, () => desk.again(reference))}
      {heldFor !== null && button(texts.lendHeld, () => desk.lendHeldItem(reference))}
      {mayOverride && (
        <ConfirmButton
          label={texts.lendDespite}
          title={`${texts.lendDespite}: ${about}`}
          cancel={texts.doNotLend}
          onConfirm={() => desk.lendDespiteCharges(reference)}
        >
          <p>{texts.lendDespiteText}</p>
        </ConfirmButton>
      )}
    </div>
  );
}
